import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Store } from '../src/store/store.js';
import { StoreUnavailable } from '../src/store/store-unavailable.js';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';
import { raw } from './support/raw.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const send = (token: string) =>
  request(gateway.url).post('/auth/backchannel-logout').type('form').send({ logout_token: token });
const status = async (cookie: string): Promise<number> =>
  (await request(gateway.url).get('/api/connect/v1/categories').set('Cookie', cookie)).status;

/** Signs in with the given provider session. */
function signInFrom(sid: string): Promise<string> {
  gateway.identity.claims = { sid };
  return gateway.signIn();
}

describe('S13: OpenID Connect Back-Channel Logout', () => {
  it('ends the sessions of the named provider session and no others', async () => {
    const [first, second, other] = [await signInFrom('a'), await signInFrom('a'), await signInFrom('b')];
    const answer = await send(await gateway.identity.logoutToken({ sid: 'a' }));
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await Promise.all([status(first), status(second), status(other)])).toEqual([401, 401, 200]);
  });

  it('ends all sessions of the subject when the token has no sid', async () => {
    const [one, two] = [await signInFrom('c'), await signInFrom('d')];
    await send(await gateway.identity.logoutToken({ sid: undefined, sub: 'person-1' })).expect(200);
    expect(await Promise.all([status(one), status(two)])).toEqual([401, 401]);
  });

  it.each([
    ['JWT', 'JWT'],
    ['no typ', undefined],
    ['logout+jwt with its media type spelled out', 'application/logout+jwt'],
  ])('accepts a token with %s, as older providers send it', async (_what, typ) => {
    const cookie = await signInFrom(`typ-${typ}`);
    await send(await gateway.identity.logoutToken({ sid: `typ-${typ}` }, { typ })).expect(200);
    expect(await status(cookie)).toBe(401);
  });

  it('succeeds for an unknown session', async () => {
    await send(await gateway.identity.logoutToken({ sid: 'unheard-of' })).expect(200);
  });

  it.each([
    ['session', { sid: 'on-its-way' }],
    ['person', { sid: undefined, sub: 'person-1' }],
  ])('by %s: wins over a sign-in in progress', async (_who, logout) => {
    gateway.identity.claims = { sid: 'on-its-way' };
    const login = await request(gateway.url).get('/auth/login').expect(302);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const callback = new URL(authorized.headers.get('location') ?? '');
    await send(await gateway.identity.logoutToken(logout)).expect(200);
    const done = await request(gateway.url)
      .get(callback.pathname + callback.search)
      .set('Cookie', cookiesOf(login).join('; '));
    expect(expectProblem(done, 403, 'login_refused')['loginUrl']).toBe('/auth/login');
    expect(cookiesOf(done).filter((value) => value.startsWith('session='))).toEqual([]);
    await expect.poll(() => gateway.identity.refreshTokens.has(gateway.identity.revoked.at(-1) ?? '')).toBe(true);
  });

  it('by subject: lets the person sign in again after every logout', async () => {
    for (let n = 0; n < 2; n++) {
      await send(await gateway.identity.logoutToken({ sid: undefined, sub: 'person-1' })).expect(200);
      // One that begins within milliseconds of the logout may count as begun before it.
      await expect.poll(async () => status(await signInFrom(`after-${n}`))).toBe(200);
    }
  });

  it('revokes the refresh tokens of the open sessions', async () => {
    const cookie = await signInFrom('revoked');
    expect(await status(cookie)).toBe(200);
    const before = gateway.identity.revoked.length;
    await send(await gateway.identity.logoutToken({ sid: 'revoked' })).expect(200);
    await expect.poll(() => gateway.identity.revoked.length).toBe(before + 1);
  });

  it('refuses a token that was used before', async () => {
    const token = await gateway.identity.logoutToken();
    await send(token).expect(200);
    expectProblem(await send(token), 400, 'invalid_logout_token');
  });

  it('accepts the same token again after the store was unavailable', async () => {
    const cookie = await signInFrom('again');
    const store = gateway.app.get(Store, { strict: false });
    vi.spyOn(store, 'remove').mockRejectedValueOnce(new StoreUnavailable(new Error('away')));
    const token = await gateway.identity.logoutToken({ sid: 'again' });
    expectProblem(await send(token), 503, 'session_store_unavailable');
    await send(token).expect(200);
    expect(await status(cookie)).toBe(401);
  });

  it('answers 100 Continue to a request with Expect: 100-continue', async () => {
    const form = `logout_token=${await gateway.identity.logoutToken({ sid: 'unheard-of-too' })}`;
    const type = 'application/x-www-form-urlencoded';
    const headers = { 'content-type': type, 'content-length': String(form.length), expect: '100-continue' };
    const answer = await raw(gateway.url, 'POST /auth/backchannel-logout HTTP/1.1', headers, form);
    expect(answer.status).toBe(100);
    expect(answer.body).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['another type', {}, { typ: 'at+jwt' }],
    ['a type that is not a string', {}, { typ: 7 }],
    ['another issuer', { iss: 'https://other.example' }, {}],
    ['another audience', { aud: 'other' }, {}],
    ['a nonce', { nonce: 'n' }, {}],
    ['no events', { events: undefined }, {}],
    ['another event', { events: { 'http://example.com/event': {} } }, {}],
    ['an event that is not an object', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }, {}],
    ['no jti', { jti: undefined }, {}],
    ['neither sid nor sub', { sid: undefined }, {}],
    ['an old iat', { iat: 1_000_000, exp: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['a past exp', { exp: 1_000_000 }, {}],
    ['an unknown key', {}, { kid: 'unknown' }],
  ])('refuses a token with %s', async (_what, claims, header) => {
    const cookie = await signInFrom('kept');
    expectProblem(
      await send(await gateway.identity.logoutToken({ sid: 'kept', ...claims }, header)),
      400,
      'invalid_logout_token',
    );
    expect(await status(cookie)).toBe(200);
  });

  it('refuses an id_token, an unsigned token, and a value that is not a token', async () => {
    const cookie = await signInFrom('kept-too');
    const [, payload] = (await gateway.identity.logoutToken({ sid: 'kept-too' })).split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString('base64url')}.${payload}.`;
    for (const token of [await gateway.identity.idToken(), unsigned, 'x', ''])
      expectProblem(await send(token), 400, 'invalid_logout_token');
    expect(await status(cookie)).toBe(200);
  });

  it('accepts only a form body', async () => {
    const answer = await request(gateway.url).post('/auth/backchannel-logout').send({ logout_token: 'x' });
    expectProblem(answer, 415, 'unsupported_media_type');
  });
});
