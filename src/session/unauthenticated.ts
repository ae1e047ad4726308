import { Problem } from '../http/problem.js';

/** Where a frontend sends the browser to sign in; it adds `returnTo`. */
export const LOGIN_PATH = '/auth/login';

/** The 401 of the gateway: never a redirect, which a script could not follow, but the place to go. */
export function unauthenticated(
  code: 'unauthenticated' | 'reauthentication_required' | 'ambiguous_cookie',
  message: string,
): Problem {
  return new Problem(code, { message, members: { loginUrl: LOGIN_PATH } });
}
