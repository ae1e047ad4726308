import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../http/api.error.js';
import type { Json } from '../http/json.js';

const TIME = /^\d{4}-\d\d-\d\dT/;

/**
 * Lets a caller send back what was read, but not change it.
 * @param current the read-only members as they are
 * @throws ApiError 400 that names each member that is sent with another value
 */
export function refuseChanges(sent: object, current: object): void {
  const changed = Object.entries(current).filter(([name, value]) => {
    const wanted = (sent as Json)[name];
    return wanted !== undefined && !isSame(wanted, value);
  });
  if (changed.length > 0)
    throw invalid(...changed.map(([field]) => ({ field, message: 'is read-only, and not what it was' })));
}

/** Two ways to write one time are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (isDeepStrictEqual(a, b)) return true;
  return isTime(a) && isTime(b) && Date.parse(a) === Date.parse(b);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}
