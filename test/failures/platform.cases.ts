import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import { JSON_TYPE, type Target } from './target.js';
import type { FailureCase } from './failure-case.js';

/** What the platform does, and what the caller receives. */
export interface PlatformCase extends FailureCase {
  readonly behaviour: Behaviour;
}

const HTML = '<html><h1>panic at db-7.internal</h1>\n    at run (/srv/src/main.ts:3:1)</html>';
const UNREACHABLE: Expected = { status: 502, code: 'platform_unreachable' };
const INVALID_ANSWER: Expected = { status: 502, code: 'platform_answer_invalid' };
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Whether a valid call contacts the platform first; a preview by URL reads the document before. */
export const callsPlatform = ({ callsPlatform: calls, isOfPlatform, body }: Target): boolean =>
  isOfPlatform || (calls && body?.type !== JSON_TYPE);

/** A version preview without an earlier version has nothing to compare with, and succeeds. */
function fails(target: Target, { status, code, isUnlisted, headers }: Expected): boolean {
  // The messages of a version wait for Retry-After, at most three seconds: one attempt is enough.
  if (status === 429 && target.template.endsWith('/messages'))
    return code === 'platform_429' && isUnlisted === false && headers === undefined;
  return callsPlatform(target) && (status !== 404 || !target.template.endsWith('/preview'));
}

function way(title: string, behaviour: Behaviour, answer: Expected): PlatformCase {
  return { title, behaviour, answer, appliesTo: (target) => fails(target, answer), spoil: (good) => good };
}

/** A response with a body, whose only header is Content-Type. */
function answerWith(status: number, type: string | undefined, body: string | Buffer): Behaviour {
  return (_seen, res) => void res.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
}

/** Statuses without a code that the API document lists. */
const LISTED: ReadonlySet<number> = new Set([400, 403, 404, 409, 412, 422, 429]);

/** The problem for a platform error without a message. */
function wordless(status: number): Expected {
  if (status === 500) return { status: 502, code: 'platform_error' };
  if (status > 500) return { status: 502, code: 'platform_unavailable' };
  if (status === 401) return { status, code: 'upstream_unauthorized' };
  return { status, code: `platform_${status}`, isUnlisted: !LISTED.has(status) };
}

/** The problem for a platform error with a code. */
function worded(status: number): Expected {
  return status >= 500 || status === 401 ? wordless(status) : { status, code: 'of_the_platform', isUnlisted: true };
}

const ERROR = JSON.stringify({
  code: 'of_the_platform',
  message: 'The platform says why.',
  fields: [{ field: 'a.b[0]', message: 'is wrong' }],
  details: 'More of it.',
});

const STATUSES = [400, 401, 402, 403, 404, 409, 410, 412, 413, 418, 422, 429, 451, 499, 500, 501, 502, 503, 504, 599];

const HOSTILE = {
  'set-cookie': 'session=stolen',
  'access-control-allow-origin': '*',
  'cache-control': 'public, max-age=3600',
  location: 'http://db-7.internal/',
  server: 'db-7.internal',
};

const REFUSALS = STATUSES.flatMap((status) => [
  way(`with ${status} and its own Error`, answerWith(status, 'application/json', ERROR), worded(status)),
  way(`with ${status} and a page`, answerWith(status, 'text/html', HTML), wordless(status)),
  way(`with ${status} and an empty body`, answerWith(status, undefined, ''), wordless(status)),
  way(`with ${status} and plain text`, answerWith(status, 'text/plain', 'panic at db-7.internal'), wordless(status)),
]);

