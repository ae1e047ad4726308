import { isObject, type Json, objectOf, own, textOf } from './json.js';
import { type Node, walk } from './shapes.js';

/** A document, or a schema in it with an `$id`: the base of relative references (JSON Schema 2020-12, 8.2). */
export interface Resource {
  readonly root: unknown;
  readonly uri: string;
}

/** The target of a reference, and the base of references in it. */
export interface Target {
  readonly value: unknown;
  readonly resource: Resource;
}

/** Relative references need a base URI; nothing is ever fetched from it. */
const UNKNOWN_BASE = 'document:///';
const MAX_DETOURS = 50;

/**
 * A parsed OpenAPI 3 document: the only place where references are resolved. Supports JSON pointers, anchors, `$id` and
 * `$self`; nothing outside the document is read.
 */
export class OpenApiDocument {
  /** The document itself. */
  readonly resource: Resource;
  /** `3.0`, `3.1` or `3.2`. */
  readonly version: string;
  private index: { readonly byUri: Map<string, Resource>; readonly anchors: Map<string, Target> } | undefined;
  private readonly found = new Map<Resource, Map<string, Target | undefined>>();
  private readonly ends = new Map<unknown, Target | undefined>();
  private readonly circles = new Set<unknown>();
  private detours = 0;

  constructor(readonly root: Json) {
    this.resource = { root, uri: absolute(textOf(root, '$self') ?? '', UNKNOWN_BASE) ?? UNKNOWN_BASE };
    // In YAML, `3.0` without quotes is the number 3.
    this.version = /^3\.\d/.exec(textOf(root, 'openapi') ?? '')?.[0] ?? '3.0';
  }

  /** Since OpenAPI 3.1 schemas are JSON Schema 2020-12; before, they were a dialect of their own. */
  get hasJsonSchema(): boolean {
    return this.version !== '3.0';
  }

  /** The target of a reference; undefined if it does not exist or is outside the document. */
  find(reference: string, from: Resource = this.resource): Target | undefined {
    let known = this.found.get(from);
    if (known === undefined) this.found.set(from, (known = new Map()));
    const before = known.get(reference);
    if (before !== undefined || known.has(reference)) return before;
    // A reference through itself has no target.
    known.set(reference, undefined);
    const target = this.search(reference, from);
    known.set(reference, target);
    return target;
  }

  /**
   * The object that a value is or that its references lead to, through any number of references; undefined if there is
   * none. Each reference is followed once, so that the cost of a chain is linear.
   */
  follow(value: unknown, from: Resource = this.resource): Target | undefined {
    const way = new Set<unknown>();
    let target: Target | undefined = { value, resource: from };
    let isCircle = false;
    while (target !== undefined) {
      const reference = own(target.value, '$ref');
      if (typeof reference !== 'string') break;
      if (this.ends.has(target.value)) {
        isCircle = this.circles.has(target.value);
        target = this.ends.get(target.value);
      } else if (way.has(target.value)) {
        isCircle = true;
        target = undefined;
      } else {
        way.add(target.value);
        target = this.find(reference, target.resource);
      }
    }
    for (const step of way) {
      this.ends.set(step, target);
      if (isCircle) this.circles.add(step);
    }
    return target;
  }

  /** Whether a reference leads to others and never to an object. A recursive schema is allowed. */
  isCircle(value: unknown, from: Resource): boolean {
    return this.follow(value, from) === undefined && this.circles.has(value);
  }

  /** The object that a value is or refers to; empty if there is none. */
  resolve(value: unknown): Json {
    const found = this.follow(value)?.value;
    return isObject(found) ? found : {};
  }

  /**
   * A path item merged with the target of its `$ref`: OpenAPI 3.1 allows both, 3.0 leaves it open. Its own members win;
   * parameters of both count.
   */
  pathItem(value: unknown): Json {
    const way = new Set<unknown>();
    const items: Json[] = [];
    let target: Target | undefined = { value, resource: this.resource };
    while (target !== undefined && isObject(target.value) && !way.has(target.value)) {
      way.add(target.value);
      items.unshift(target.value);
      const reference = textOf(target.value, '$ref');
      target = reference === undefined ? undefined : this.find(reference, target.resource);
    }
    if (items.length === 1) return items[0] ?? {};
    const parameters = items.flatMap((item) => (Array.isArray(item['parameters']) ? item['parameters'] : []));
    return { ...Object.assign({}, ...items), ...(parameters.length > 0 && { parameters }), $ref: undefined };
  }

