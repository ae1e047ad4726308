import { Problem } from '../http/problem.js';

/** A path of the platform, as `path` makes it: its shape is the template's, whatever the values are. */
export class PlatformPath {
  constructor(
    readonly text: string,
    private readonly literals: readonly string[],
  ) {}

  /** The path with `{}` in place of each value. */
  get template(): string {
    return this.literals.join('{}');
  }
}

/** Longer than any id or name that a path of the platform holds. */
export const MAX_SEGMENT_CHARACTERS = 1_024;
/** How often servers on the way may decode a path beyond the once that is right. */
const MAX_DECODINGS = 3;
const PLAIN = /^[\w~-][\w.~-]*$/;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const FORBIDDEN = /[/\\\u0000-\u001f\u007f]/;

/**
 * Builds a path of the platform. Each hole is one segment: it is percent-encoded, and refused where some server on the
 * way could take it for more than one (`encodeURIComponent('..')` is `'..'`, and then the path climbs).
 * @throws Problem 400 `invalid_path_segment`
 */
export function path(literals: TemplateStringsArray, ...segments: string[]): PlatformPath {
  let built = literals[0] ?? '';
  for (let i = 0; i < segments.length; i++) built += encodeSegment(segments[i] ?? '') + (literals[i + 1] ?? '');
  return new PlatformPath(built, literals);
}

/**
 * Whether a decoded value can be one segment of a path, also for a server that decodes it up to three times more. A value
 * that the third decoding still changes is refused: where it ends cannot be told without as many passes as it has layers.
 */
export function isPathSegment(value: string): boolean {
  if (value.length > MAX_SEGMENT_CHARACTERS) return false;
  if (PLAIN.test(value)) return true;
  let text = value;
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings++) {
    if (text === '' || text === '.' || text === '..' || FORBIDDEN.test(text) || !text.isWellFormed()) return false;
    const decoded = decodeOnce(text);
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

function encodeSegment(value: string): string {
  if (value.length <= MAX_SEGMENT_CHARACTERS && PLAIN.test(value)) return value;
  if (!isPathSegment(value)) throw new Problem('invalid_path_segment');
  return encodeURIComponent(value);
}

/** Decodes each escape by itself, as lenient servers do; a broken one stays as it is, as in a version named `50%`. */
function decodeOnce(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
