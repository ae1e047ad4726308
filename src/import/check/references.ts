import { type Diagnostic, type Path, errorAt, pathOf } from './fault.js';
import { REFERABLE } from './shapes.js';
import { type Members, type Node, own } from './walk.js';

/** A reference to a value of the same document. */
export function isLocal(reference: string): boolean {
  return reference === '#' || reference.startsWith('#/');
}

/** What a local reference leads to, however many others are on the way; undefined when that is nothing. */
export function follow(root: Members, value: unknown): unknown {
  const seen = new Set<unknown>();
  let target = value;
  for (;;) {
    const reference = own(target, '$ref');
    if (typeof reference !== 'string') return target;
    if (!isLocal(reference) || seen.has(target)) return undefined;
    seen.add(target);
    target = targetOf(root, reference);
  }
}

/** Whether references lead to each other and never to anything. A schema that holds itself deeper inside is fine. */
function isCircle(root: Members, reference: string): boolean {
  const seen = new Set<unknown>();
  for (let next: unknown = reference; typeof next === 'string' && isLocal(next);) {
    if (seen.has(next)) return true;
    seen.add(next);
    next = own(targetOf(root, next), '$ref');
  }
  return false;
}

function targetOf(root: Members, reference: string): unknown {
  const lead = (pointer: string): unknown => pathOf(pointer).reduce<unknown>((value, key) => own(value, key), root);
  return lead(decoded(reference)) ?? lead(reference);
}

/** A reference is a URI: its pointer may be percent-encoded (RFC 6901, section 6). */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

/** Checks where the references of a document lead. */
export class References {
  private readonly root: Members;
  private readonly found: { readonly node: Node; readonly reference: string; readonly hasBase: boolean }[] = [];
  /** What JSON Schema 2020-12 calls identifiers: other names for parts of this document. */
  private readonly anchors = new Set<string>();
  private readonly ids: string[] = [];
  /** Where the schemas are that have an `$id` and hold the object that was noted last. */
  private readonly bases: Path[] = [];

  constructor(root: Members) {
    this.root = root;
    if (typeof root['$self'] === 'string') this.ids.push(root['$self']);
  }

  /** Takes note of one object of the document, after those that hold it. */
  note(node: Node): void {
    for (let base = this.bases.at(-1); base && !isWithin(node.path, base); base = this.bases.at(-1)) this.bases.pop();
    if (node.shape === 'schema') this.noteNames(node);
    const reference = node.members['$ref'];
    if (typeof reference !== 'string' || !REFERABLE.has(node.shape)) return;
    this.found.push({ node, reference, hasBase: this.bases.length > 0 });
  }

  /** What is wrong, after every object has been noted. */
  faults(): Diagnostic[] {
    return this.found.flatMap(({ node, reference, hasBase }) => {
      const place = [...node.path, '$ref'];
      if (isLocal(reference)) return hasBase ? [] : this.localFaults(reference, place);
      return this.isNamed(reference) ? [] : [elsewhere(reference, place)];
    });
  }

  private noteNames({ members, path }: Node): void {
    const { $id, $anchor, $dynamicAnchor } = members;
    if (typeof $id === 'string') {
      this.ids.push($id);
      this.bases.push(path);
    }
    for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === 'string') this.anchors.add(anchor);
  }

  private localFaults(reference: string, place: Path): Diagnostic[] {
    const target = targetOf(this.root, reference);
    if (target === undefined) return [errorAt(`The reference ${reference} leads nowhere.`, place)];
    return isCircle(this.root, reference) ? [errorAt(`The reference ${reference} leads only to itself.`, place)] : [];
  }

  /** Whether a reference uses a name that a schema of this document gives itself. */
  private isNamed(reference: string): boolean {
    const [file = '', anchor] = reference.split('#', 2);
    if (file === '') return this.anchors.has(anchor ?? '');
    const end = file.replace(/^(?:\.?\/)+/, '');
    return this.ids.some((id) => id.endsWith(end));
  }
}

function elsewhere(reference: string, place: Path): Diagnostic {
  if (reference.startsWith('#')) return errorAt(`The reference ${reference} leads nowhere.`, place);
  if (!/^(?:https?:)?\/\//i.test(reference))
    return errorAt(`The reference ${reference} leads to another file, but only this one was uploaded.`, place);
  return {
    severity: 'warning',
    text: `The reference ${reference} leads to another document; it is not followed.`,
    places: [place],
  };
}

function isWithin(path: Path, base: Path): boolean {
  return base.every((segment, index) => path[index] === segment);
}
