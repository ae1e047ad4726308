import type { Target } from './target.js';
import { INVALID, type FailureCase, withHeaders } from './failure-case.js';

/** A value that each declared parameter rejects. */
const BAD_VALUES: Readonly<Record<string, readonly string[]>> = {
  first: ['0', '-1', 'a', '1e3', ''],
  force: ['yes', '', 'TRUE'],
  categories: ['Astrology'],
  content_length: ['7&content_length=8'],
};
const hasParameters = ({ template }: Target): boolean => template.includes('{');
const isOfPlatform = (target: Target): boolean => target.isOfPlatform;

/** The path with its last parameter replaced. */
function withSegment(path: string, template: string, segment: string): string {
  const at = template.split('/').findLastIndex((part) => part.startsWith('{'));
  return path.split('/').with(at, segment).join('/');
}

/** Valid calls with one segment replaced. */
const segments =
  (...bad: string[]): FailureCase['spoil'] =>
  (good, { path, template, query }) =>
    bad.map((segment) => ({ ...good, target: withSegment(path, template, segment) + query }));

/** Failures caused by the request target and its syntax. */
export const REQUEST_CASES: readonly FailureCase[] = [
  {
    title: 'with an unknown expectation',
    spoil: (good) => withHeaders(good, { expect: '200-ok' }),
    answer: { status: 417, code: 'expectation_failed' },
  },
  {
    title: 'with a path segment that contains dots, separators or control characters',
    appliesTo: hasParameters,
    spoil: segments('%2e%2e', '%2e', '%00', 'a%2fb', 'a%5cb', '%252e%252e', 'a%0d%0ab', 'a%7f'),
    answer: INVALID,
  },
  {
    title: 'with a path segment that is not percent-encoded UTF-8',
    appliesTo: hasParameters,
    spoil: segments('%zz', '%', '%ff', '%ed%a0%80'),
    answer: { status: 400, code: 'malformed_path' },
  },
  {
    title: 'with dot segments in its path',
    spoil: (good) => ({ ...good, target: `/health/..${good.target}` }),
    answer: { status: 400, code: 'invalid_target' },
  },
  {
    title: 'to an unknown path',
    leavesOperation: true,
    spoil: (good, { path }) =>
      [`${path}/more/than/there/is`, `${path}//`, `${path}%20/x`, `/v2${path}`].map((target) => ({ ...good, target })),
    answer: { status: 404, code: 'route_not_found' },
  },
  {
    title: 'with an unknown query parameter',
    appliesTo: isOfPlatform,
    spoil: (good, { query }) =>
      ['typo=1', '__proto__=1', 'typo'].map((more) => ({
        ...good,
        target: `${good.target}${query ? '&' : '?'}${more}`,
      })),
    answer: INVALID,
  },
  {
    title: 'with a query that is not percent-encoded UTF-8',
    appliesTo: (target) => target.queryNames.length > 0,
    spoil: (good, { path }) => ({ ...good, target: `${path}?name=%zz` }),
    answer: { status: 400, code: 'malformed_query' },
  },
  {
    title: 'with an invalid or repeated query parameter',
    appliesTo: ({ queryNames }) => queryNames.some((name) => BAD_VALUES[name] !== undefined),
    spoil: (good, { path, queryNames }) =>
      queryNames.flatMap((name) =>
        (BAD_VALUES[name] ?? []).map((bad) => ({ ...good, target: `${path}?${name}=${bad}` })),
      ),
    answer: INVALID,
  },
  {
    title: 'to another host',
    appliesTo: ({ template }) => !template.startsWith('/health/'),
    spoil: (good) => withHeaders(good, { host: 'evil.example' }),
    answer: { status: 421, code: 'misdirected_request' },
  },
  {
    title: 'with too many headers',
    spoil: (good) => withHeaders(good, Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x-${i}`, '1']))),
    answer: { status: 431, code: 'too_many_headers' },
  },
  {
    title: 'with header fields that are too large',
    spoil: (good) => withHeaders(good, { 'x-large': 'a'.repeat(20_000) }),
    answer: { status: 431, code: 'headers_too_large', isUnparsed: true },
  },
  {
    title: 'with a target that is too long',
    spoil: (good) => ({ ...good, target: `${good.target}?${'a'.repeat(8_200)}` }),
    answer: { status: 414, code: 'target_too_long' },
  },
  {
    title: 'with an invalid Idempotency-Key',
    appliesTo: ({ takesKey }) => takesKey,
    spoil: (good) => ['"', 'a b', 'x'.repeat(256), '""'].map((key) => withHeaders(good, { 'idempotency-key': key })),
    answer: { status: 400, code: 'invalid_idempotency_key' },
  },
  {
    title: 'to watch an import with an invalid key',
    appliesTo: ({ template }) => template.endsWith('/progress'),
    spoil: segments('%22', 'a%20b', 'x'.repeat(256)),
    answer: { status: 400, code: 'invalid_idempotency_key' },
  },
];
