import type { Store } from './store/store.js';

/** The context of every operation. */
export interface Platform {
  readonly store: Store;
  /** The time in ISO 8601; strictly increasing, so that sorting by it is unambiguous. */
  readonly now: () => string;
  /** A new ULID, greater than all previous ones. */
  readonly newId: () => string;
  /** Base URL of the API on this server. */
  readonly ownUrl: string;
  /** The public base URL of the API. */
  readonly publicUrl: string;
}

/** A strictly increasing clock. */
export function createClock(): () => string {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return new Date(last).toISOString();
  };
}
