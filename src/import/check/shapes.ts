/** What a value of an OpenAPI document is: decides what its members are, and whether a `$ref` in it is a reference. */
export type Shape = keyof typeof SHAPES;

/** A member is of a shape, holds a list of it, or names any number of it. */
type Member = readonly ['one' | 'list' | 'map', string];

const SCHEMA = ['one', 'schema'] as const;
const SCHEMAS = ['list', 'schema'] as const;
const NAMED_SCHEMAS = ['map', 'schema'] as const;
const OPERATION = ['one', 'operation'] as const;
const PARAMETERS = ['list', 'parameter'] as const;
const CONTENT = ['map', 'mediaType'] as const;
const EXAMPLES = ['map', 'leaf'] as const;
const HEADERS = ['map', 'header'] as const;
const ENCODING = ['one', 'encoding'] as const;

/** Methods whose operations stand in a path item by their name. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const;

/** The members of OpenAPI 3.0 to 3.2 in which references may stand. All others are data, extensions among them. */
const SHAPES = {
  document: { paths: ['one', 'paths'], webhooks: ['map', 'pathItem'], components: ['one', 'components'] },
  paths: { '*': ['one', 'pathItem'] },
  components: {
    schemas: NAMED_SCHEMAS,
    responses: ['map', 'response'],
    parameters: ['map', 'parameter'],
    examples: EXAMPLES,
    requestBodies: ['map', 'requestBody'],
    headers: HEADERS,
    securitySchemes: ['map', 'leaf'],
    links: ['map', 'leaf'],
    callbacks: ['map', 'callback'],
    pathItems: ['map', 'pathItem'],
    mediaTypes: CONTENT,
  },
  pathItem: {
    ...Object.fromEntries(METHODS.map((method) => [method, OPERATION])),
    additionalOperations: ['map', 'operation'],
    parameters: PARAMETERS,
  },
  operation: {
    parameters: PARAMETERS,
    requestBody: ['one', 'requestBody'],
    responses: ['one', 'responses'],
    callbacks: ['map', 'callback'],
  },
  responses: { '*': ['one', 'response'] },
  callback: { '*': ['one', 'pathItem'] },
  parameter: { schema: SCHEMA, content: CONTENT, examples: EXAMPLES },
  header: { schema: SCHEMA, content: CONTENT, examples: EXAMPLES },
  requestBody: { content: CONTENT },
  response: { headers: HEADERS, content: CONTENT, links: ['map', 'leaf'] },
  mediaType: {
    schema: SCHEMA,
    itemSchema: SCHEMA,
    examples: EXAMPLES,
    encoding: ['map', 'encoding'],
    prefixEncoding: ['list', 'encoding'],
    itemEncoding: ENCODING,
  },
  encoding: {
    headers: HEADERS,
    encoding: ['map', 'encoding'],
    prefixEncoding: ['list', 'encoding'],
    itemEncoding: ENCODING,
  },
  schema: {
    ...Object.fromEntries(['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((word) => [word, SCHEMAS])),
    ...Object.fromEntries(
      ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'].map((word) => [
        word,
        NAMED_SCHEMAS,
      ]),
    ),
    ...Object.fromEntries(
      ['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'contentSchema']
        .concat('additionalProperties', 'unevaluatedItems', 'unevaluatedProperties')
        .map((word) => [word, SCHEMA]),
    ),
  },
  /** An example, link or security scheme: may be a reference, holds none. */
  leaf: {},
} satisfies Record<string, Record<string, Member>>;

/** Where `$ref` is a reference; anywhere else it is a name like any other. */
export const REFERABLE: ReadonlySet<Shape> = new Set<Shape>([
  'pathItem',
  'callback',
  'parameter',
  'header',
  'requestBody',
  'response',
  'mediaType',
  'schema',
  'leaf',
]);

/** What the member of a shape is; undefined for data. */
export function memberOf(shape: Shape, key: string): readonly ['one' | 'list' | 'map', Shape] | undefined {
  const members = SHAPES[shape] as Record<string, readonly ['one' | 'list' | 'map', Shape]>;
  if (key.startsWith('x-')) return undefined;
  return Object.hasOwn(members, key) ? members[key] : members['*'];
}
