import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import { callsPlatform } from './platform.cases.js';
import { BOUNDARY_TYPE, JSON_TYPE, type Target } from './target.js';
import type { FailureCase } from './failure-case.js';

/** Good calls of the platform's operations, in times when they fail all the same. */
export function outage(answer: Expected): FailureCase {
  return { title: 'while something else is wrong', appliesTo: callsPlatform, spoil: (good) => good, answer };
}

/** Where an answer stops for good. */
export const SILENCES: readonly [title: string, behaviour: Behaviour][] = [
  ['the head of an answer', (_seen, res) => res.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()],
  [
    'the first bytes of an error',
    (_seen, res) => void res.writeHead(404, { 'content-type': 'application/json' }).write('{"code":'),
  ],
];

/** Good calls that need the identity provider, while it is away. */
export const PROVIDER_WAY: FailureCase = {
  title: 'to sign in, or from a provider that says who has left',
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

/** Looks like one; nobody can tell whether it is before the provider's keys are there. */
const LOGOUT_TOKEN = [{ alg: 'RS256', typ: 'logout+jwt', kid: 'a' }, { jti: 'a' }, 'signature']
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** Good calls of somebody who is signed in, while the sessions cannot be had. */
export const STORE_WAY: FailureCase = {
  title: 'of somebody who is signed in',
  appliesTo: ({ isPublic, template }) => !isPublic || /^\/auth\/(session|logout)$/.test(template),
  spoil: (good) => good,
  answer: { status: 503, code: 'session_store_unavailable', headers: { 'retry-after': '1' } },
};

/** Good uploads, while something that they need cannot be had. */
export function uploads(answer: Expected): FailureCase {
  return { title: 'that uploads a document', appliesTo: isUpload, spoil: (good) => good, answer };
}

/** Uploads of which nothing arrives after the first bytes. */
export const STALLED_WAY: FailureCase = {
  title: 'that stops in the middle of its upload',
  appliesTo: isUpload,
  spoil: (good) => ({ ...good, isWithheld: true }),
  answer: { status: 408, code: 'upload_stalled', headers: { connection: 'close' } },
};

/** Bodies that are announced and do not arrive. */
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

/** Good calls of somebody whose session cannot be used, each with a cookie of its own. */
export function ofSessions(cookies: readonly string[], answer: Expected): FailureCase {
  const left = [...cookies];
  return {
    title: 'of somebody whose session cannot be used',
    appliesTo: ({ isPublic }) => !isPublic,
    spoil: (good) => ({ ...good, headers: { ...good.headers, cookie: left.pop() ?? cookies[0] ?? '' } }),
    answer,
  };
}

function isUpload({ body }: Target): boolean {
  return body?.type === BOUNDARY_TYPE;
}
