import { isObject, type Json, type Path } from './json.js';

/** The kind of an OpenAPI object: determines the kinds of its members, and whether a `$ref` in it is a reference. */
export type Shape = keyof typeof SHAPES;

/** A member is one object, a list of objects, or a map of objects of a shape. */
type Form = 'one' | 'list' | 'map';
type Member = readonly [Form, string];

const SCHEMA = ['one', 'schema'] as const;
const SCHEMAS = ['list', 'schema'] as const;
const NAMED_SCHEMAS = ['map', 'schema'] as const;
const OPERATION = ['one', 'operation'] as const;
const PARAMETERS = ['list', 'parameter'] as const;
const CONTENT = ['one', 'content'] as const;
const EXAMPLES = ['map', 'example'] as const;
const HEADERS = ['map', 'header'] as const;
const ENCODING = ['one', 'encoding'] as const;

/** Methods whose operations are members of a path item by their name. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const;

/** The members of OpenAPI 3.0 to 3.2 that are OpenAPI objects. All others are data, including extensions. */
const SHAPES = {
  document: {
    paths: ['one', 'paths'],
    webhooks: ['map', 'pathItem'],
    'x-webhooks': ['map', 'pathItem'],
    components: ['one', 'components'],
  },
  paths: { '*': ['one', 'pathItem'] },
  components: {
    schemas: NAMED_SCHEMAS,
    responses: ['map', 'response'],
    parameters: ['map', 'parameter'],
    examples: EXAMPLES,
    requestBodies: ['map', 'requestBody'],
    headers: HEADERS,
    securitySchemes: ['map', 'securityScheme'],
    links: ['map', 'link'],
    callbacks: ['map', 'callback'],
    pathItems: ['map', 'pathItem'],
    mediaTypes: ['map', 'mediaType'],
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
  response: { headers: HEADERS, content: CONTENT, links: ['map', 'link'] },
  /** By the specification a map of media types; some documents have a reference to one. */
  content: { '*': ['one', 'mediaType'] },
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
  example: {},
  link: {},
  securityScheme: {},
} satisfies Record<string, Record<string, Member>>;

/** Where `$ref` is a reference; elsewhere it is an ordinary member. */
const REFERABLE: ReadonlySet<Shape> = new Set<Shape>([
  // By the specification these three may not be references; bundlers and authors write them.
  'paths',
  'operation',
  'responses',
  'content',
  'pathItem',
  'callback',
  'parameter',
  'header',
  'requestBody',
  'response',
  'mediaType',
  'schema',
  'example',
  'link',
  'securityScheme',
]);

/** The reference that an object is, or has beside its other members. */
export function referenceOf({ shape, members }: Node): string | undefined {
  const reference = Object.hasOwn(members, '$ref') ? members['$ref'] : undefined;
  return typeof reference === 'string' && REFERABLE.has(shape) ? reference : undefined;
}

/** An OpenAPI object of a document, as opposed to data. */
export interface Node {
  readonly shape: Shape;
  readonly members: Json;
  readonly path: Path;
}

/** The shape of a member; undefined for data. */
function memberOf(shape: Shape, key: string): readonly [Form, Shape] | undefined {
  const members = SHAPES[shape] as Record<string, readonly [Form, Shape]>;
  if (Object.hasOwn(members, key)) return members[key];
  // A webhook, a component or a property may have such a name; a path, a status or a media type may not.
  return key.startsWith('x-') ? undefined : members['*'];
}

/** Every OpenAPI object of a document, in order; values of the wrong type are skipped. */
export function* walk(value: unknown, shape: Shape = 'document', path: Path = []): Generator<Node> {
  if (!isObject(value)) return;
  yield { shape, members: value, path };
  for (const [key, member] of Object.entries(value)) {
    const [form, inner] = memberOf(shape, key) ?? [];
    if (inner === undefined) continue;
    if (form === 'one') yield* walkOne(member, inner, [...path, key]);
    else if (form === 'list' ? Array.isArray(member) : isObject(member))
      yield* walkEach(member as Json, inner, [...path, key]);
  }
}

function* walkEach(members: Json, shape: Shape, path: Path): Generator<Node> {
  const isList = Array.isArray(members);
  for (const [key, member] of Object.entries(members))
    yield* walk(member, shape, [...path, isList ? Number(key) : key]);
}

/** Before JSON Schema 2020-12, `items` could be a list of schemas. */
function* walkOne(member: unknown, shape: Shape, path: Path): Generator<Node> {
  if (shape === 'schema' && Array.isArray(member)) yield* walkEach(member as unknown as Json, shape, path);
  else yield* walk(member, shape, path);
}
