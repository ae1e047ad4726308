import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../http/api.error.js';
import type { Json } from '../http/json.js';

const TIME = /^\d{4}-\d\d-\d\dT/;

/**
 * Accepts unchanged read-only members, and rejects changed ones.
 * @param current the current read-only members
 * @throws ApiError 400 that names each changed member
 */
export function refuseChanges(sent: object, current: object): void {
  const changed = Object.entries(current).filter(([name, value]) => {
    const wanted = (sent as Json)[name];
    return wanted !== undefined && !isSame(wanted, value);
  });
  if (changed.length > 0)
    throw invalid(...changed.map(([field]) => ({ field, message: 'is read-only, and not what it was' })));
}

/** Two notations of the same time are equal. */
function isSame(a: unknown, b: unknown): boolean {
  if (isDeepStrictEqual(a, b)) return true;
  return isTime(a) && isTime(b) && Date.parse(a) === Date.parse(b);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}
