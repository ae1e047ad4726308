import type { NewDefinition } from './creations.js';
import { isObject, objectOf, type OpenApiDocument, pointerParts, type Json } from './document.js';
import type { MessageLog } from './message.log.js';
import { definitionNames } from './names.js';

const COMPONENT = /^#\/components\/schemas\/([^/]+)(.*)$/;
/** How definitions refer to each other. */
const MEANS_DEFINITION = /^(?:#\/\$defs\/|definition:)/;
const XML = /^(?:text|application)\/(?:[\w.-]+\+)?xml\b/i;
const JSON_TYPE = 'application/json';

/** The definitions that a document comes to: one for each schema of it that has a name, or is that of a body. */
export class SchemaBook {
  readonly definitions: NewDefinition[] = [];
  private readonly names = definitionNames();
  /** Name of the definition of each schema that was referred to, with the media type where it is not JSON. */
  private readonly known = new Map<string, string>();
  /** What is to be defined, once every schema with a name of its own has got it. */
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: MessageLog,
  ) {
    for (const [name, schema] of Object.entries(objectOf(objectOf(document.root, 'components'), 'schemas')))
      this.known.set(`#/components/schemas/${name}`, this.define(name, schema, JSON_TYPE));
  }

  /**
   * The name of the definition of a body.
   * @param wanted what to call it where its schema has no name
   * @returns undefined for what cannot be taken over
   */
  nameOf(schema: unknown, mediaType: string, wanted: string): string | undefined {
    if (XML.test(mediaType)) {
      this.log.note('warning', 'Bodies in XML are left out: their schemas are none of XML.', `${wanted}: ${mediaType}`);
      return undefined;
    }
    const reference = isObject(schema) ? schema['$ref'] : undefined;
    const isJson = mediaType === JSON_TYPE;
    if (typeof reference !== 'string')
      return this.define(isJson ? wanted : `${wanted}_${mediaType}`, schema, mediaType);
    const plain = this.known.get(decodePointer(reference));
    if (isJson && plain !== undefined) return plain;
    const key = `${mediaType} ${reference}`;
    const name = this.known.get(key) ?? this.define(`${plain ?? wanted}_${isJson ? '' : mediaType}`, schema, mediaType);
    this.known.set(key, name);
    return name;
  }

  /** Writes the schemas; to be called when every name is known. */
  finish(): readonly NewDefinition[] {
    // What is written adds to them, which the loop sees.
    for (const write of this.waiting) write();
    return this.definitions;
  }

  private define(wanted: string, schema: unknown, mediaType: string): string {
    const name = this.names.make(wanted);
    this.waiting.push(() => {
      const rewritten = rewriteReferences(schema, (reference) =>
        isOwn(schema, reference) ? reference : this.rewrite(reference, name),
      );
      const content = JSON.stringify(isObject(rewritten) || typeof rewritten === 'boolean' ? rewritten : {});
      this.definitions.push({ name, accept: [mediaType], schema: { contentType: 'application/schema+json', content } });
    });
    return name;
  }

  /** Turns a reference within the document into one between definitions. */
  private rewrite(reference: string, place: string): string {
    const [, component, rest = ''] = COMPONENT.exec(reference) ?? [];
    const target = component === undefined ? reference : `#/components/schemas/${component}`;
    const known = this.known.get(decodePointer(target));
    if (known !== undefined) return `#/$defs/${known}${rest}`;
    const found = this.document.lookUp(reference);
    if (found === undefined) return this.miss(reference, place);
    const name = this.define(pointerParts(reference).slice(-3).join('_'), found, JSON_TYPE);
    this.known.set(decodePointer(reference), name);
    return `#/$defs/${name}`;
  }

  /** What leads nowhere must not lead to a definition by accident. */
  private miss(reference: string, place: string): string {
    this.log.note('warning', 'Some references lead nowhere, or to another file.', `${place}: ${reference}`);
    return MEANS_DEFINITION.test(reference) ? `missing:${reference}` : reference;
  }
}

/** Whether a reference leads to a part of the schema itself. */
function isOwn(schema: unknown, reference: string): boolean {
  const [, name = ''] = /^#\/\$defs\/([^/]+)/.exec(reference) ?? [];
  return isObject(schema) && Object.hasOwn(objectOf(schema, '$defs'), name);
}

function decodePointer(reference: string): string {
  return reference.startsWith('#/') ? `#/${pointerParts(reference).join('/')}` : reference;
}

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
