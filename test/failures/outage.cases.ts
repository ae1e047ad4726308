import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import { callsPlatform } from './platform.cases.js';
import { BOUNDARY_TYPE, JSON_TYPE, type Target } from './target.js';
import type { FailureCase } from './failure-case.js';

/** Valid calls of the platform's operations during an outage. */
export function outage(answer: Expected): FailureCase {
  return { title: 'while a dependency fails', appliesTo: callsPlatform, spoil: (good) => good, answer };
}

/** Where a response stalls. */
export const SILENCES: readonly [title: string, behaviour: Behaviour][] = [
  ['the head of an answer', (_seen, res) => res.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()],
  [
    'the first bytes of an error',
    (_seen, res) => void res.writeHead(404, { 'content-type': 'application/json' }).write('{"code":'),
  ],
];

/** Valid calls that need the identity provider, while it is unavailable. */
export const PROVIDER_WAY: FailureCase = {
  title: 'to sign in, or of a back-channel logout',
  appliesTo: ({ template }) => /^\/auth\/(login|backchannel-logout)$/.test(template),
  spoil: (good, { template }) =>
    template === '/auth/login'
      ? good
      : {
          ...good,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `logout_token=${LOGOUT_TOKEN}`,
        },
  answer: { status: 503, code: 'identity_provider_unavailable', headers: { 'retry-after': '5' } },
};

/** A well-formed token; it cannot be verified until the provider's keys are available. */
const LOGOUT_TOKEN = [{ alg: 'RS256', typ: 'logout+jwt', kid: 'a' }, { jti: 'a' }, 'signature']
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** Valid calls of a signed-in user, while the session store is unavailable. */
export const STORE_WAY: FailureCase = {
  title: 'of a signed-in user',
  appliesTo: ({ isPublic, template }) => !isPublic || /^\/auth\/(session|logout)$/.test(template),
  spoil: (good) => good,
  answer: { status: 503, code: 'session_store_unavailable', headers: { 'retry-after': '1' } },
};

/** Valid uploads, while something that they need is unavailable. */
export function uploads(answer: Expected): FailureCase {
  return { title: 'that uploads a document', appliesTo: isUpload, spoil: (good) => good, answer };
}

/** Uploads that stall after the first bytes. */
export const STALLED_WAY: FailureCase = {
  title: 'that stops in the middle of an upload',
  appliesTo: isUpload,
  spoil: (good) => ({ ...good, isWithheld: true }),
  answer: { status: 408, code: 'upload_stalled', headers: { connection: 'close' } },
};

/** Bodies that are announced and never arrive. */
export const LATE_WAY: FailureCase = {
  title: 'whose body does not arrive',
  appliesTo: ({ body, template }) => body?.type === JSON_TYPE || template === '/auth/backchannel-logout',
  spoil: (good, { body }) => ({
    ...good,
    headers: {
      ...good.headers,
      'content-length': '100',
      'content-type': body?.type ?? 'application/x-www-form-urlencoded',
    },
    isWithheld: true,
  }),
  answer: { status: 408, code: 'request_timeout', headers: { connection: 'close' } },
};

/** Valid calls with an unusable session, each with its own cookie. */
export function ofSessions(cookies: readonly string[], answer: Expected): FailureCase {
  const left = [...cookies];
  return {
    title: 'with an unusable session',
    appliesTo: ({ isPublic }) => !isPublic,
    spoil: (good) => ({ ...good, headers: { ...good.headers, cookie: left.pop() ?? cookies[0] ?? '' } }),
    answer,
  };
}

function isUpload({ body }: Target): boolean {
  return body?.type === BOUNDARY_TYPE;
}