  /** The schema of the components that has this name. */
  componentSchema(name: string): unknown {
    return own(objectOf(objectOf(this.root, 'components'), 'schemas'), name);
  }

  private search(reference: string, from: Resource): Target | undefined {
    const hash = reference.indexOf('#');
    const file = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = hash < 0 ? '' : reference.slice(hash + 1);
    const resource = file === '' ? from : this.resourceAt(absolute(file, from.uri));
    if (resource === undefined) return undefined;
    if (fragment === '') return { value: resource.root, resource };
    if (fragment.startsWith('/')) return this.along(fragment, resource) ?? this.fromRoot(fragment, resource);
    return this.indexed.anchors.get(`${resource.uri}#${decoded(fragment)}`);
  }

  /** Many documents mean the whole document by `#/`, even inside a schema with its own `$id`. */
  private fromRoot(fragment: string, resource: Resource): Target | undefined {
    return resource === this.resource ? undefined : this.along(fragment, this.resource);
  }

  /** Follows a JSON pointer; a missing member is looked up in the object that the current one refers to. */
  private along(pointer: string, from: Resource): Target | undefined {
    let target: Target | undefined = { value: from.root, resource: from };
    for (const segment of pointer.slice(1).split('/')) {
      target = this.step(target, segment) ?? this.step(this.detour(target), segment);
      if (target === undefined) return undefined;
    }
    return target;
  }

  /** Resolving one such reference may need another; the stack has room for this many. */
  private detour({ value, resource }: Target): Target | undefined {
    if (this.detours >= MAX_DETOURS || typeof own(value, '$ref') !== 'string') return undefined;
    this.detours += 1;
    try {
      return this.follow(value, resource);
    } finally {
      this.detours -= 1;
    }
  }

  /** A pointer in a URI may be percent-encoded (RFC 6901, section 6); some documents do not encode it. */
  private step(target: Target | undefined, segment: string): Target | undefined {
    if (target === undefined) return undefined;
    for (const key of new Set([decoded(segment), segment].map(unescaped))) {
      const value = own(target.value, key);
      if (value !== undefined) return { value, resource: this.resourceOf(value, target.resource) };
    }
    return undefined;
  }

  private resourceOf(value: unknown, around: Resource): Resource {
    const id = own(value, '$id');
    return (typeof id === 'string' && this.resourceAt(absolute(id, around.uri))) || around;
  }

  private resourceAt(uri: string | undefined): Resource | undefined {
    if (uri === undefined) return undefined;
    return uri === this.resource.uri ? this.resource : this.indexed.byUri.get(uri);
  }

  /** Every object of the document that is not plain data, with the base of its references. */
  *nodes(): Generator<Node & { readonly resource: Resource }> {
    const around: { depth: number; resource: Resource }[] = [{ depth: 0, resource: this.resource }];
    for (const node of walk(this.root)) {
      while (around.length > 1 && (around.at(-1)?.depth ?? 0) >= node.path.length) around.pop();
      let resource = around.at(-1)?.resource ?? this.resource;
      const id = node.shape === 'schema' ? node.members['$id'] : undefined;
      const uri = typeof id === 'string' ? absolute(id, resource.uri) : undefined;
      if (uri !== undefined && uri !== resource.uri) {
        resource = { root: node.members, uri };
        around.push({ depth: node.path.length, resource });
      }
      yield { ...node, resource };
    }
  }

  /** Built for the first reference that needs it: most documents have neither anchors nor identifiers. */
  private get indexed(): NonNullable<typeof this.index> {
    if (this.index !== undefined) return this.index;
    this.index = { byUri: new Map(), anchors: new Map() };
    for (const { shape, members, resource } of this.nodes()) {
      if (shape !== 'schema') continue;
      if (resource.root === members && !this.index.byUri.has(resource.uri))
        this.index.byUri.set(resource.uri, resource);
      for (const anchor of [members['$anchor'], members['$dynamicAnchor']])
        if (typeof anchor === 'string') this.addAnchor(anchor, { value: members, resource });
    }
    return this.index;
  }

  /** Anchors belong to the resource around them; many documents use them across the whole document. */
  private addAnchor(name: string, target: Target): void {
    const { anchors } = this.index ?? this.indexed;
    for (const uri of [target.resource.uri, this.resource.uri])
      if (!anchors.has(`${uri}#${name}`)) anchors.set(`${uri}#${name}`, target);
  }
}

/** A URI without its fragment, resolved against a base; undefined if it is not a URI. */
function absolute(reference: string, base: string): string | undefined {
  const url = URL.parse(reference, base);
  if (url === null) return undefined;
  url.hash = '';
  return url.href;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
