import { randomBytes } from 'node:crypto';
import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import type { Call } from './sender.js';
import type { Target } from './target.js';
import { type FailureCase, withBody, withHeaders } from './failure-case.js';

/** Exceeds the stored response limit even when compressed. */
const TOO_LARGE = JSON.stringify(randomBytes(9 * 1024 * 1024).toString('base64'));

/** A valid call with an idempotency key; each attempt uses a new key. */
export function withKey(attempt: string) {
  return (good: Call, { name }: Target): Call =>
    withHeaders(good, { 'idempotency-key': `${attempt}-${Buffer.from(name).toString('base64url')}` });
}

/** The outcome of the first call with a key, and the response to the second. */
export interface KeyWay {
  readonly title: string;
  readonly platform: Behaviour;
  readonly way: (attempt: string) => FailureCase;
}

function repeat(title: string, answer: Expected): KeyWay['way'] {
  return (attempt) => ({ title, appliesTo: ({ takesKey }) => takesKey, spoil: withKey(attempt), answer });
}

function created(body: string): Behaviour {
  return (_seen, res) => void res.writeHead(201, { 'content-type': 'application/json' }).end(body);
}

export const KEY_CASES: readonly KeyWay[] = [
  {
    title: 'with a key that was used for another request',
    platform: created('{}'),
    way: (attempt) => ({
      title: 'with a key that was used for another request',
      appliesTo: ({ takesKey, body }) => takesKey && body !== undefined,
      spoil: (good, target) =>
        withKey(attempt)(withBody(good, (good.body ?? '').replace(/[}](?=[\r\n]|$)/, ' }')), target),
      answer: { status: 422, code: 'idempotency_key_reused' },
    }),
  },
  {
    title: 'with the key of a call whose outcome is unknown',
    platform: (_seen, _res, req) => void req.socket.destroy(),
    way: repeat('again', { status: 409, code: 'idempotency_outcome_unknown' }),
  },
  {
    title: 'with the key of a call whose response was too large to store',
    platform: created(TOO_LARGE),
    way: repeat('again', { status: 409, code: 'idempotency_result_too_large' }),
  },
];

/** A repeat while the first call is in progress. */
export const IN_PROGRESS_WAY: FailureCase = repeat('while the first one is in progress', {
  status: 409,
  code: 'idempotency_in_progress',
  headers: { 'retry-after': '1' },
})('held');
