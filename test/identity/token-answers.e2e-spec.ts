import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TestBrowser } from '../support/browser.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LogLines } from '../support/log-lines.js';

let gateway: TestGateway;
let browser: TestBrowser;
let log: LogLines;

async function start(settings: Record<string, string> = {}): Promise<void> {
  log = new LogLines();
  gateway = await startGateway({ LOG_LEVEL: 'info', SESSION_IDLE_SECONDS: '40000', ...settings }, log.sink);
  browser = new TestBrowser(gateway.url);
}
afterEach(async () => {
  vi.useRealTimers();
  await gateway.close();
});

const pass = (seconds: number): unknown => vi.useFakeTimers({ now: Date.now() + seconds * 1_000, toFake: ['Date'] });
const refreshes = (): number =>
  gateway.identity.tokenRequests.filter((form) => form.get('grant_type') === 'refresh_token').length;

/** The redirect of a sign-in without a session; with one, even a failed sign-in redirects to the page. */
const signInAnew = async (query?: string): Promise<string | null> =>
  (await new TestBrowser(gateway.url).signIn(query)).headers.get('location');

/** Overrides members of all later token responses. */
function answerWith(members: Record<string, unknown>): void {
  gateway.identity.onToken = (form) => ({
    body: gateway.identity.usualTokens(form).then((tokens) => tokens && { ...tokens, ...members }),
  });
}

describe('I5: every valid response of the token endpoint is accepted', () => {
  it('without expires_in: the access token expires with the id_token of the response', async () => {
    await start({ PLATFORM_TOKEN: 'access_token' });
    gateway.identity.saysExpiresIn = false;
    await browser.signIn();
    for (let hour = 0; hour < 3; hour++) {
      pass(3_601);
      for (let n = 0; n < 3; n++) expect((await browser.call()).status).toBe(200);
      expect(refreshes()).toBe(hour + 1);
    }
    expect((await browser.session())['authenticated']).toBe(true);
  });

  it('without expires_in and id_token: the lifetime is that of the first token', async () => {
    await start({ PLATFORM_TOKEN: 'access_token' });
    gateway.identity.saysExpiresIn = false;
    gateway.identity.refreshesIdToken = false;
    await browser.signIn();
    for (let hour = 0; hour < 2; hour++) {
      pass(3_601);
      expect((await browser.call()).status).toBe(200);
      expect((await browser.call()).status).toBe(200);
      expect(refreshes()).toBe(hour + 1);
    }
  });

  it('without expires_in, with a JWT access token: it expires at its exp', async () => {
    await start({ PLATFORM_TOKEN: 'access_token' });
    gateway.identity.saysExpiresIn = false;
    gateway.identity.accessToken = () => gateway.identity.idToken({ exp: Math.floor(Date.now() / 1000) + 60 });
    await browser.signIn();
    pass(61);
    expect((await browser.call()).status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it.each([
    ['null', null],
    ['an empty string', ''],
  ])('with an id_token that is %s from a refresh: it is treated as absent', async (_what, idToken) => {
    await start();
    gateway.identity.idTokenSeconds = 30;
    await browser.signIn();
    answerWith({ id_token: idToken });
    pass(20);
    expect((await browser.call()).status).toBe(200);
    pass(31);
    const refused = await browser.call();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      401,
      'reauthentication_required',
    ]);
    // S15: the session query and the API agree.
    expect(await browser.session()).toMatchObject({ authenticated: false });
    expect(log.with('a refresh brought no id_token: sessions end with their first one')).toHaveLength(1);
  });

  it('with null members, unknown members, and expires_in as a string', async () => {
    await start();
    await browser.signIn();
    answerWith({ refresh_token: null, scope: null, expires_in: '3600', not_before_policy: 0, nested: { a: 1 } });
    pass(3_601);
    expect((await browser.call()).status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it('with two audiences including the client, and no azp', async () => {
    await start();
    gateway.identity.claims = { aud: ['connect-gateway', 'https://api.example'] };
    expect(await signInAnew()).toBe('/app');
    gateway.identity.claims = { aud: ['connect-gateway', 'other'], azp: 'other' };
    expect(await signInAnew()).toBe('/app?login_error=login_failed');
  });

  it('but not with an access token as id_token (Keycloak’s typ claim), or with another nonce', async () => {
    await start();
    const { key } = gateway.identity;
    for (const other of [{ typ: 'Bearer' }, { nonce: 'another' }, { events: {} }]) {
      gateway.identity.signIdToken = (claims) =>
        new SignJWT({ ...claims, ...other }).setProtectedHeader({ alg: 'RS256', kid: 'test-key' }).sign(key);
      expect(await signInAnew()).toBe('/app?login_error=login_failed');
    }
  });

  it('with max_age: only if the authentication is recent enough', async () => {
    await start();
    const now = Math.floor(Date.now() / 1000);
    for (const [authTime, location] of [
      [now, '/app'],
      [now - 3_600, '/app?login_error=login_failed'],
      [undefined, '/app?login_error=login_failed'],
    ] as const) {
      gateway.identity.claims = { auth_time: authTime };
      expect(await signInAnew('?returnTo=/app&max_age=60')).toBe(location);
    }
  });

  it('errors are recognised by their code, also in a 401 with a challenge', async () => {
    await start();
    await browser.signIn();
    gateway.identity.onToken = () => ({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="x"' },
      body: { error: 'invalid_grant' },
    });
    pass(3_601);
    const refused = await browser.call();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'session_ended']);
  });
});

/** Another key of the provider with this key id. */
async function newKey(kid: string, algorithm = 'RS256'): Promise<{ jwk: JWK; use: () => void }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: algorithm };
  const use = (): void => {
    gateway.identity.signIdToken = (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid }).sign(privateKey);
  };
  return { jwk, use };
}

