import { TARGETS } from './target.js';
import { type FailureCase, withHeaders } from './failure-case.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

/** The methods of a path; GET implies HEAD (RFC 9110, section 9.3.2). */
function methodsOf(path: string): Set<string> {
  const known = new Set(TARGETS.filter((target) => target.path === path).map(({ method }) => method));
  return known.has('GET') ? known.add('HEAD') : known;
}

/** For each path, a method that it does not support. */
export const METHOD_CASES: readonly FailureCase[] = [
  {
    leavesOperation: true,
    title: 'with a method that its path does not support',
    appliesTo: (target) => target === TARGETS.find(({ path }) => path === target.path),
    spoil: (good, { path }) => {
      const { target, headers } = withHeaders(good, { 'content-length': '', 'content-type': '' });
      return METHODS.filter((method) => !methodsOf(path).has(method)).map((method) => ({ method, target, headers }));
    },
    answer: ({ path }) => ({
      status: 405,
      code: 'method_not_allowed',
      headers: { allow: [...methodsOf(path)].join(', ') },
    }),
  },
];
