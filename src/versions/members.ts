// Responses of the platform are checked against the contract, but read even if they deviate from it.

/** An object that the platform sends. */
export type Entry = Readonly<Record<string, unknown>>;

/** A string; empty if it is not one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list; empty if it is not one. */
export function objectsOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

/** An object; empty if it is not one. */
export function objectOf(value: unknown): Entry {
  return isEntry(value) ? value : {};
}

/** Whether a value is an object. */
export function isEntry(value: unknown): value is Entry {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
