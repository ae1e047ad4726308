import type { Store } from './store/store.js';

/** What every operation works with. */
export interface Platform {
  readonly store: Store;
  /** The time in ISO 8601; never the same twice, so that what is sorted by it has one order. */
  readonly now: () => string;
  /** A new ULID, greater than every one before. */
  readonly newId: () => string;
  /** Base URL of the API on this server. */
  readonly ownUrl: string;
  /** Base URL of the API as those outside see it. */
  readonly publicUrl: string;
}

/** A clock that never stands still. */
export function createClock(): () => string {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return new Date(last).toISOString();
  };
}
