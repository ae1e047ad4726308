import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument, Resource, Target } from './document.js';
import type { Effort } from './effort.js';
import { isObject, type Json, objectOf, setMember } from './json.js';
import { DATA, NAMED_SCHEMAS } from './schema.references.js';

/** Before OpenAPI 3.1 siblings of a `$ref` are ignored; descriptive ones do no harm. */
const DESCRIBING: ReadonlySet<string> = new Set([
  'title',
  'description',
  'deprecated',
  'readOnly',
  'writeOnly',
  'example',
  'default',
]);
/** Decides which schemas have a definition. */
export interface DefinitionNames {
  /** The name of the definition of a schema, if it has one. */
  nameOf(schema: unknown): string | undefined;
  /** Creates a definition for a schema that is referred to. */
  namePiece(reference: string, schema: unknown, resource: Resource): string;
}

/** Writes the schemas of a document as JSON Schema 2020-12, with references between definitions. */
export class SchemaWriter {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
    private readonly effort: Effort,
    private readonly names: DefinitionNames,
  ) {}

  /** The schema of a definition; an invalid schema allows anything. */
  write(schema: unknown, resource: Resource): unknown {
    const written = this.copy(schema, resource, schema);
    return isObject(written) || typeof written === 'boolean' ? written : {};
  }

  private copy(schema: unknown, resource: Resource, root: unknown): unknown {
    this.effort.spend();
    if (Array.isArray(schema)) return schema.map((entry) => this.copy(entry, resource, root));
    if (!isObject(schema)) return schema;
    const copy: Json = {};
    for (const [keyword, value] of this.keywordsOf(schema, resource))
      setMember(copy, keyword, this.value(keyword, value, resource, root));
    return this.document.hasJsonSchema ? copy : modern(copy, this.log);
  }

  /** A reference without a target is dropped: anything is allowed. */
  private keywordsOf(schema: Json, resource: Resource): [string, unknown][] {
    const entries = Object.entries(schema).filter(
      ([keyword, value]) => keyword !== '$ref' || !this.isLost(value, resource),
    );
    if (this.document.hasJsonSchema || typeof schema['$ref'] !== 'string') return entries;
    const reference = schema['$ref'];
    return entries.filter(([keyword]) => {
      const isKept = keyword === '$ref' || DESCRIBING.has(keyword) || keyword.startsWith('x-');
      if (!isKept)
        this.log.add('info', 'Before OpenAPI 3.1, keywords beside a "$ref" are ignored; they are left out.', {
          label: `${keyword} beside ${reference}`,
        });
      return isKept;
    });
  }

  private isLost(reference: unknown, resource: Resource): boolean {
    if (typeof reference !== 'string') return true;
    return !/^(?:https?:)?\/\//i.test(reference) && this.document.find(reference, resource) === undefined;
  }

  private value(keyword: string, value: unknown, resource: Resource, root: unknown): unknown {
    if (keyword === '$ref' && typeof value === 'string') return this.reference(value, resource, root);
    if (keyword === 'discriminator') return this.discriminator(value, resource, root);
    if (DATA.has(keyword) || keyword.startsWith('x-')) return value;
    if (!NAMED_SCHEMAS.has(keyword) || !isObject(value)) return this.copy(value, resource, root);
    const copy: Json = {};
    for (const [name, schema] of Object.entries(value)) setMember(copy, name, this.copy(schema, resource, root));
    return copy;
  }

  private discriminator(value: unknown, resource: Resource, root: unknown): unknown {
    if (!isObject(value) || !isObject(value['mapping'])) return value;
    const mapping: Json = {};
    for (const [key, target] of Object.entries(value['mapping'])) {
      const schema = typeof target === 'string' ? this.document.componentSchema(target) : undefined;
      const name = schema === undefined ? undefined : this.names.nameOf(schema);
      if (name !== undefined) setMember(mapping, key, `#/$defs/${name}`);
      else setMember(mapping, key, typeof target === 'string' ? this.reference(target, resource, root) : target);
    }
    return { ...value, mapping };
  }

  /** Converts a reference within the document to one between definitions. */
  private reference(reference: string, resource: Resource, root: unknown): string {
    const target = this.document.find(reference, resource);
    if (target === undefined) return reference;
    if (isOwn(root, target, reference)) return reference;
    const name = this.names.nameOf(target.value);
    if (name !== undefined) return `#/$defs/${name}`;
    if (target.value === this.document.root) {
      this.log.add(
        'warning',
        'Some schemas refer to the whole document, which is no schema; there they allow anything.',
        {
          label: reference,
        },
      );
      return `#/$defs/${this.names.namePiece('#', {}, this.document.resource)}`;
    }
    return `#/$defs/${this.names.namePiece(reference, target.value, target.resource)}`;
  }
}

/** A schema with an `$id` may refer to its own parts: their targets are copied along with it. */
function isOwn(root: unknown, { value, resource }: Target, reference: string): boolean {
  if (resource.root !== root || value === root) return false;
  const [, name = ''] = /^#\/\$defs\/([^/]+)/.exec(reference) ?? [];
  return !reference.startsWith('#/$defs/') || (isObject(root) && Object.hasOwn(objectOf(root, '$defs'), name));
}

/** The keywords of OpenAPI 3.0 with another meaning in JSON Schema. */
function modern(schema: Json, log: Diagnostics): Json {
  const { nullable, example, ...rest } = schema;
  const copy: Json = rest;
  if (nullable === true) {
    const { type } = rest;
    if (typeof type === 'string') copy['type'] = [type, 'null'];
    else if (type === undefined)
      log.add('info', '"nullable" without a "type" beside it says nothing in OpenAPI 3.0; it is left out.', {
        label: JSON.stringify(schema).slice(0, 80),
      });
  }
  if (example !== undefined && rest['examples'] === undefined) copy['examples'] = [example];
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof rest[exclusive] !== 'boolean') continue;
    if (rest[exclusive] && rest[limit] !== undefined) {
      copy[exclusive] = rest[limit];
      delete copy[limit];
    } else delete copy[exclusive];
  }
  return copy;
}
