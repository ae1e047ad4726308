import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import type { Target } from './target.js';
import type { Way } from './way.js';

const isOfPlatform = (target: Target): boolean => target.isOfPlatform;

/** Good calls of the platform's operations, in times when they fail all the same. */
export function outage(answer: Expected): Way {
  return { title: 'while something else is wrong', appliesTo: isOfPlatform, spoil: (good) => good, answer };
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
export const PROVIDER_WAY: Way = {
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
export const STORE_WAY: Way = {
  title: 'of somebody who is signed in',
  appliesTo: ({ isPublic, template }) => !isPublic || /^\/auth\/(session|logout)$/.test(template),
  spoil: (good) => good,
  answer: { status: 503, code: 'session_store_unavailable', headers: { 'retry-after': '1' } },
};
