import { Problem } from '../http/problem.js';

/** Where a frontend sends the browser to sign in; it adds `returnTo`. */
export const LOGIN_PATH = '/auth/login';

/** Why a caller is not known: never signed in, session over, token over, or two cookies of which one was planted. */
export type Unauthenticated = 'unauthenticated' | 'session_ended' | 'reauthentication_required' | 'ambiguous_cookie';

/**
 * The 401 of the gateway: never a redirect, which a script could not follow, but the place to go, where signing in helps.
 * It does not while a planted cookie is there.
 */
export function unauthenticated(code: Unauthenticated): Problem {
  return new Problem(code, code === 'ambiguous_cookie' ? {} : { members: { loginUrl: LOGIN_PATH } });
}
