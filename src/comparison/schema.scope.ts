import { canonical } from './canonical.js';
import { isAnnotation, isObject, type Schema } from './schema.keywords.js';

/** A version's schemas by the names of their definitions. */
export type SchemasByName = ReadonlyMap<string, unknown>;

const DEFINITION = /^#\/\$defs\/([^/]+)$/;
/** Maximum number of references followed in a row. */
const MAX_HOPS = 32;
/** Stands for a reference that cannot be resolved. */
export const UNRESOLVED = 'reference';

/** Resolves the references of one schema: those within it, and those to other definitions of its version. */
export class SchemaScope {
  constructor(
    private readonly root: unknown,
    private readonly definitions: SchemasByName,
  ) {}

  /** A schema with its references resolved and its `allOf` merged where possible. */
  expand(schema: unknown): Schema {
    return this.merge(this.follow(schema), 0);
  }

  /** The name of the definition that a schema refers to without siblings; undefined for every other schema. */
  definitionName(schema: unknown): string | undefined {
    if (!isObject(schema) || typeof schema['$ref'] !== 'string') return undefined;
    const name = definitionIn(schema['$ref'], this.root);
    const isPlain = Object.keys(schema).every((keyword) => keyword === '$ref' || isAnnotation(keyword));
    return isPlain ? name : undefined;
  }

  private follow(schema: unknown): Schema {
    let current = asObject(schema);
    for (let hops = 0; typeof current['$ref'] === 'string'; hops++) {
      const { $ref, ...siblings } = current;
      const target = hops < MAX_HOPS ? this.lookUp($ref) : undefined;
      if (target === undefined) return { ...siblings, [UNRESOLVED]: $ref };
      // Since JSON Schema 2019-09 the siblings of a $ref count; before, authors expected them to.
      current = { ...asObject(target), ...siblings };
    }
    return current;
  }

  private lookUp(reference: string): unknown {
    const name = definitionIn(reference, this.root);
    if (name !== undefined) return this.definitions.get(name);
    return reference.startsWith('#') ? this.pointed(reference.slice(1)) : undefined;
  }

  private pointed(pointer: string): unknown {
    let value: unknown = this.root;
    for (const part of pointer.split('/').slice(1)) {
      const key = decode(part);
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Schema)[key];
    }
    return value;
  }

  private merge(schema: Schema, depth: number): Schema {
    const { allOf, ...own } = schema;
    if (!Array.isArray(allOf) || depth >= MAX_HOPS) return schema;
    let merged: Schema = own;
    const rest: Schema[] = [];
    for (const part of allOf) {
      const expanded = this.merge(this.follow(part), depth + 1);
      if (conflict(merged, expanded)) rest.push(expanded);
      else merged = join(merged, expanded);
    }
    return rest.length === 0 ? merged : { ...merged, allOf: rest };
  }
}

/** The target of a reference. Definitions inside the schema take precedence, as in JSON Schema. */
function definitionIn(reference: string, root: unknown): string | undefined {
  const [, encoded] = DEFINITION.exec(reference) ?? [];
  if (encoded === undefined) return undefined;
  const name = decode(encoded);
  const own = isObject(root) && isObject(root['$defs']) && Object.hasOwn(root['$defs'], name);
  return own ? undefined : name;
}

/** The definitions that a schema refers to directly. */
export function referencedDefinitions(schema: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [schema];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const reference = (value as Schema)['$ref'];
    const name = typeof reference === 'string' ? definitionIn(reference, schema) : undefined;
    if (name !== undefined) found.add(name);
    for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) waiting.push(member);
  }
  return found;
}

function conflict(merged: Schema, part: Schema): boolean {
  return Object.keys(part).some(
    (keyword) =>
      keyword !== 'properties' &&
      keyword !== 'required' &&
      !isAnnotation(keyword) &&
      Object.hasOwn(merged, keyword) &&
      canonical(merged[keyword]) !== canonical(part[keyword]),
  );
}

function join(merged: Schema, part: Schema): Schema {
  const properties = new Map(Object.entries(asObject(merged['properties'])));
  for (const [name, schema] of Object.entries(asObject(part['properties'])))
    properties.set(name, properties.has(name) ? { allOf: [properties.get(name), schema] } : schema);
  const required = [merged['required'], part['required']].filter(Array.isArray).flat();
  return {
    ...part,
    ...merged,
    ...(properties.size > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  };
}

/** `true` allows everything and `false` nothing; an invalid schema is ignored. */
function asObject(schema: unknown): Schema {
  if (isObject(schema)) return schema;
  return schema === false ? { not: {} } : {};
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}
