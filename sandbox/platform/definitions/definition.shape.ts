import { checked, flag, list, object, optional, type Read, ruled, text, unique } from '../validation/shape.js';

const MEDIA_TYPE = /^[\w.+*-]+\/[\w.+*-]+ *(?:;[\x20-\x7e]*)?$/;

const mediaType = ruled(text, 'must be a media type, such as application/json', (value) => MEDIA_TYPE.test(value));

const common = {
  name: ruled(text, 'must be of letters, digits, "_" and "-"', (value) => /^[a-zA-Z0-9_-]+$/.test(value)),
  accept: list(mediaType),
  description: optional(text),
};

const schema = object({ contentType: mediaType, content: text });

const definitionCreate = object({ ...common, schema });

/** Definitions to create, which may refer to each other. */
export const definitionsCreate = object({
  definitions: checked(
    ruled(list(definitionCreate), 'must not be empty', (definitions) => definitions.length > 0),
    (definitions, at) => unique(definitions, at, ({ name }) => name, 'must have a name that no other one has'),
  ),
});

/** A changed definition. */
export const definitionUpdate = object({ ...common, id: text, schema: optional(schema) });

/** Which definitions to delete. */
export const definitionsDelete = checked(
  object({ ids: optional(list(text)), names: optional(list(text)), all: optional(flag) }),
  ({ ids = [], names = [], all = false }, at) => {
    const count = ids.length + names.length;
    const message = all ? 'must not be given with ids or names' : 'must be true where neither ids nor names are given';
    if (all === count > 0) at.faults.push({ field: 'all', message });
  },
);

/** A definition to create. */
export type DefinitionCreate = Read<typeof definitionCreate>;

/** A changed definition. */
export type DefinitionUpdate = Read<typeof definitionUpdate>;
