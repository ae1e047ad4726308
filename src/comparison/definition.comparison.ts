import { canonical } from './canonical.js';
import { type Change, type ChangeDetail, changeOf } from './change.js';
import { type Direction, isBreaking, reasonOf } from './direction.js';
import type { SchemaPair } from './endpoint.comparison.js';
import { compareSchemas } from './schema.comparison.js';
import type { Definition } from './version.content.js';

/**
 * Compares a definition with its former version; undefined if nothing differs.
 * @param direction undefined if no action or trigger uses it: then it is treated as used in every direction
 */
export function compareDefinitions(
  before: Definition,
  after: Definition,
  direction: Direction | undefined,
  schemas: SchemaPair,
): Change | undefined {
  const details = [
    ...compareAccept(before, after),
    ...compareSchemaOf(before, after, direction ?? 'both', schemas),
    ...((before.description ?? '') === (after.description ?? '') ? [] : [another('description')]),
  ];
  return changeOf({ kind: 'definition', name: after.name }, details);
}

function compareAccept(before: Definition, after: Definition): ChangeDetail[] {
  const gone = before.accept.filter((mediaType) => !after.accept.includes(mediaType));
  const added = after.accept.filter((mediaType) => !before.accept.includes(mediaType));
  return [
    ...gone.map((mediaType) => ({
      in: 'accept',
      breaking: true,
      text: `It is no longer for ${mediaType}; bodies of that type are no longer described.`,
    })),
    ...added.map((mediaType) => ({ in: 'accept', breaking: false, text: `It is for ${mediaType} too.` })),
  ];
}

function compareSchemaOf(
  before: Definition,
  after: Definition,
  direction: Direction,
  schemas: SchemaPair,
): ChangeDetail[] {
  if (before.schema === undefined || after.schema === undefined) return [];
  const changes = compareSchemas(
    { schema: before.schema, definitions: schemas.before },
    { schema: after.schema, definitions: schemas.after },
  );
  const details = changes.map(({ text, ...effect }) => {
    const breaking = isBreaking(effect, direction);
    return { in: 'schema', breaking, text: breaking ? `${text} ${reasonOf(effect, direction)}` : text };
  });
  // A difference without effect, such as the place of a keyword in the schema.
  return details.length === 0 && canonical(before.schema) !== canonical(after.schema)
    ? [{ in: 'schema', breaking: false, text: 'The schema is written in another way and allows the same.' }]
    : details;
}

function another(member: string): ChangeDetail {
  return { in: member, breaking: false, text: `It has another ${member}.` };
}
