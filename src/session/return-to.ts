import { Problem } from '../problems/problem.js';

/** What a browser would take out of or turn in a URL before it follows it: control characters and backslashes. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const TREACHEROUS = /[\\\u0000-\u0020\u007f]|%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)/i;

/**
 * Browsers drop a cookie above 4 KiB, and with it the sign-in; of five open ones that stand in cookies, the head of a
 * request must hold all.
 */
const MAX_BYTES = 1_500;

/**
 * Where to go after sign-in: a path of this origin, or a page of an origin that the operator allows.
 * @throws Problem 400 `invalid_return_to` for every URL that could lead elsewhere, or is too long
 */
export function checkReturnTo(value: string | undefined, publicUrl: URL, allowedOrigins: readonly string[]): string {
  if (value === undefined || value === '') return '/';
  if (Buffer.byteLength(value) > MAX_BYTES) throw refusal(`must not be longer than ${MAX_BYTES} bytes`);
  if (!TREACHEROUS.test(value)) {
    if (/^\/(?!\/)/.test(value) && new URL(value, publicUrl).origin === publicUrl.origin) return value;
    if (allowedOrigins.some((origin) => value === origin || value.startsWith(`${origin}/`))) return value;
  }
  throw refusal('must be a path of this site, such as /orders?page=2');
}

function refusal(message: string): Problem {
  return new Problem(400, 'invalid_return_to', `returnTo ${message}.`, { fields: [{ field: 'returnTo', message }] });
}
