import { Problem } from '../http/problem.js';

/** A path of the platform. Always has the shape of its template, whatever the values are. */
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

/** Longer than any id or name in a path of the platform. */
export const MAX_SEGMENT_CHARACTERS = 1_024;
/** How many more times than once servers on the way may decode a path. */
const MAX_DECODINGS = 3;
const PLAIN = /^[\w~-][\w.~-]*$/;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const FORBIDDEN = /[/\\\u0000-\u001f\u007f]/;

/**
 * Builds a path of the platform. Each value becomes one percent-encoded segment, and is refused where a server on the
 * way could read it as more than one: `encodeURIComponent('..')` is `'..'`, which climbs.
 * @throws Problem 400 `invalid_path_segment`
 */
export function path(literals: TemplateStringsArray, ...segments: string[]): PlatformPath {
  let built = literals[0] ?? '';
  for (let i = 0; i < segments.length; i++) built += encodeSegment(segments[i] ?? '') + (literals[i + 1] ?? '');
  return new PlatformPath(built, literals);
}

/**
 * Whether a decoded value is one path segment, even for a server that decodes it up to three more times. A value that
 * the third decoding still changes is refused: following it further takes as many passes as it has layers.
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