/** JSON errors that do not match the contract: the usable parts are returned in the common format. */
const MISSHAPEN: readonly [title: string, body: unknown][] = [
  ['of which no member has its type', { message: 7, fields: {}, details: [], messages: 'a', loginUrl: 7 }],
  ['with members that are null', { code: null, message: null, fields: null, details: null, messages: null }],
  ['with malformed fields and messages', { fields: [1, null, {}, { field: 7 }], messages: [null, 1, {}] }],
  ['with messages of unknown shape', { messages: [{ text: 'a' }, { text: 'b', severity: 'fatal', detail: 'c' }] }],
  [
    'with messages whose details are not strings',
    { messages: [{ text: 'a', severity: 'info', detail: [1, null, 'b'] }] },
  ],
  ['with no message at all', { messages: [] }],
  ['that imitates a problem of the gateway', { type: 'a', status: 200, requestId: 'b', instance: 'c', title: 'd' }],
  ['that names a sign-in URL', { loginUrl: 'https://evil.example/login' }],
  ['that is a list', [{ code: 'a' }]],
  ['that is null', null],
];

const MISSHAPES = MISSHAPEN.map(([title, body]) =>
  way(`with an error ${title}`, answerWith(409, 'application/json', JSON.stringify(body)), wordless(409)),
);

const FAILURES = [
  way(
    'with 429 and Retry-After',
    (_seen, res) => void res.writeHead(429, { ...JSON_HEADERS, 'retry-after': '17' }).end(ERROR),
    { ...worded(429), headers: { 'retry-after': '17' } },
  ),
  way(
    'with an error and internal headers',
    (_seen, res) => void res.writeHead(400, { ...JSON_HEADERS, ...HOSTILE }).end(ERROR),
    { ...worded(400), headers: { 'access-control-allow-origin': 'undefined', server: 'undefined' } },
  ),
  way('with an error whose code is malformed', answerWith(409, 'application/json', '{"code":"a b/<ö>\\n\\ud800"}'), {
    status: 409,
    code: 'a b/<ö>\n\ud800',
    isUnlisted: true,
  }),
  way(
    'with the token in its error',
    ({ headers }, res) =>
      void res.writeHead(403, JSON_HEADERS).end(JSON.stringify({ message: `no: ${headers.authorization}` })),
    wordless(403),
  ),
  ...[301, 302, 303, 304, 307, 308].map((status) =>
    way(
      `with a redirect (${status})`,
      (_seen, res) => void res.writeHead(status, { location: 'http://db-7.internal/', ...JSON_HEADERS }).end(),
      INVALID_ANSWER,
    ),
  ),
  way('with a success that is HTML', answerWith(200, 'text/html', HTML), INVALID_ANSWER),
  way('with a success without a media type', answerWith(200, undefined, '{}'), INVALID_ANSWER),
  way(
    'with an encoded body',
    (_seen, res) => void res.writeHead(200, { ...JSON_HEADERS, 'content-encoding': 'gzip' }).end('x'),
    INVALID_ANSWER,
  ),
  way(
    'with a body that ends too early',
    (_seen, res) =>
      void res.writeHead(200, { ...JSON_HEADERS, 'content-length': '99' }).write('{', () => res.destroy()),
    UNREACHABLE,
  ),
  way(
    'with an error that ends too early',
    (_seen, res) =>
      void res.writeHead(400, { ...JSON_HEADERS, 'content-length': '99' }).write('{', () => res.destroy()),
    UNREACHABLE,
  ),
  way(
    'with chunks that end too early',
    (_seen, res) => void res.writeHead(200, JSON_HEADERS).write('{"a":', () => res.destroy()),
    UNREACHABLE,
  ),
  way('with invalid HTTP', (_seen, _res, req) => void req.socket.end('220 db-7.internal ESMTP\r\n'), UNREACHABLE),
  way('with a connection reset', (_seen, _res, req) => void req.socket.resetAndDestroy(), UNREACHABLE),
  way('with a closed connection', (_seen, _res, req) => void req.socket.destroy(), UNREACHABLE),
];

/** Platform responses that are errors, or successes outside the contract. */
export const PLATFORM_CASES: readonly PlatformCase[] = [...REFUSALS, ...MISSHAPES, ...FAILURES];
