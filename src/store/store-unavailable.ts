import { Problem } from '../http/problem.js';

/** The store does not answer. Nothing is known about the session, so it is kept: a 503, and the cookie stays. */
export class StoreUnavailable extends Problem {
  constructor(cause: unknown) {
    super('session_store_unavailable', {
      retryAfterSeconds: 1,
      cause,
    });
  }
}
