import type { Path } from './json.js';
import { MAX_CHARACTERS, MAX_MESSAGES, MAX_PLACES } from './limits.js';

/** An error prevents the import; a warning has a consequence; an info is worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a document: a value, or a character of its text (counted from 0), and its label. */
export interface Place {
  readonly at?: Path | number;
  /** A label for people, such as an operation and its server; by default the place's JSON pointer. */
  readonly label?: string;
}

/** One diagnostic of a document, with all the places where it applies. */
export interface Diagnostic {
  readonly severity: Severity;
  /** A sentence for the person who brought the document. */
  readonly text: string;
  /** At most `MAX_PLACES` of them, in the order they were found. */
  readonly places: Place[];
  /** The total number of places. */
  count: number;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * The diagnostics of a document: each sentence once, with the places where it applies. Memory is bounded for any
 * document: beyond a number of sentences and places they are only counted.
 */
export class Diagnostics {
  private readonly bySentence = new Map<string, Diagnostic>();
  /** The numbers of stored and of dropped sentences, by severity. */
  private readonly kept: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  private readonly dropped: Record<Severity, number> = { error: 0, warning: 0, info: 0 };

  add(severity: Severity, sentence: string, ...places: Place[]): void {
    const text = shortened(sentence);
    const key = `${severity} ${text}`;
    const known = this.bySentence.get(key);
    // Each severity has its own limit, so that no number of warnings hides an error.
    if (known === undefined && this.kept[severity] >= MAX_MESSAGES) {
      this.dropped[severity] += 1;
      return;
    }
    const diagnostic = known ?? { severity, text, places: [], count: 0 };
    if (known === undefined) {
      this.bySentence.set(key, diagnostic);
      this.kept[severity] += 1;
    }
    diagnostic.count += places.length;
    for (const place of places) if (diagnostic.places.length < MAX_PLACES) diagnostic.places.push(place);
  }

  error(text: string, ...at: (Path | number)[]): void {
    this.add('error', text, ...at.map((place) => ({ at: place })));
  }

  warn(text: string, ...at: (Path | number)[]): void {
    this.add('warning', text, ...at.map((place) => ({ at: place })));
  }

  get hasErrors(): boolean {
    return this.kept.error > 0;
  }

  /** All diagnostics, the worst first; at most `MAX_MESSAGES`, the last of which says how many more there are. */
  get all(): readonly Diagnostic[] {
    const found = [...this.bySentence.values()].toSorted(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    );
    const dropped = this.dropped.error + this.dropped.warning + this.dropped.info;
    if (found.length + dropped <= MAX_MESSAGES) return found;
    const kept = found.slice(0, MAX_MESSAGES - 1);
    const more = found.length + dropped - kept.length;
    return [...kept, { severity: 'info', text: `There are ${more} more messages.`, places: [], count: 0 }];
  }
}

/** A document that cannot be read or exceeds the limits; no other diagnostic is possible. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  /** `at` is where reading stopped, a character counted from 0 or a value; omitted if that is not helpful. */
  constructor(
    text: string,
    readonly at?: number | Path,
  ) {
    super(text);
  }
}

/** Truncates text from a document, so that messages stay readable. */
export function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
