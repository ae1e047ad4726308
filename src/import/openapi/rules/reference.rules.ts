import type { Diagnostics } from '../diagnostics.js';
import type { OpenApiDocument, Resource } from '../document.js';
import { isObject, objectOf, type Path } from '../json.js';
import { type Node, type Shape, referenceOf } from '../shapes.js';
import { closest } from './closest.js';

/** The part of the components that holds each referable shape. */
const SECTIONS: Partial<Record<Shape, string>> = {
  schema: 'schemas',
  response: 'responses',
  parameter: 'parameters',
  example: 'examples',
  requestBody: 'requestBodies',
  header: 'headers',
  securityScheme: 'securitySchemes',
  link: 'links',
  callback: 'callbacks',
  pathItem: 'pathItems',
  mediaType: 'mediaTypes',
};
/** How many misspelt references get a suggestion: each compares all names. */
const MAX_SUGGESTIONS = 100;

/** Reports references without a target, out of the document, or to the wrong kind of component. */
export class ReferenceRules {
  private suggestions = 0;
  private readonly names = new Map<string, readonly string[]>();

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
  ) {}

  check(node: Node & { readonly resource: Resource }): void {
    if (node.shape === 'schema') this.checkMapping(node);
    const reference = referenceOf(node);
    if (reference === undefined) return this.checkEmpty(node);
    const place = [...node.path, '$ref'];
    const target = this.document.find(reference, node.resource);
    if (target === undefined) this.nowhere(reference, node.shape, place);
    else if (this.document.isCircle(node.members, node.resource))
      this.log.error(`The reference ${reference} leads only to itself.`, place);
    else this.checkKind(reference, target.value, node.shape, place);
    this.noteSiblings(node);
  }

  /** In YAML `#` starts a comment, so that an unquoted reference is empty. */
  private checkEmpty({ shape, members, path }: Node): void {
    if (SECTIONS[shape] === undefined || !Object.hasOwn(members, '$ref')) return;
    const hint = members['$ref'] === null ? ' In YAML a "#" begins a comment: write the reference in quotes.' : '';
    this.log.error(`A "$ref" must be a string, but is ${kindOf(members['$ref'])}.${hint}`, [...path, '$ref']);
  }

  /** Without its schema a body may be anything; without its path, parameter or body an operation is a different one. */
  private nowhere(reference: string, shape: Shape, place: Path): void {
    const isPart = ['schema', 'example', 'link', 'header'].includes(shape);
    if (/^(?:https?:)?\/\//i.test(reference))
      this.log.warn(
        `The reference ${reference} leads to another document; it is not followed, and what it describes is missing.`,
        place,
      );
    else if (!reference.startsWith('#'))
      this.log.add(
        'error',
        'Some references lead to other files, but only this one was uploaded. Bundle the files into one first, for example with "npx @redocly/cli bundle".',
        { at: place, label: reference },
      );
    else if (isPart)
      this.log.warn(
        `The reference ${reference} leads nowhere; there anything is allowed.${this.suggestionFor(reference)}`,
        place,
      );
    else this.log.error(`The reference ${reference} leads nowhere.${this.suggestionFor(reference)}`, place);
  }

  private suggestionFor(reference: string): string {
    const [, section = '', name = ''] = /^#\/(?:components\/)?([^/]+)\/([^/]+)$/.exec(reference) ?? [];
    if (name === '' || ++this.suggestions > MAX_SUGGESTIONS) return '';
    const known = section === 'definitions' ? 'schemas' : section;
    const near = closest(name, this.namesIn(known));
    return near === undefined ? '' : ` Did you mean #/components/${known}/${near}?`;
  }

  private namesIn(section: string): readonly string[] {
    const known = this.names.get(section);
    if (known !== undefined) return known;
    const names = Object.keys(objectOf(objectOf(this.document.root, 'components'), section));
    this.names.set(section, names);
    return names;
  }

  private checkKind(reference: string, value: unknown, shape: Shape, place: Path): void {
    const [, section = ''] = /^#\/components\/([^/]+)\/[^/]+$/.exec(reference) ?? [];
    const expected = SECTIONS[shape];
    if (expected !== undefined && section !== '' && section !== expected && Object.values(SECTIONS).includes(section))
      this.log.warn(
        `The reference ${reference} leads to one of the ${section}, where one of the ${expected} is expected; what it describes may be missing.`,
        place,
      );
    else if (!isObject(value) && !(shape === 'schema' && typeof value === 'boolean'))
      this.log.warn(
        `The reference ${reference} leads to ${kindOf(value)}, where one of the ${expected ?? 'objects'} is expected; what it describes is missing.`,
        place,
      );
  }

  /** Only in schemas since 3.1, and in path items, may a reference have siblings. */
  private noteSiblings({ shape, members, path }: Node): void {
    if (shape === 'pathItem' || shape === 'schema' || shape === 'content') return;
    const described = this.document.hasJsonSchema ? ['summary', 'description'] : [];
    const ignored = Object.keys(members).filter(
      (key) => key !== '$ref' && !key.startsWith('x-') && !described.includes(key),
    );
    if (ignored.length > 0)
      this.log.add(
        'info',
        `Beside a "$ref", ${ignored
          .slice(0, 5)
          .map((key) => `"${key}"`)
          .join(', ')} is ignored.`,
        { at: path },
      );
  }

  private checkMapping({ members, path, resource }: Node & { readonly resource: Resource }): void {
    if (!isObject(members['discriminator'])) return;
    for (const [key, target] of Object.entries(objectOf(members['discriminator'], 'mapping'))) {
      if (typeof target !== 'string' || this.document.componentSchema(target) !== undefined) continue;
      if (this.document.find(target, resource) !== undefined || /^https?:/i.test(target)) continue;
      this.log.warn(
        `The discriminator maps to ${target}, which is no schema of the document: data of that kind is not described.`,
        [...path, 'discriminator', 'mapping', key],
      );
    }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
