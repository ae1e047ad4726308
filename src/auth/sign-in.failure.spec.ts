import * as oidc from 'openid-client';
import { expect, it } from 'vitest';
import { Problem } from '../http/problem.js';
import { StoreUnavailable } from '../store/store-unavailable.js';
import { signInErrorOf } from './sign-in.failure.js';

const callback = (error: string): unknown =>
  new oidc.AuthorizationResponseError('refused', { cause: new URLSearchParams({ error }) });
const refusal = (error: string): unknown =>
  new oidc.ResponseBodyError('refused', { cause: { error }, response: new Response(null, { status: 400 }) });

it.each([
  ['access_denied', 'login_refused'],
  ['login_required', 'login_required'],
  ['interaction_required', 'interaction_required'],
  ['consent_required', 'consent_required'],
  ['account_selection_required', 'account_selection_required'],
  ['temporarily_unavailable', 'temporarily_unavailable'],
  ['server_error', 'server_error'],
  ['invalid_scope', 'login_failed'],
  ['invalid_grant', 'login_failed'],
])('I4: a callback with the error %s is told as %s', (error, code) => {
  expect(signInErrorOf(callback(error))).toBe(code);
});

it.each([
  ['invalid_grant', 'login_code_invalid'],
  ['invalid_client', 'login_failed'],
])('I4: a code that the provider refuses by %s is told as %s', (error, code) => {
  expect(signInErrorOf(refusal(error))).toBe(code);
});

it.each([
  [new Problem('identity_provider_unavailable'), 'identity_provider_unavailable'],
  [new StoreUnavailable(new Error('away')), 'session_store_unavailable'],
  [new Problem('sign_ins_busy'), 'sign_ins_busy'],
  [new Problem('malformed_query'), 'login_failed'],
  [new Error('a fault'), 'login_failed'],
  [undefined, 'login_failed'],
])('I4: %o is told as %s', (error, code) => {
  expect(signInErrorOf(error)).toBe(code);
});
