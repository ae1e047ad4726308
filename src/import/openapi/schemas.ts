import type { NewDefinition, NewLink } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument, Resource } from './document.js';
import type { Effort } from './effort.js';
import { isObject, objectOf, type Path } from './json.js';
import { assignNames } from './names.js';
import { SchemaWriter } from './schema.writer.js';

const FORBIDDEN = /[^a-zA-Z0-9_-]+/g;
const XML = /^(?:text|application)\/(?:[\w.-]+\+)?xml$/;
const JSON_TYPE = 'application/json';
const COMPONENTS = '#/components/schemas/';

/** A definition without its final name. */
interface Entry {
  readonly key: string;
  readonly wanted: string;
  readonly qualifier?: string;
  readonly schema: unknown;
  readonly resource: Resource;
  readonly mediaType: string;
  /** The links to it, whose name is filled in later. */
  readonly links: { name: string }[];
}

/** The schema of a body, and a name for it. */
export interface BodySchema {
  readonly schema: unknown;
  readonly resource: Resource | undefined;
  readonly mediaType: string;
  /** The name of its definition, if the schema is unnamed. */
  readonly wanted: string;
  readonly place: { readonly at: Path; readonly label: string };
}

/** The definitions created from a document: one for each schema that is named or describes a body. */
export class SchemaBook {
  private readonly entries = new Map<string, Entry>();
  /** The definition of each schema object. */
  private readonly bySchema = new Map<unknown, string>();
  private names = new Map<string, string>();
  private taken = new Set<string>();

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
    private readonly effort: Effort,
  ) {
    for (const [name, schema] of Object.entries(objectOf(objectOf(document.root, 'components'), 'schemas'))) {
      const key = COMPONENTS + name;
      const resource =
        document.find(COMPONENTS + encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))?.resource ??
        document.resource;
      this.entries.set(key, { key, wanted: name, schema, resource, mediaType: JSON_TYPE, links: [] });
      if (isObject(schema)) this.bySchema.set(schema, key);
    }
  }

  /** The definition of a body; undefined if it cannot be converted. */
  linkTo({ schema, resource = this.document.resource, mediaType, wanted, place }: BodySchema): NewLink | undefined {
    if (XML.test(mediaType)) {
      this.log.add('warning', 'Bodies in XML are left out: their schemas are not about XML.', place);
      return undefined;
    }
    const named = this.componentOf(schema, resource);
    const isJson = mediaType === JSON_TYPE;
    const key = named === undefined ? `${wanted} ${mediaType}` : isJson ? named : `${named} ${mediaType}`;
    const base = named === undefined ? wanted : (this.entries.get(named)?.wanted ?? wanted);
    const entry: Entry = this.entries.get(key) ?? {
      key,
      wanted: isJson ? base : `${base}_${mediaType}`,
      qualifier: mediaType,
      schema,
      resource,
      mediaType,
      links: [],
    };
    this.entries.set(key, entry);
    const definition = { name: '' };
    entry.links.push(definition);
    return { definition };
  }

  /** Names and writes the definitions; call it after all bodies are known. */
  finish(): NewDefinition[] {
    this.names = assignNames([...this.entries.values()], FORBIDDEN);
    this.taken = new Set(this.names.values());
    for (const { key, links } of this.entries.values()) for (const link of links) link.name = this.names.get(key) ?? '';
    const writer = new SchemaWriter(this.document, this.log, this.effort, {
      nameOf: (target) => {
        const key = this.bySchema.get(target);
        return key === undefined ? undefined : this.names.get(key);
      },
      namePiece: (reference, target, resource) => this.namePiece(reference, target, resource),
    });
    const definitions: NewDefinition[] = [];
    // Writing adds definitions for parts of schemas, which the loop includes.
    for (const { key, schema, resource, mediaType } of this.entries.values())
      definitions.push({
        name: this.names.get(key) ?? '',
        accept: [mediaType],
        schema: writer.write(schema, resource),
      });
    return definitions;
  }

  /** The component that a schema is, if it is only a reference to one. */
  private componentOf(schema: unknown, resource: Resource): string | undefined {
    if (!isObject(schema) || typeof schema['$ref'] !== 'string') return undefined;
    // Before OpenAPI 3.1, siblings of a reference are ignored.
    if (this.document.hasJsonSchema && Object.keys(schema).length > 1) return undefined;
    const target = this.document.find(schema['$ref'], resource)?.value;
    return isObject(target) ? this.bySchema.get(target) : undefined;
  }

  /** A reference to a part of a schema, or to one outside the components, needs its own definition. */
  private namePiece(reference: string, schema: unknown, resource: Resource): string {
    const known = this.names.get(reference);
    if (known !== undefined) return known;
    const wanted = decoded(reference).replace(/^#\/(?:components\/schemas\/)?/, '');
    const [name = ''] = assignNames([{ key: reference, wanted, qualifier: 'part' }], FORBIDDEN, this.taken).values();
    this.names.set(reference, name);
    this.taken.add(name);
    this.entries.set(reference, { key: reference, wanted, schema, resource, mediaType: JSON_TYPE, links: [] });
    if (isObject(schema)) this.bySchema.set(schema, reference);
    return name;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
