import { isObject } from '../http/json.js';
import type { Platform } from '../platform.js';
import type { Versioned } from '../versions/version.lookup.js';
import { definitionUrl, parseDefinitionUrl } from './definition.url.js';
import type { DefinitionCatalog } from './definition.catalog.js';

const INTERNAL = 'definition:';

/** Converts references between definitions to their stored form, and back. */
export class DefinitionScope {
  constructor(
    private readonly platform: Platform,
    private readonly versioned: Versioned,
    private readonly catalog: DefinitionCatalog,
    /** Ids of the definitions that are being created, by name. */
    private readonly arriving: ReadonlyMap<string, string> = new Map(),
  ) {}

  /**
   * The stored form of a reference: `definition:` and an id if it means a definition, else the reference itself.
   * Undefined if it means a definition that does not exist.
   */
  internalise(reference: string, schema: unknown): string | undefined {
    const [target, fragment] = split(reference);
    const [, name, rest = ''] = target === '' ? (/^\/\$defs\/([^/]+)(.*)$/.exec(fragment) ?? []) : [];
    if (name !== undefined) return this.named(name, rest, reference, schema);
    if (target.startsWith(INTERNAL)) return undefined;
    const place = parseDefinitionUrl(this.platform, target);
    if (place === undefined) return reference;
    const { connector, version } = this.versioned;
    const isHere =
      place.organisationId === connector.parent && place.connectorId === connector.id && place.version === version.name;
    const found = this.catalog.byId(place.key) ?? this.catalog.byName(place.key);
    return isHere && found ? join(INTERNAL + found.id, fragment) : undefined;
  }

  /** The form of a stored reference that callers see. */
  externalise(reference: string): string {
    if (!reference.startsWith(INTERNAL)) return reference;
    const [target, fragment] = split(reference);
    const id = target.slice(INTERNAL.length);
    const contentType = this.catalog.byId(id)?.inner.contentType ?? 'application/schema+json';
    return join(definitionUrl(this.platform, this.versioned, { id, contentType }), fragment);
  }

  private named(name: string, rest: string, reference: string, schema: unknown): string | undefined {
    // The schema's own definitions take precedence: that is what the reference means in JSON Schema.
    if (isObject(schema) && isObject(schema['$defs']) && Object.hasOwn(schema['$defs'], name)) return reference;
    const id = this.arriving.get(name) ?? this.catalog.byName(name)?.id;
    return id === undefined ? undefined : join(INTERNAL + id, rest);
  }
}

/** The id in a stored reference; undefined if it means no definition. */
export function referencedId(reference: string): string | undefined {
  return reference.startsWith(INTERNAL) ? split(reference)[0].slice(INTERNAL.length) : undefined;
}

function split(reference: string): [string, string] {
  const at = reference.indexOf('#');
  return at === -1 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
}

function join(target: string, fragment: string): string {
  return fragment === '' ? target : `${target}#${fragment}`;
}
