import { Problem } from '../http/problem.js';

/** The request header that carries a key (draft-ietf-httpapi-idempotency-key-header). */
export const KEY_HEADER = 'Idempotency-Key';
/** The response header of an answer that was given before. */
export const REPLAYED_HEADER = 'Idempotency-Replayed';

const BARE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** A structured field's string (RFC 9651, section 3.3.3). */
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;

/**
 * The key of a request, quoted as in the draft or bare.
 * @throws Problem 400 `invalid_idempotency_key`
 */
export function readKey(value: string): string {
  if (BARE.test(value)) return value;
  const quoted = QUOTED.exec(value)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  const message = 'must be one key of 1 to 255 visible ASCII characters, such as a UUID';
  throw new Problem('invalid_idempotency_key', {
    message: `${KEY_HEADER} ${message}.`,
    fields: [{ field: KEY_HEADER, message }],
  });
}
