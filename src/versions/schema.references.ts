import { isEntry } from './members.js';

/** Keywords whose value is data: a `$ref` in it is not a reference. */
const DATA = new Set(['const', 'default', 'enum', 'example', 'examples']);
/** Keywords with a schema per name. */
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

/**
 * Replaces each reference to a definition's URL by one to its name, in place: the URL contains the version, so the
 * same reference would differ between two versions.
 */
export function nameReferences(schema: unknown, urls: DefinitionUrls): void {
  if (Array.isArray(schema)) for (const entry of schema) nameReferences(entry, urls);
  if (!isEntry(schema)) return;
  const members = schema as Record<string, unknown>;
  for (const [keyword, value] of Object.entries(members)) {
    if (keyword === '$ref' && typeof value === 'string') members['$ref'] = urls.stable(value);
    else if (NAMED.has(keyword) && isEntry(value))
      for (const entry of Object.values(value)) nameReferences(entry, urls);
    else if (!DATA.has(keyword)) nameReferences(value, urls);
  }
}

/** The URLs of a version's definitions. */
export class DefinitionUrls {
  private readonly names: ReadonlyMap<string, string>;
  private readonly directories: ReadonlySet<string>;

  constructor(definitions: readonly { readonly url: string; readonly name: string }[]) {
    this.names = new Map(definitions.map(({ url, name }) => [url, name]));
    this.directories = new Set(definitions.map(({ url }) => directoryOf(url)));
  }

  /** A reference that is equal in every version. One to a deleted definition keeps only its file name. */
  stable(reference: string): string {
    const [url = '', fragment = ''] = reference.split('#', 2);
    const name = this.names.get(url);
    if (name !== undefined)
      return `#/$defs/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}${fragment}`;
    const directory = directoryOf(url);
    return this.directories.has(directory) ? `deleted:${reference.slice(directory.length)}` : reference;
  }
}

function directoryOf(url: string): string {
  return url.slice(0, url.lastIndexOf('/') + 1);
}
