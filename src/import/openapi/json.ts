/** A JSON object with unknown members. */
export type Json = Record<string, unknown>;

/** The path from the root of a document to one of its values. */
export type Path = readonly (string | number)[];

const rawJson = JSON as unknown as { isRawJSON(value: unknown): boolean };

/** Whether a value is a JSON object: not an array, null, or a number that is kept as its digits. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !rawJson.isRawJSON(value);
}

/** Whether a value is a number, including one that is kept as its digits. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || rawJson.isRawJSON(value);
}

/** An own member; names like `constructor` occur in documents. */
export function own(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Json)[key] : undefined;
}

/** A member that is an object; empty if it is not one. */
export function objectOf(value: Json, member: string): Json {
  const found = own(value, member);
  return isObject(found) ? found : {};
}

/** A member that is a list; empty if it is not one. */
export function listOf(value: Json, member: string): unknown[] {
  const found = own(value, member);
  return Array.isArray(found) ? found : [];
}

/** A member that is a string; numbers and booleans, as YAML reads `1.0` and `true`, are converted. */
export function textOf(value: Json, member: string): string | undefined {
  const found = own(value, member);
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Sets a member with any name, including `__proto__`. */
export function setMember(object: Json, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The path as a JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path that a JSON pointer describes. */
export function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
