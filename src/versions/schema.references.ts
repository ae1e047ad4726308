import { isEntry } from './members.js';

/** Keywords whose value is data: a `$ref` in it refers to nothing. */
const DATA = new Set(['const', 'default', 'enum', 'example', 'examples']);
/** Keywords with a schema per name. */
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

/**
 * Replaces each reference to a definition's URL by one to its name, in place: the URL names the version, so that the
 * same reference differs between two versions.
 */
export function nameReferences(schema: unknown, names: ReadonlyMap<string, string>): void {
  if (Array.isArray(schema)) for (const entry of schema) nameReferences(entry, names);
  if (!isEntry(schema)) return;
  const members = schema as Record<string, unknown>;
  for (const [keyword, value] of Object.entries(members)) {
    if (keyword === '$ref' && typeof value === 'string') members['$ref'] = named(value, names);
    else if (NAMED.has(keyword) && isEntry(value))
      for (const entry of Object.values(value)) nameReferences(entry, names);
    else if (!DATA.has(keyword)) nameReferences(value, names);
  }
}

function named(reference: string, names: ReadonlyMap<string, string>): string {
  const [url = '', fragment = ''] = reference.split('#', 2);
  const name = names.get(url);
  if (name === undefined) return reference;
  return `#/$defs/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}${fragment}`;
}
