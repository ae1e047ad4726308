import { type Fault, invalid } from '../http/api.error.js';
import { isObject, type Json } from '../http/json.js';

/** The place of a value in a body, and the errors found so far. */
export interface Place {
  readonly path: string;
  readonly faults: Fault[];
}

/** Validates a value and collects errors. Its result is valid only if there are none. */
export type Shape<T> = (value: unknown, at: Place) => T;

/** An optional member, which may not be null. */
export type Optional<T> = Shape<T> & { readonly isOptional: true };

type Members = Record<string, Shape<unknown>>;

type Simplify<T> = { [K in keyof T]: T[K] };

type ObjectOf<M extends Members> = Simplify<
  { [K in keyof M as M[K] extends Optional<unknown> ? never : K]: ReturnType<M[K]> } & {
    [K in keyof M as M[K] extends Optional<unknown> ? K : never]?: ReturnType<M[K]>;
  }
>;

/** The type of a shape's result. */
export type Read<S> = S extends Shape<infer T> ? T : never;

/**
 * Validates a body.
 * @throws ApiError 400 with every error
 */
export function read<T>(shape: Shape<T>, body: unknown): T {
  const faults: Fault[] = [];
  const value = shape(body, { path: '', faults });
  if (faults.length > 0) throw invalid(...faults);
  return value;
}

/** Reports an error. */
export function note(at: Place, message: string): void {
  at.faults.push({ field: at.path, message });
}

/** Reports an error in place of a value, which is not used afterwards. */
function wrong(at: Place, message: string): never {
  note(at, message);
  return undefined as never;
}

/** The place of a member. */
export function inside(at: Place, member: string): Place {
  return { path: at.path === '' ? member : `${at.path}.${member}`, faults: at.faults };
}

/** The place of a list's element. */
export function element(at: Place, index: number): Place {
  return { path: `${at.path}[${index}]`, faults: at.faults };
}

/** A string. */
export const text: Shape<string> = (value, at) => (typeof value === 'string' ? value : wrong(at, 'must be a string'));

/** A string that is not empty. */
export const filledText: Shape<string> = ruled(text, 'must not be empty', (value) => value.trim() !== '');

/** true or false. */
export const flag: Shape<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : wrong(at, 'must be true or false');

/** A whole number. */
export const wholeNumber: Shape<number> = (value, at) =>
  Number.isSafeInteger(value) ? (value as number) : wrong(at, 'must be an integer');

/** Any value. */
export const anything: Shape<unknown> = (value) => value;

/** One of a fixed set of strings. */
export function word<W extends string>(...words: readonly W[]): Shape<W> {
  return (value, at) =>
    words.includes(value as W)
      ? (value as W)
      : wrong(at, `must be ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`);
}

/** An array. */
export function list<T>(of: Shape<T>): Shape<T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((entry, i) => of(entry, element(at, i))) : wrong(at, 'must be an array');
}

/** An object with arbitrary member names. */
export function dictionary<T>(of: Shape<T>): Shape<Record<string, T>> {
  return (value, at) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, of(entry, inside(at, name))]))
      : wrong(at, 'must be a JSON object');
}

/** An object with these members; others are kept unchanged. */
export function object<M extends Members>(members: M): Shape<ObjectOf<M>> {
  const known = Object.entries(members);
  return (value, at) => {
    if (!isObject(value)) return wrong(at, 'must be a JSON object');
    const copy: Json = { ...value };
    for (const [name, shape] of known) {
      const isMissing = value[name] === undefined;
      if (!isMissing) copy[name] = shape(value[name], inside(at, name));
      else if ('isOptional' in shape) delete copy[name];
      else note(inside(at, name), 'must be given');
    }
    return copy as ObjectOf<M>;
  };
}

/** Marks an optional member. */
export function optional<T>(shape: Shape<T>): Optional<T> {
  return Object.assign((value: unknown, at: Place) => shape(value, at), { isOptional: true as const });
}

/** A required member, which may be null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at) => (value === null ? null : shape(value, at));
}

/** A shape with an additional rule; `sentence` states the rule. */
export function ruled<T>(shape: Shape<T>, sentence: string, holds: (value: T) => boolean): Shape<T> {
  return checked(shape, (value, at) => {
    if (!holds(value)) note(at, sentence);
  });
}

/** A shape with an additional check, which runs only on valid values. */
export function checked<T>(shape: Shape<T>, check: (value: T, at: Place) => void): Shape<T> {
  return (value, at) => {
    const before = at.faults.length;
    const result = shape(value, at);
    if (at.faults.length === before) check(result, at);
    return result;
  };
}

/** A union of objects, discriminated by a member. */
export function variants<V extends Record<string, Shape<unknown>>>(
  tag: string,
  kinds: V,
): Shape<ReturnType<V[keyof V]>> {
  const tagged = object({ [tag]: word(...Object.keys(kinds)) });
  return (value, at) => {
    const before = at.faults.length;
    tagged(value, at);
    const shape = at.faults.length === before ? kinds[String((value as Json)[tag])] : undefined;
    return shape?.(value, at) as ReturnType<V[keyof V]>;
  };
}

/** Reports each element of a list whose key occurred before. */
export function unique<T>(values: readonly T[], at: Place, keyOf: (value: T) => unknown, sentence: string): void {
  const seen = new Set<unknown>();
  for (const [i, value] of values.entries()) {
    const key = keyOf(value);
    if (seen.has(key)) note(element(at, i), sentence);
    seen.add(key);
  }
}
