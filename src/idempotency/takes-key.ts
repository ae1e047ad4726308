import { ApiHeader } from '@nestjs/swagger';
import { KEY_HEADER } from './idempotency-key.js';

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
