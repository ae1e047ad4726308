import { isObject, type Json } from './document.js';

/** Keywords of JSON Schema with a schema per name. */
const NAMED_SCHEMAS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
/** Keywords whose value is data: a `$ref` in there refers to nothing. */
const DATA = ['const', 'default', 'enum', 'example', 'examples'];

/** Copies a JSON Schema with every `$ref` of it rewritten. */
export function rewriteReferences(schema: unknown, rewrite: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => rewriteReferences(entry, rewrite));
  if (!isObject(schema)) return schema;
  const copy: Json = { ...schema };
  for (const [keyword, value] of Object.entries(schema)) copy[keyword] = rewriteKeyword(keyword, value, rewrite);
  return copy;
}

function rewriteKeyword(keyword: string, value: unknown, rewrite: (reference: string) => string): unknown {
  if (keyword === '$ref' && typeof value === 'string') return rewrite(value);
  if (DATA.includes(keyword)) return value;
  if (!NAMED_SCHEMAS.includes(keyword) || !isObject(value)) return rewriteReferences(value, rewrite);
  const copy: Json = { ...value };
  for (const [name, schema] of Object.entries(value)) copy[name] = rewriteReferences(schema, rewrite);
  return copy;
}
