import { Problem } from '../http/problem.js';

/** Used keys are given back by the hour. */
const KEYS_RETRY_SECONDS = 3_600;
const RETRY_AFTER_SECONDS = 1;

/** The key was used for another request. */
export function keyReused(): Problem {
  return new Problem('idempotency_key_reused');
}

/** The first request with this key has not been answered yet. */
export function inProgress(): Problem {
  return new Problem('idempotency_in_progress', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/** The call was sent, and its outcome is unknown. */
export function outcomeUnknown(): Problem {
  return new Problem('idempotency_outcome_unknown');
}

/** The person has used as many keys as one may in a day. */
export function tooManyKeys(): Problem {
  return new Problem('too_many_idempotency_keys', { retryAfterSeconds: KEYS_RETRY_SECONDS });
}

/** The operation succeeded, and the answer was too large to store. */
export function resultTooLarge(): Problem {
  return new Problem('idempotency_result_too_large');
}
