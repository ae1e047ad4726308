import { Problem } from '../http/problem.js';

/** Characters that a browser removes from or rewrites in a URL before it follows it: control characters and backslashes. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const UNSAFE = /[\\\u0000-\u0020\u007f]/;
/** The same characters, percent-encoded, in a path. In a query or a fragment they are data; no parser decodes them. */
const UNSAFE_IN_PATH = /%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)/i;

const ELSEWHERE = 'must be a path of this site, such as /orders?page=2';
/** Characters that a header field cannot carry; a path keeps its meaning when they are percent-encoded. */
const UNSENDABLE = /[^\u0021-\u007e]+|"/g;
/** Six attempts of this size leave room in a request's 16 KiB of header fields, and each fits into one cookie. */
const MAX_CHARACTERS = 1_024;

/** The query parameter that tells a frontend that a sign-in failed. */
const LOGIN_ERROR = 'login_error';

/**
 * Where to go after a sign-in or a sign-out: a path of this origin, or a page of an origin that the operator allows.
 * @throws Problem 400 `invalid_return_to` for a URL that could lead elsewhere or is too long
 */
export function checkReturnTo(value: string, publicUrl: URL, allowedOrigins: readonly string[]): string {
  if (value === '') return '/';
  const [path = ''] = value.split(/[?#]/, 1);
  if (UNSAFE.test(value) || UNSAFE_IN_PATH.test(path)) throw invalid(ELSEWHERE);
  const isHere = /^\/(?!\/)/.test(value) && new URL(value, publicUrl).origin === publicUrl.origin;
  if (!isHere && !allowedOrigins.some((origin) => value === origin || /^[/?#]/.test(afterPrefix(value, origin))))
    throw invalid(ELSEWHERE);
  const sendable = value.toWellFormed().replaceAll(UNSENDABLE, encodeURIComponent);
  if (sendable.length > MAX_CHARACTERS) throw invalid(`must not be longer than ${MAX_CHARACTERS} characters, encoded`);
  return sendable;
}

/** Adds the code of a failed sign-in to a page's query. */
export function withLoginError(returnTo: string, code: string): string {
  const { head, query, fragment } = partsOf(returnTo);
  const others = query.filter((pair) => !isLoginError(pair));
  return `${head}?${[...others, `${LOGIN_ERROR}=${encodeURIComponent(code)}`].join('&')}${fragment}`;
}

/** Removes the code of a failed sign-in from a page's query: a frontend may send its whole address as `returnTo`. */
export function withoutLoginError(returnTo: string): string {
  const { head, query, fragment } = partsOf(returnTo);
  if (!query.some(isLoginError)) return returnTo;
  const others = query.filter((pair) => !isLoginError(pair));
  return `${head}${others.length > 0 ? `?${others.join('&')}` : ''}${fragment}`;
}

function partsOf(url: string): { head: string; query: string[]; fragment: string } {
  const hash = url.indexOf('#');
  const [address, fragment] = hash === -1 ? [url, ''] : [url.slice(0, hash), url.slice(hash)];
  const mark = address.indexOf('?');
  if (mark === -1) return { head: address, query: [], fragment };
  const query = address.slice(mark + 1).split('&');
  return { head: address.slice(0, mark), query: query.filter((pair) => pair !== ''), fragment };
}

function isLoginError(pair: string): boolean {
  return pair === LOGIN_ERROR || pair.startsWith(`${LOGIN_ERROR}=`);
}

/** The part of a value after a prefix; if the value has another prefix, a character that starts no part of a URL. */
function afterPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : '.';
}

function invalid(message: string): Problem {
  return new Problem('invalid_return_to', {
    message: `returnTo ${message}.`,
    fields: [{ field: 'returnTo', message }],
  });
}
