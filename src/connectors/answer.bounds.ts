import type { MissingPart } from '../versions/missing.part.js';

/** Bytes of the entries that an answer lists. */
const MAX_LISTED_BYTES = 262_144;
const MAX_MISSING = 100;

/** The first entries of a list, as many as an answer may have. */
export function firstOf<T>(entries: readonly T[], maxEntries: number): readonly T[] {
  let bytes = 0;
  const end = entries.slice(0, maxEntries).findIndex((entry) => {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    return bytes > MAX_LISTED_BYTES;
  });
  return entries.slice(0, end === -1 ? maxEntries : end);
}

/** Whether everything was read, what was not, and how many parts that are. */
export function completenessOf(missing: readonly MissingPart[]): Completeness {
  if (missing.length === 0) return { complete: true };
  return { complete: false, missing: missing.slice(0, MAX_MISSING), missingCount: missing.length };
}

interface Completeness {
  readonly complete: boolean;
  readonly missing?: MissingPart[];
  readonly missingCount?: number;
}

/** A text that is not longer than an answer may quote. */
export function clip(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters).toWellFormed()}…`;
}

/** A query parameter that may be repeated, as a test; without the parameter every value passes. */
export function filterOf<T extends string>(wanted: T | readonly T[] | undefined): (value: T) => boolean {
  if (wanted === undefined) return () => true;
  const values = new Set([wanted].flat());
  return (value) => values.has(value);
}
