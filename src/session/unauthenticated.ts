import { Problem } from '../problems/problem.js';

/** Where a frontend sends the browser to sign in; it adds `returnTo`. */
export const LOGIN_PATH = '/auth/login';

/** The 401 of the gateway: never a redirect, which a script could not follow, but the place to go. */
export function unauthenticated(code: 'unauthenticated' | 'reauthentication_required' | 'ambiguous_cookie', message: string): Problem {
  return new Problem(401, code, message, { members: { loginUrl: LOGIN_PATH } });
}

/** The 503 for everything that needs the session store while it does not answer. */
export function storeUnavailable(cause: unknown): Problem {
  return new Problem(503, 'session_store_unavailable', 'Your session cannot be looked up just now; it is kept, try again.', {
    retryAfterSeconds: 1,
    cause,
  });
}
