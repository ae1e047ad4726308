import { isObject, type Json, setMember } from './json.js';

/** Keywords of JSON Schema with a schema per name. */
export const NAMED_SCHEMAS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
/** Keywords whose value is data: a `$ref` in it is not a reference. */
export const DATA: ReadonlySet<string> = new Set([
  'const',
  'default',
  'enum',
  'example',
  'examples',
  'xml',
  'externalDocs',
]);

/** Copies a JSON Schema with every `$ref` rewritten. */
export function rewriteReferences(schema: unknown, rewrite: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => rewriteReferences(entry, rewrite));
  if (!isObject(schema)) return schema;
  const copy: Json = {};
  for (const [keyword, value] of Object.entries(schema))
    setMember(copy, keyword, rewriteKeyword(keyword, value, rewrite));
  return copy;
}

function rewriteKeyword(keyword: string, value: unknown, rewrite: (reference: string) => string): unknown {
  if (keyword === '$ref' && typeof value === 'string') return rewrite(value);
  if (DATA.has(keyword)) return value;
  if (!NAMED_SCHEMAS.has(keyword) || !isObject(value)) return rewriteReferences(value, rewrite);
  const copy: Json = {};
  for (const [name, schema] of Object.entries(value)) setMember(copy, name, rewriteReferences(schema, rewrite));
  return copy;
}
