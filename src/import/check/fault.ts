/** The way from the root of a document to one of its values. */
export type Path = readonly (string | number)[];

/** Where a fault is: at a value, or at a character of the text, counted from 0. */
export type Place = Path | number;

/** One thing that is wrong with a document. */
export interface Diagnostic {
  readonly severity: 'warning' | 'error';
  /** A sentence for the person who brought the document. */
  readonly text: string;
  /** The places that belong to it, the most telling one first; none where the whole file is meant. */
  readonly places: readonly Place[];
}

/** A fault after which nothing else can be looked at. */
export class Unreadable extends Error {
  readonly fault: Diagnostic;

  /** `at` is the character where reading ended, counted from 0; left out where that tells nothing. */
  constructor(text: string, at?: number) {
    super(text);
    this.fault = errorAt(text, ...(at === undefined ? [] : [at]));
  }
}

/** An error at some places. */
export function errorAt(text: string, ...places: Place[]): Diagnostic {
  return { severity: 'error', text, places };
}

/** The way as a JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The way that a JSON pointer describes. */
export function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
