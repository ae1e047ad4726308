import {
  anything,
  checked,
  filledText,
  flag,
  list,
  object,
  optional,
  type Read,
  ruled,
  text,
  unique,
  wholeNumber,
  word,
} from '../validation/shape.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE'] as const;

const definitionLink = object({
  id: optional(anything),
  definition: ruled(
    object({ id: optional(text), name: optional(text) }),
    'must have the id or the name of a definition',
    ({ id, name }) => id !== undefined || name !== undefined,
  ),
});

const responses = checked(
  list(
    object({
      id: optional(anything),
      status: optional(ruled(wholeNumber, 'must be from 100 to 599', (status) => status >= 100 && status <= 599)),
      definitions: list(definitionLink),
    }),
  ),
  (all, at) =>
    unique(all, at, ({ status }) => status, 'must have a status that no other response has; only one may have none'),
);

const common = {
  type: word('http'),
  name: ruled(text, 'must be of letters, digits, "_", "-" and "$"', (value) => /^[a-zA-Z0-9_\-$]+$/.test(value)),
  summary: optional(text),
  description: optional(text),
  method: word(...METHODS),
  requestBody: optional(object({ required: flag, definitions: list(definitionLink) })),
  responses,
};

/** An action as a caller sends it. */
export const actionShape = object({
  ...common,
  path: text,
  parameters: parameters('cookie', 'header', 'path', 'query'),
});

/** A trigger as a caller sends it. */
export const triggerShape = object({ ...common, parameters: parameters('cookie', 'header', 'query') });

/** An action or trigger as a caller sends it. */
export type EndpointInput = Read<typeof actionShape> | Read<typeof triggerShape>;

/** A reference to a definition as a caller sends it. */
export type LinkInput = Read<typeof definitionLink>;

function parameters<P extends string>(...places: readonly P[]) {
  const parameter = object({
    name: filledText,
    in: word(...places),
    required: flag,
    type: word('string', 'number', 'integer', 'boolean'),
    default: optional(anything),
  });
  return checked(list(parameter), (all, at) =>
    unique(all, at, ({ name, in: place }) => `${place} ${name}`, 'is given twice in the same place'),
  );
}
