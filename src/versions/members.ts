// What the platform sends is checked against the contract, and read all the same where it departs from it.

/** Something that the platform sends. */
export type Entry = Readonly<Record<string, unknown>>;

/** A string; empty where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list; empty where it is none. */
export function objectsOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

/** An object; empty where it is none. */
export function objectOf(value: unknown): Entry {
  return isEntry(value) ? value : {};
}

/** Whether a value is an object. */
export function isEntry(value: unknown): value is Entry {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
