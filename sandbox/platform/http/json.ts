import { ApiError } from './api.error.js';

/** A JSON object with unknown members. */
export type Json = Record<string, unknown>;

/** Maximum nesting of objects and arrays. */
const MAX_DEPTH = 200;
/** Maximum size of a value: one for each character and each scalar, and more for each object. */
const MAX_WEIGHT = 64 * 1024 * 1024;
const OBJECT_WEIGHT = 8;

/** From this number of digits a number may lose precision as a double. */
const LONG_NUMBER = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

interface Size {
  readonly weight: number;
  readonly height: number;
}

const ENDLESS: Size = { weight: Infinity, height: Infinity };

interface RawJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}

const raw = JSON as unknown as RawJson;

/** Whether a value is a JSON object: not an array, null, or a number that is kept as its digits. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !raw.isRawJSON(value);
}

/** Parses JSON; a number that a double cannot represent is kept as its digits, and serialised as them again. */
export function parseLossless(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/**
 * Parses the JSON of a request.
 * @throws ApiError 400 `invalid_json`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = parseLossless(text);
  } catch (error) {
    throw new ApiError(400, 'invalid_json', 'The body is not valid JSON.', { details: (error as Error).message });
  }
  if (!isBounded(value))
    throw new ApiError(400, 'invalid_json', `The body nests deeper than ${MAX_DEPTH} levels, or has too many parts.`);
  return value;
}

/** Whether recursion over a value is safe: its nesting and its expanded size are limited. */
export function isBounded(value: unknown): boolean {
  const { weight, height } = sizeOf(value, new Map());
  return weight <= MAX_WEIGHT && height <= MAX_DEPTH;
}

/** Each object is measured once, however often YAML's aliases repeat it. */
function sizeOf(value: unknown, known: Map<object, Size>, depth = 0): Size {
  if (typeof value !== 'object' || value === null)
    return { weight: typeof value === 'string' ? 1 + value.length : 1, height: 0 };
  const before = known.get(value);
  if (before !== undefined || depth > MAX_DEPTH) return before ?? ENDLESS;
  known.set(value, ENDLESS); // what contains itself, until it is known not to
  let [weight, height] = [OBJECT_WEIGHT, 0];
  if (!Array.isArray(value)) for (const name of Object.keys(value)) weight += name.length;
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    const size = sizeOf(part, known, depth + 1);
    weight += size.weight;
    height = Math.max(height, 1 + size.height);
  }
  known.set(value, { weight, height });
  return { weight, height };
}

function keepDigits(_name: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value !== 'number' || context === undefined) return value;
  const digits = context.source.replace(/[eE].*|\D/g, '');
  return digits.length > 15 || !Number.isFinite(value) ? raw.rawJSON(context.source) : value;
}
