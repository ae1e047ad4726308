import { Problem } from '../http/problem.js';

/** What a browser would take out of or turn in a URL before it follows it: control characters and backslashes. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const TREACHEROUS = /[\\\u0000-\u0020\u007f]|%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)/i;

const ELSEWHERE = 'must be a path of this site, such as /orders?page=2';
/** What a header field cannot carry; a path keeps its meaning when it is percent-encoded. */
const UNSENDABLE = /[^\u0021-\u007e]+|"/g;
/** Five attempts of this size leave room in a request's 16 KiB of header fields, and each fits into its cookie. */
const MAX_CHARACTERS = 1_024;

/**
 * Where to go after sign-in: a path of this origin, or a page of an origin that the operator allows.
 * @throws Problem 400 `invalid_return_to` for every URL that could lead elsewhere, or is too long
 */
export function checkReturnTo(value: string | undefined, publicUrl: URL, allowedOrigins: readonly string[]): string {
  if (value === undefined || value === '') return '/';
  if (TREACHEROUS.test(value)) throw invalid(ELSEWHERE);
  const isHere = /^\/(?!\/)/.test(value) && new URL(value, publicUrl).origin === publicUrl.origin;
  if (!isHere && !allowedOrigins.some((origin) => value === origin || value.startsWith(`${origin}/`)))
    throw invalid(ELSEWHERE);
  const sendable = value.toWellFormed().replaceAll(UNSENDABLE, encodeURIComponent);
  if (sendable.length > MAX_CHARACTERS) throw invalid(`must not be longer than ${MAX_CHARACTERS} characters, encoded`);
  return sendable;
}

function invalid(message: string): Problem {
  return new Problem('invalid_return_to', {
    message: `returnTo ${message}.`,
    fields: [{ field: 'returnTo', message }],
  });
}
