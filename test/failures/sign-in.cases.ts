import request from 'supertest';
import type { FakeIdentity } from '../support/fake-identity.js';
import { cookiesOf } from '../support/gateway.js';
import type { Expected } from './answer.faults.js';
import type { FailureCase } from './failure-case.js';

const AWAY: Expected = { status: 503, code: 'identity_provider_unavailable', headers: { 'retry-after': '5' } };
const FAILED: Expected = { status: 502, code: 'login_failed' };

/** Provider failures between the start of a sign-in and its callback. */
export const PROVIDER_FAULTS: readonly [title: string, spoil: (identity: FakeIdentity) => unknown, answer: Expected][] =
  [
    ['is stopped', (identity) => identity.close(), AWAY],
    ['keeps its keys to itself', (identity) => (identity.jwksDown = true), AWAY],
    ['fails', (identity) => (identity.onToken = () => ({ status: 500, body: 'at db-7.internal' })), FAILED],
    ['gives what is not JSON', (identity) => (identity.onToken = () => ({ status: 200, body: '<html>' })), FAILED],
    ['gives nothing', (identity) => (identity.onToken = () => ({ status: 200, body: {} })), FAILED],
    [
      'does not know the gateway',
      (identity) => (identity.onToken = () => ({ status: 401, body: { error: 'invalid_client' } })),
      FAILED,
    ],
    [
      'has forgotten the code',
      (identity) => (identity.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } })),
      { status: 400, code: 'login_code_invalid' },
    ],
    ['signs in somebody at another client', (identity) => (identity.claims = { aud: 'another' }), FAILED],
    ['names another issuer', (identity) => (identity.claims = { iss: 'https://evil.example' }), FAILED],
    ['gives a token that has ended', (identity) => (identity.claims = { exp: 1 }), FAILED],
  ];

/** The query and cookie with which a browser returns from the provider after a successful authorization. */
export async function comeBack(url: string): Promise<{ query: string; cookie: string }> {
  const login = await request(url).get('/auth/login').expect(302);
  const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
  return { query: new URL(authorized.headers.get('location') ?? '').search, cookie: cookiesOf(login).join('; ') };
}

/** The callback of that sign-in. */
export function callbackWay(browser: { query: string; cookie: string }, answer: Expected): FailureCase {
  return {
    title: 'to the callback of a sign-in',
    appliesTo: ({ template }) => template === '/auth/callback',
    spoil: ({ method }, { path }) => ({ method, target: path + browser.query, headers: { cookie: browser.cookie } }),
    answer,
  };
}

/** A logout token that looks valid. */
export function logoutWay(token: string, answer: Expected = AWAY): FailureCase {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    title: 'of a back-channel logout',
    appliesTo: ({ template }) => template === '/auth/backchannel-logout',
    spoil: ({ method, target }) => ({ method, target, headers, body: `logout_token=${token}` }),
    answer,
  };
}
