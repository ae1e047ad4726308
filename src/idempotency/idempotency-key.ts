import { ApiHeader } from '@nestjs/swagger';
import { Problem } from '../http/problem.js';

/** The request header that carries a key (draft-ietf-httpapi-idempotency-key-header). */
export const KEY_HEADER = 'Idempotency-Key';
/** The response header of an answer that was given before. */
export const REPLAYED_HEADER = 'Idempotency-Replayed';

const BARE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** A structured field's string (RFC 9651, section 3.3.3). */
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;

/**
 * The key that somebody sent, quoted as the draft has it or bare.
 * @throws Problem 400 `invalid_idempotency_key`
 */
export function readKey(value: string): string {
  if (BARE.test(value)) return value;
  const quoted = QUOTED.exec(value)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  const message = 'must be one key of 1 to 255 visible ASCII characters, such as a UUID';
  throw new Problem(400, 'invalid_idempotency_key', `${KEY_HEADER} ${message}.`, {
    fields: [{ field: KEY_HEADER, message }],
  });
}

const DESCRIPTION =
  'Any text of your own, such as a UUID, for each thing that is to be made once. A repeat with the same key and body ' +
  'within 24 hours is answered as the first request was, with `Idempotency-Replayed: true`. 409: the first one is under ' +
  'way, or nobody knows what came of it; 422: the key was used for another request.';

/** Documents that an operation takes an `Idempotency-Key`; its handler answers with a `Creation`. */
export const TakesKey = (): MethodDecorator =>
  ApiHeader({
    name: KEY_HEADER,
    required: false,
    description: DESCRIPTION,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  });
