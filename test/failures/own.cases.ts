import { BOUNDARY_TYPE, goodForm, type Target, written } from './target.js';
import { INVALID, type FailureCase, withBody, withHeaders } from './failure-case.js';

const STALE = { status: 400, code: 'login_attempt_unknown' };
const only =
  (...templates: string[]): FailureCase['appliesTo'] =>
  ({ template }: Target) =>
    templates.some((end) => template.endsWith(end));

/** Valid calls with the query replaced. */
const queries =
  (...bad: string[]): FailureCase['spoil'] =>
  (good, { path }) =>
    bad.map((query) => ({ ...good, target: `${path}?${query}` }));

/** Anonymous calls with a form body. */
const forms =
  (...bad: string[]): FailureCase['spoil'] =>
  (good) =>
    bad.map((body) => withBody(withHeaders(good, { cookie: '', 'content-type': FORM }), body));

const FORM = 'application/x-www-form-urlencoded';
const ELSEWHERE = [
  'https://evil.example',
  '//evil.example',
  '/%5Cevil.example',
  'javascript:alert(1)',
  '/%09/evil',
  'a',
];

/** Failures specific to the gateway's own routes. */
export const OWN_CASES: readonly FailureCase[] = [
  {
    title: 'to sign in or out with a foreign return URL',
    appliesTo: only('/auth/login', '/auth/logout'),
    spoil: queries(...ELSEWHERE.map((place) => `returnTo=${place}`)),
    answer: { status: 400, code: 'invalid_return_to' },
  },
  {
    title: 'to sign in or out with an unknown query parameter, or with two return URLs',
    appliesTo: only('/auth/login', '/auth/logout'),
    spoil: queries('typo=1', 'returnTo=/a&returnTo=/b'),
    answer: INVALID,
  },
  {
    title: 'to sign in with a query that is not percent-encoded UTF-8',
    appliesTo: only('/auth/login', '/auth/callback'),
    spoil: queries('returnTo=%zz', 'state=%ff'),
    answer: { status: 400, code: 'malformed_query' },
  },
  {
    title: 'to the callback of a sign-in that this browser did not start',
    appliesTo: only('/auth/callback'),
    spoil: (good, target) => {
      const stranger = withHeaders(good, { cookie: 'login-aaaaaaaa=AAAA; login-=b; login-__proto=c' });
      return queries(
        '',
        'code=a',
        'code=a&state=aaaaaaaa',
        'state=a&state=b',
        'error=access_denied&state=aaaaaaaa',
      )(stranger, target);
    },
    answer: STALE,
  },
  {
    title: 'to end a session that does not exist',
    appliesTo: only('/auth/sessions/{id}'),
    spoil: (good) => good,
    answer: { status: 404, code: 'session_not_found' },
  },
  {
    title: 'of a back-channel logout without a logout token',
    appliesTo: only('/auth/backchannel-logout'),
    spoil: forms('', 'logout_token=', 'logout_token=a.b.c', 'logout_token=a&logout_token=b', 'token=x', '{}', '%zz'),
    answer: { status: 400, code: 'invalid_logout_token' },
  },
  {
    title: 'of a back-channel logout without a form',
    appliesTo: only('/auth/backchannel-logout'),
    spoil: (good) =>
      ['', 'text/plain', 'application/json'].map((type) =>
        withBody(withHeaders(good, { 'content-type': type }), 'logout_token=a'),
      ),
    answer: { status: 415, code: 'unsupported_media_type' },
  },
  {
    title: 'of a back-channel logout with a body that is too large',
    appliesTo: only('/auth/backchannel-logout'),
    spoil: forms('a'.repeat(65_537)),
    answer: { status: 413, code: 'content_too_large' },
  },
  {
    title: 'to import a document with an error',
    appliesTo: ({ template, body }) => template.endsWith('/http/import') && body?.type === BOUNDARY_TYPE,
    spoil: (good, { template }) => {
      const { metadata } = goodForm(template);
      return withBody(good, written(['name="file"; filename="a.json"', '{"openapi":"3.0.0"}'], metadata));
    },
    answer: { status: 400, code: 'invalid_document' },
  },
  {
    title: 'to preview a document at a URL that the gateway does not read',
    appliesTo: ({ template, body }) => template.endsWith('/preview') && body?.type === 'application/json',
    spoil: (good) => {
      const bodyOf = (url: string): string =>
        JSON.stringify({
          schemaURL: url,
          format: 'openapi',
          ...(good.target.includes('/connector/') && { version: '1' }),
        });
      return [
        'https://shop.example/a.json',
        'http://127.0.0.1:1/',
        'http://169.254.169.254/',
        'file:///etc/passwd',
        'a',
      ].map((url) => withBody(good, bodyOf(url)));
    },
    answer: INVALID,
  },
];
