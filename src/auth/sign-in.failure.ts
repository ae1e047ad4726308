import * as oidc from 'openid-client';
import { Problem } from '../http/problem.js';
import type { ProblemCode } from '../http/problem.catalogue.js';

/** Why a sign-in created no session; a frontend receives it as `login_error`. */
export type SignInErrorCode = Extract<
  ProblemCode,
  | 'login_refused'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required'
  | 'account_selection_required'
  | 'temporarily_unavailable'
  | 'server_error'
  | 'login_code_invalid'
  | 'login_failed'
  | 'identity_provider_unavailable'
  | 'session_store_unavailable'
  | 'sign_ins_busy'
>;

/** Errors of the authorization endpoint (RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6) by meaning. */
const AUTHORIZATION_ERRORS: Record<string, SignInErrorCode> = {
  access_denied: 'login_refused',
  login_required: 'login_required',
  interaction_required: 'interaction_required',
  consent_required: 'consent_required',
  account_selection_required: 'account_selection_required',
  temporarily_unavailable: 'temporarily_unavailable',
  server_error: 'server_error',
};
const PASSED_ON: readonly SignInErrorCode[] = [
  'identity_provider_unavailable',
  'session_store_unavailable',
  'sign_ins_busy',
];

/** The code of a failure for the frontend or the person; the log has the details. */
export function signInErrorOf(error: unknown): SignInErrorCode {
  if (error instanceof Problem) return PASSED_ON.find((code) => code === error.code) ?? 'login_failed';
  if (error instanceof oidc.AuthorizationResponseError) return AUTHORIZATION_ERRORS[error.error] ?? 'login_failed';
  if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return 'login_code_invalid';
  return 'login_failed';
}
