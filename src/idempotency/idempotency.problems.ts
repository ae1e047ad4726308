import { Problem } from '../http/problem.js';

const RETRY_AFTER_SECONDS = 1;

/** The key was used for another request. */
export function keyReused(): Problem {
  return new Problem(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request; use a new key for each new thing.',
  );
}

/** The first request with this key has not been answered yet. */
export function inProgress(): Problem {
  return new Problem(409, 'idempotency_in_progress', 'The first request with this Idempotency-Key is under way.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The platform was asked, and nobody heard what came of it. */
export function outcomeUnknown(): Problem {
  return new Problem(
    409,
    'idempotency_outcome_unknown',
    'The platform was asked, but no answer came; look whether it was made, and if not, try again with a new key.',
  );
}

/** It was made, and what the platform said of it was too large to be kept. */
export function resultTooLarge(): Problem {
  return new Problem(
    409,
    'idempotency_result_too_large',
    'It was made; the answer was too large to be kept for a repeat, so get what was made instead.',
  );
}
