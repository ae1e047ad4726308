import { createRequire } from 'node:module';
import { isObject, type Json } from '../openapi/json.js';
import type { Shape } from '../openapi/shapes.js';

const require = createRequire(import.meta.url);
const OFFICIAL = '@seriousme/openapi-schema-validator/schemas';

/** The names of the shapes in the official schemas: in 3.0, and since 3.1. */
const NAMES: Record<Exclude<Shape, 'content'>, readonly [before31: string, since31: string]> = {
  document: ['', ''],
  paths: ['Paths', 'paths'],
  components: ['Components', 'components'],
  pathItem: ['PathItem', 'path-item'],
  operation: ['Operation', 'operation'],
  responses: ['Responses', 'responses'],
  callback: ['Callback', 'callbacks'],
  parameter: ['Parameter', 'parameter'],
  header: ['Header', 'header'],
  requestBody: ['RequestBody', 'request-body'],
  response: ['Response', 'response'],
  mediaType: ['MediaType', 'media-type'],
  encoding: ['Encoding', 'encoding'],
  schema: ['Schema', 'schema'],
  example: ['Example', 'example'],
  link: ['Link', 'link'],
  securityScheme: ['SecurityScheme', 'security-scheme'],
};

/** Schemas for the shapes of one version of OpenAPI, ready to be compiled. */
export interface ShapeSchemas {
  readonly documents: readonly (Json & { readonly $id: string })[];
  /** The location of a shape's schema in them. */
  readonly uriOf: (shape: Shape) => string;
}

/**
 * The official schema of a version of OpenAPI (https://spec.openapis.org/oas), split into one schema per shape, in
 * which other shapes are only required to be objects. Each object of a document is then validated on its own: the number
 * of errors is bounded, a reference is never validated as its target, and alternatives are not tried needlessly.
 */
export function schemasOf(version: string): ShapeSchemas {
  const official = structuredClone(require(`${OFFICIAL}/v${version}/schema.json`)) as Json;
  const isOld = version === '3.0';
  const member = isOld ? 'definitions' : '$defs';
  const definitions = official[member] as Record<string, Json>;
  const nameOf = (shape: Shape): string => (shape === 'content' ? '' : NAMES[shape][isOld ? 0 : 1]);
  const shapes = new Map(Object.keys(NAMES).map((shape) => [nameOf(shape as Shape), shape as Shape]));
  const loosening = new Loosening(shapes, definitions, isOld);
  const { $id: _$id, id: _id, $schema: _$schema, definitions: _definitions, $defs: _$defs, ...document } = official;
  const loose = Object.entries({ ...definitions, document }).map(([name, schema]) => [name, loosening.schema(schema)]);
  const root = { $id: `openapi-${version}`, [member]: Object.fromEntries(loose) as Json };
  return {
    documents: isOld ? [root] : [root, jsonSchema()],
    uriOf: (shape) =>
      shape === 'schema' && !isOld ? SCHEMA_OBJECT : `openapi-${version}#/${member}/${nameOf(shape) || 'document'}`,
  };
}

const SCHEMA_OBJECT = 'schema-object';

/** Replaces references to other shapes, and the differences between draft 4 and JSON Schema 2020-12. */
class Loosening {
  constructor(
    private readonly shapes: ReadonlyMap<string, Shape>,
    private readonly definitions: Record<string, Json>,
    private readonly isOld: boolean,
  ) {}

  schema(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.schema(entry));
    if (!isObject(value)) return value;
    const name = this.definitionOf(value);
    const shape = name === undefined ? undefined : this.shapes.get(name.replace(/-or-reference$/, ''));
    if (shape !== undefined) {
      const isSchema = shape === 'schema' && !this.isOld;
      return { ...without(value, '$ref'), type: isSchema ? ['object', 'boolean'] : 'object' };
    }
    if (Array.isArray(value['oneOf'])) {
      const alternatives = value['oneOf'] as Json[];
      const others = alternatives.filter((entry) => this.definitionOf(entry) !== 'Reference');
      if (others.length < alternatives.length) return this.schema(others.length === 1 ? others[0] : { anyOf: others });
      const chosen = this.chosenBy(alternatives);
      if (chosen !== undefined) return { ...(this.schema(without(value, 'oneOf')) as Json), ...chosen };
    }
    const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.schema(member)]));
    if (copy['exclusiveMinimum'] === true) return { ...without(copy, 'minimum'), exclusiveMinimum: copy['minimum'] };
    return copy;
  }

  /** Alternatives selected by one member: only the selected one is validated. */
  private chosenBy(alternatives: readonly Json[]): Json | undefined {
    const whole = alternatives.map((entry) => this.definitions[this.definitionOf(entry) ?? ''] ?? entry);
    for (const member of ['type', 'in']) {
      const values = whole.map((entry) => onlyValue(entry, member));
      if (values.some((value) => value === undefined)) continue;
      return {
        required: [member],
        properties: { [member]: { enum: values } },
        allOf: whole.map((entry, index) => ({
          if: { properties: { [member]: { const: values[index] } }, required: [member] },
          // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
          then: this.schema(entry),
        })),
      };
    }
    return undefined;
  }

  private definitionOf({ $ref: reference }: Json): string | undefined {
    const [, name] = /^#\/(?:definitions|\$defs)\/([^/]+)$/.exec(String(reference)) ?? [];
    return name;
  }
}

function onlyValue(schema: Json, member: string): unknown {
  const property = (schema['properties'] as Json | undefined)?.[member] as Json | undefined;
  const values = property?.['enum'];
  return Array.isArray(values) && values.length === 1 ? values[0] : undefined;
}

function without(value: Json, member: string): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== member));
}

const VOCABULARIES = ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'format-annotation', 'content'];

/** The meta-schema of JSON Schema 2020-12 for one schema object, with what OpenAPI adds (3.1 and 3.2, section Schema Object). */
function jsonSchema(): Json & { readonly $id: string } {
  const parts = VOCABULARIES.map((name) => require(`ajv/dist/refs/json-schema-2020-12/meta/${name}.json`) as Json);
  const properties = Object.assign({}, ...parts.map((part) => part['properties'] as Json)) as Json;
  const $defs = Object.assign({}, ...parts.map((part) => (part['$defs'] ?? {}) as Json)) as Json;
  return {
    $id: SCHEMA_OBJECT,
    type: ['object', 'boolean'],
    properties: { ...(inner(properties) as Json), ...ADDED },
    $defs: inner($defs),
  };
}

/** Schemas within a schema are separate objects of the document. */
function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  if (!isObject(value)) return value;
  if (value['$dynamicRef'] === '#meta') return { type: ['object', 'boolean'] };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'default')
      .map(([key, member]) => [key, inner(member)]),
  );
}

const STRING = { type: 'string' };
const FLAG = { type: 'boolean' };
const ADDED = {
  discriminator: {
    type: 'object',
    required: ['propertyName'],
    properties: {
      propertyName: STRING,
      mapping: { type: 'object', additionalProperties: STRING },
      defaultMapping: STRING,
    },
  },
  externalDocs: { type: 'object', required: ['url'], properties: { url: STRING, description: STRING } },
  xml: {
    type: 'object',
    properties: {
      name: STRING,
      namespace: STRING,
      prefix: STRING,
      attribute: FLAG,
      wrapped: FLAG,
      nodeType: { enum: ['element', 'attribute', 'text', 'cdata', 'none'] },
    },
    dependentSchemas: {
      nodeType: { not: { anyOf: [{ required: ['attribute'] }, { required: ['wrapped'] }] } },
    },
  },
};