describe('I8: the keys for tokens from the provider', () => {
  it('are fetched again at once for a new key, also under an old key id', async () => {
    await start();
    await browser.signIn();
    for (const kid of ['new-key', 'new-key', 'test-key']) {
      const key = await newKey(kid);
      gateway.identity.keySet = { keys: [key.jwk] };
      key.use();
      const before = gateway.identity.jwksRequests;
      expect(await signInAnew()).toBe('/app');
      expect(gateway.identity.jwksRequests).toBe(before + 1);
    }
  });

  it('are fetched only once more for a token with an unknown signature', async () => {
    await start();
    await browser.signIn();
    (await newKey('elsewhere')).use();
    const before = gateway.identity.jwksRequests;
    expect(await signInAnew()).toBe('/app?login_error=login_failed');
    expect(gateway.identity.jwksRequests).toBe(before + 1);
  });

  it('may be duplicated in the set, among keys of other types and invalid ones', async () => {
    await start();
    const other = await newKey('other', 'ES256');
    const same = await newKey('test-key');
    const { jwk } = gateway.identity;
    const broken = [
      null,
      7,
      { kty: 'oct', k: 'AA', kid: 'test-key' },
      { kty: 'RSA', kid: 'test-key', n: '!', e: 'AQAB' },
    ];
    const encryption = { ...same.jwk, use: 'enc' };
    gateway.identity.keySet = { keys: [...broken, { kty: 'XYZ' }, other.jwk, encryption, same.jwk, jwk, { ...jwk }] };
    expect(await signInAnew()).toBe('/app');
  });

  it('may be EdDSA keys, under either algorithm name', async () => {
    await start();
    for (const algorithm of ['EdDSA', 'Ed25519', 'ES384', 'PS256']) {
      const key = await newKey(`key-${algorithm}`, algorithm);
      gateway.identity.keySet = { keys: [key.jwk] };
      key.use();
      expect(await signInAnew()).toBe('/app');
    }
  });

  it('S14: a token signed by another key under a known key id is refused: sign-in, SSO cookie and logout token', async () => {
    await start({ SSO_COOKIE: 'company_sso' });
    await browser.signIn();
    const forger = await newKey('test-key');
    forger.use();
    expect(await signInAnew()).toBe('/app?login_error=login_failed');
    const forged = await gateway.identity.idToken();
    await request(gateway.url).get('/api/connect/v1/categories').set('Cookie', `company_sso=${forged}`).expect(401);
    const logout = await gateway.identity.idToken({
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      nonce: undefined,
    });
    await request(gateway.url).post('/auth/backchannel-logout').type('form').send({ logout_token: logout }).expect(400);
    expect((await browser.call()).status).toBe(200);
  });
});

describe('the SSO cookie', () => {
  it.each([
    ['a logout token', () => gateway.identity.logoutToken({ sub: 'person-1' })],
    ['a logout token of an older Keycloak', () => gateway.identity.logoutToken({ sub: 'person-1' }, { typ: 'JWT' })],
    ['an access token (at+jwt)', () => gateway.identity.idToken({}, { typ: 'at+jwt' })],
    ['an access token (Keycloak)', () => gateway.identity.idToken({ typ: 'Bearer' })],
    ['a token for several that was issued to none', () => gateway.identity.idToken({ aud: ['connect-gateway', 'b'] })],
  ])('S14: does not accept %s as an id_token', async (_what, token) => {
    await start({ SSO_COOKIE: 'company_sso' });
    const answer = await request(gateway.url)
      .get('/api/connect/v1/categories')
      .set('Cookie', `company_sso=${await token()}`);
    expect(answer.status).toBe(401);
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('S7: a cached token is not forwarded after it expires', async () => {
    await start({ SSO_COOKIE: 'company_sso' });
    const token = await gateway.identity.idToken({}, { typ: 'JWT' });
    const call = () => request(gateway.url).get('/api/connect/v1/categories').set('Cookie', `company_sso=${token}`);
    await call().expect(200);
    pass(3_590);
    await call().expect(200);
    pass(10);
    await call().expect(401);
  });
});
