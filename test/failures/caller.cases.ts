import type { Target } from './target.js';
import { type FailureCase, withHeaders } from './failure-case.js';

const FORGED = 'A'.repeat(100);
const CROSS_SITE = { status: 403, code: 'cross_site_request' };
const STRANGER = { status: 401, code: 'unauthenticated' };

/** Routes that accept cross-site requests: sign-in, calls of the provider, and health probes. */
const FROM_ANYWHERE = /^\/health\/|^\/auth\/(login|callback|backchannel-logout)$/;
const isGuarded = ({ isPublic }: Target): boolean => !isPublic;
const isBounded = ({ template }: Target): boolean => !FROM_ANYWHERE.test(template);
const isUnsafe = (target: Target): boolean => isBounded(target) && target.method !== 'GET';

/** Failures caused by the caller's identity or origin. */
export const CALLER_CASES: readonly FailureCase[] = [
  {
    title: 'without a session',
    appliesTo: isGuarded,
    spoil: (good) => withHeaders(good, { cookie: '' }),
    answer: STRANGER,
  },
  {
    title: 'that prefers HTML, without a session',
    appliesTo: isGuarded,
    spoil: (good) => withHeaders(good, { cookie: '', accept: 'text/html', 'sec-fetch-mode': 'navigate' }),
    answer: STRANGER,
  },
  {
    title: 'that is a HEAD, without a session',
    appliesTo: (target) => isGuarded(target) && target.method === 'GET',
    spoil: (good) => ({ ...withHeaders(good, { cookie: '' }), method: 'HEAD' }),
    answer: STRANGER,
  },
  {
    title: 'with a forged cookie, an empty one, or a valid one with the wrong signature',
    appliesTo: isGuarded,
    spoil: (good) =>
      [`session=${FORGED}`, 'session=', `${good.headers['cookie']?.slice(0, -6)}AAAAAA`, 'session=%00<script>'].map(
        (cookie) => withHeaders(good, { cookie }),
      ),
    answer: STRANGER,
  },
  {
    title: 'with two session cookies',
    appliesTo: isBounded,
    spoil: (good) => withHeaders(good, { cookie: `${good.headers['cookie']}; session=${FORGED}` }),
    answer: { status: 401, code: 'ambiguous_cookie' },
  },
  {
    title: 'from another site, or another origin of the same site',
    appliesTo: isBounded,
    spoil: (good) => ['cross-site', 'same-site'].map((site) => withHeaders(good, { 'sec-fetch-site': site })),
    answer: CROSS_SITE,
  },
  {
    title: 'from an origin that is not allowed',
    appliesTo: isBounded,
    spoil: (good) => ['https://evil.example', 'null'].map((origin) => withHeaders(good, { origin })),
    answer: CROSS_SITE,
  },
  {
    title: 'with an unsafe method and without origin information',
    appliesTo: isUnsafe,
    spoil: (good) => ['', '0', 'true'].map((token) => withHeaders(good, { 'x-csrf': token })),
    answer: CROSS_SITE,
  },
];
