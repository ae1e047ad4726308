import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const CATEGORIES = '/api/connect/v1/categories';

let gateway: TestGateway;

/** Each test has its own gateway, so that changes to the provider do not affect other tests. */
async function start(settings: Record<string, string> = {}): Promise<void> {
  gateway = await startGateway(settings);
}
beforeEach(() => start());
afterEach(() => gateway.close());

const call = (cookie: string) => request(gateway.url).get(CATEGORIES).set('Cookie', cookie);
/** Begins a sign-in that returns to a path of this many characters. */
const beginLong = (length: number, jar: readonly string[] = []) =>
  request(gateway.url)
    .get('/auth/login')
    .query({ returnTo: `/${'a'.repeat(length - 1)}` })
    .set('Cookie', jar.join('; '));
const session = (cookie: string) => request(gateway.url).get('/auth/session').set('Cookie', cookie);
const logout = (cookie: string) => request(gateway.url).post('/auth/logout').set('Cookie', cookie).set('X-CSRF', '1');
const forwarded = () => String(gateway.platform.last.headers.authorization).slice('Bearer '.length);

/** Restarts the gateway with these settings. */
async function restart(settings: Record<string, string>): Promise<void> {
  await gateway.close();
  await start(settings);
}

describe('signing in', () => {
  it('turns a session cookie into the bearer token that the platform sees', async () => {
    const cookie = await gateway.signIn();
    const answer = await call(cookie).expect(200);
    expect(forwarded()).toMatch(/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/);
    expect(gateway.platform.last.headers.cookie).toBeUndefined();
    expect(JSON.stringify(answer.headers)).not.toContain('ey');
  });

  it('B3: answers 401 with loginUrl without a cookie, and never redirects', async () => {
    const answer = await request(gateway.url).get(CATEGORIES).set('Accept', 'text/html');
    expect(expectProblem(answer, 401, 'unauthenticated')['loginUrl']).toBe('/auth/login');
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('uses the code flow with PKCE, state and nonce', async () => {
    const login = await request(gateway.url).get('/auth/login').expect(302);
    const url = new URL(String(login.headers['location']));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'connect-gateway',
      redirect_uri: `${gateway.url}/auth/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{32}$/),
      nonce: expect.stringMatching(/^[\w-]{20,}$/),
    });
  });

  it('S12: sets a cookie that scripts and other hosts cannot read', async () => {
    const login = await request(gateway.url).get('/auth/login').expect(302);
    expect(String(login.headers['set-cookie'])).toMatch(
      /^login-[\w-]+=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=900$/,
    );
  });

  it('S9: begins a new session at every sign-in and ends the one before', async () => {
    const first = await gateway.signIn();
    await call(first).expect(200);
    const login = await request(gateway.url).get('/auth/login').expect(302);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const callback = new URL(authorized.headers.get('location') ?? '');
    const done = await request(gateway.url)
      .get(callback.pathname + callback.search)
      .set('Cookie', [...cookiesOf(login), first].join('; '));
    expect(done.status).toBe(303);
    expect(cookiesOf(done)).not.toContain(first);
    await call(first).expect(401);
  });

  it.each([
    '//e.example',
    '/\\e.example',
    '/%09/e.example',
    'https:e.example',
    '/%5ce.example',
    'https://e.example/',
    'javascript:alert(1)',
    '/\t/e',
    'e',
  ])('S17: does not return to %j', async (returnTo) => {
    expectProblem(await request(gateway.url).get('/auth/login').query({ returnTo }), 400, 'invalid_return_to');
  });

  it('S17: returns to a path that must be encoded in a header', async () => {
    const login = await request(gateway.url).get('/auth/login').query({ returnTo: '/größe/日本?q="ü"' }).expect(302);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const { pathname, search } = new URL(authorized.headers.get('location') ?? '');
    const done = await request(gateway.url)
      .get(pathname + search)
      .set('Cookie', cookiesOf(login).join('; '));
    expect(done.status).toBe(303);
    expect(done.headers['location']).toBe('/gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC?q=%22%C3%BC%22');
  });

  it('S17: refuses a returnTo of more than 1,024 characters; five of that length fit into a request', async () => {
    expectProblem(await beginLong(1_025), 400, 'invalid_return_to');
    const jar: string[] = [];
    for (let tab = 0; tab < 5; tab++) jar.push(cookiesOf(await beginLong(1_024, jar).expect(302))[0] ?? '');
    expect(Math.max(...jar.map((cookie) => cookie.length))).toBeLessThan(4_096);
    await session(jar.join('; ')).expect(200);
  });

  it('S17: supports several tabs, and discards the oldest attempts beyond five', async () => {
    const jar: string[] = [];
    const locations: string[] = [];
    for (let tab = 0; tab < 6; tab++) {
      const login = await request(gateway.url)
        .get('/auth/login')
        .query({ returnTo: `/tab-${tab}` })
        .set('Cookie', jar.join('; '));
      locations.push(String(login.headers['location']));
      const [opened = '', ...closed] = cookiesOf(login);
      jar.push(opened);
      for (const name of closed)
        jar.splice(
          jar.findIndex((cookie) => cookie.startsWith(name)),
          1,
        );
    }
    expect(jar).toHaveLength(5);
    const outcomes = [];
    for (const location of locations) {
      const authorized = await fetch(location, { redirect: 'manual' });
      const callback = new URL(authorized.headers.get('location') ?? '');
      const done = await request(gateway.url)
        .get(callback.pathname + callback.search)
        .set('Cookie', jar.join('; '));
      outcomes.push(done.headers['location'] ?? (done.body as { code: string }).code);
    }
    expect(outcomes).toEqual(['login_attempt_unknown', '/tab-1', '/tab-2', '/tab-3', '/tab-4', '/tab-5']);
  });

  it('S17: redirects a stale callback of a signed-in browser to the frontend', async () => {
    const cookie = await gateway.signIn();
    const stale = await request(gateway.url).get('/auth/callback?code=x&state=abcdefghijk').set('Cookie', cookie);
    expect([stale.status, stale.headers['location']]).toEqual([303, '/']);
  });

  it('refuses an id_token that is signed by another key under the name of the right one', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    gateway.identity.signIdToken = (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'test-key' }).sign(privateKey);
    await expect(gateway.signIn()).rejects.toThrow('login_error=login_failed');
    gateway.identity.signIdToken = undefined;
    await gateway.signIn();
  });

  it('refuses an id_token with a wrong audience or issuer', async () => {
    for (const claims of [{ aud: 'somebody-else' }, { iss: 'https://other.example' }]) {
      gateway.identity.claims = claims;
      await expect(gateway.signIn()).rejects.toThrow('login_error=login_failed');
    }
  });

  it('fails while the provider returns errors and works afterwards; sessions continue', async () => {
    const cookie = await gateway.signIn();
    gateway.identity.onToken = () => ({ status: 500, body: 'down' });
    await expect(gateway.signIn()).rejects.toThrow('login_error=login_failed');
    await call(cookie).expect(200);
    gateway.identity.onToken = () => undefined;
    await gateway.signIn();
  });
});

describe('the session cookie', () => {
  it('S10: gets 401 if it is forged or changed', async () => {
    const cookie = await gateway.signIn();
    const forged = ['session=x', `${cookie.slice(0, -2)}xx`, `session=${'A'.repeat(110)}`, 'session='];
    for (const value of forged) expectProblem(await call(value), 401, 'unauthenticated');
  });

  it('S18: gets 401 if it is sent twice, in either order', async () => {
    const cookie = await gateway.signIn();
    expectProblem(await call(`${cookie}; session=planted`), 401, 'ambiguous_cookie');
    expectProblem(await call(`session=planted; ${cookie}`), 401, 'ambiguous_cookie');
  });

  it('is not confused with cookies of similar names', async () => {
    const cookie = await gateway.signIn();
    await call(`my-session=1; ${cookie}; session2=2`).expect(200);
  });
});

describe('the life of a session', () => {
  it('reports the signed-in person, and no person after the logout', async () => {
    const cookie = await gateway.signIn();
    expect((await session(cookie)).body).toMatchObject({
      authenticated: true,
      user: { sub: 'person-1', name: 'Demo Person', email: 'demo@example.com' },
    });
    const done = await logout(cookie).expect(200);
    expect(done.body.logoutUrl).toMatch(/\/end-session\?.*post_logout_redirect_uri=/);
    expect(done.text).not.toContain('id_token_hint');
    expect(String(done.headers['set-cookie'])).toBe('session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
    expect((await session(cookie)).body).toEqual({
      authenticated: false,
      loginUrl: '/auth/login',
      reason: 'logout',
    });
    expectProblem(await call(cookie), 401, 'session_ended');
    await expect.poll(() => gateway.identity.revoked.length).toBe(1);
  });

  it('S8: ends after its idle timeout unless it is used; a session query is not use', async () => {
    await restart({ SESSION_IDLE_SECONDS: '2', SESSION_MAX_SECONDS: '30' });
    const [used, asked] = [await gateway.signIn(), await gateway.signIn()];
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await call(used).expect(200);
      await session(asked);
    }
    expect((await session(used)).body.authenticated).toBe(true);
    expect((await session(asked)).body.authenticated).toBe(false);
    await call(asked).expect(401);
  });

  it('S8: ends after its absolute timeout regardless of use', async () => {
    await restart({ SESSION_IDLE_SECONDS: '1', SESSION_MAX_SECONDS: '2' });
    const cookie = await gateway.signIn();
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setTimeout(resolve, 350));
      statuses.push((await call(cookie)).status);
    }
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(401);
  });

  it('S16: lists and ends only the caller’s own sessions', async () => {
    const [mine, other] = [await gateway.signIn(), await gateway.signIn()];
    gateway.identity.subject = 'person-2';
    const stranger = await gateway.signIn();
    const list = await request(gateway.url).get('/auth/sessions').set('Cookie', mine).expect(200);
    expect(list.body).toHaveLength(2);
    expect(list.body.filter((s: { current: boolean }) => s.current)).toHaveLength(1);
    const ids = (await request(gateway.url).get('/auth/sessions').set('Cookie', stranger)).body as { id: string }[];
    const end = (id: string, cookie: string) =>
      request(gateway.url).delete(`/auth/sessions/${id}`).set({ Cookie: cookie, 'X-CSRF': '1' });
    expectProblem(await end(String(ids[0]?.id), mine), 404, 'session_not_found');
    const otherId = (list.body as { id: string; current: boolean }[]).find((s) => !s.current)?.id ?? '';
    await end(otherId, mine).expect(204);
    await call(other).expect(401);
    await call(mine).expect(200);
    await request(gateway.url).delete('/auth/sessions').set({ Cookie: mine, 'X-CSRF': '1' }).expect(204);
    await call(mine).expect(401);
    await call(stranger).expect(200);
  });
});

/** A session whose token has just expired, so that the next call needs a refresh; later tokens last. */
async function signInWithSpentToken(): Promise<string> {
  gateway.identity.idTokenSeconds = 0;
  const cookie = await gateway.signIn();
  gateway.identity.idTokenSeconds = 3600;
  return cookie;
}

describe('refresh', () => {
  it('S1, S7: gets the next token before the old one expires, once for concurrent calls', async () => {
    const cookie = await signInWithSpentToken();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(cookie)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(gateway.identity.tokenRequests.filter((form) => form.get('grant_type') === 'refresh_token')).toHaveLength(1);
  });

  it('S7: gets the next token while the old one is still valid, without delaying calls', async () => {
    gateway.identity.idTokenSeconds = 4;
    const cookie = await gateway.signIn();
    gateway.identity.idTokenSeconds = 3600;
    const statuses = new Set<number>();
    await expect
      .poll(
        async () => {
          statuses.add((await call(cookie)).status);
          return gateway.identity.tokenRequests.length;
        },
        { timeout: 5_000 },
      )
      .toBe(2);
    expect(statuses).toEqual(new Set([200]));
  });

  it('S2: continues when the caller disconnects', async () => {
    const cookie = await signInWithSpentToken();
    gateway.identity.onToken = () => ({ delayMs: 300 });
    const controller = new AbortController();
    const gone = fetch(gateway.url + CATEGORIES, { headers: { cookie }, signal: controller.signal }).catch(
      () => undefined,
    );
    await expect.poll(() => gateway.identity.tokenRequests.length).toBe(2);
    controller.abort();
    await gone;
    await call(cookie).expect(200);
    expect(gateway.identity.tokenRequests).toHaveLength(2);
    expect(gateway.identity.refreshTokens.size).toBe(1);
  });

  it.each([
    ['a 500', { status: 500, body: 'oops' }],
    ['a 429', { status: 429, body: { error: 'slow_down' } }],
    ['bad JSON', { status: 200, body: '{' }],
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }],
  ])('S4: %s of the provider becomes 503 and keeps the session and the cookie', async (_what, failure) => {
    const cookie = await signInWithSpentToken();
    gateway.identity.onToken = () => failure;
    const refused = await call(cookie);
    expectProblem(refused, 503, 'identity_provider_unavailable');
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect((await session(cookie)).body.authenticated).toBe(true);
    gateway.identity.onToken = () => undefined;
    await call(cookie).expect(200);
  });

  it('S4: invalid_grant ends the session', async () => {
    const cookie = await signInWithSpentToken();
    gateway.identity.refreshTokens.clear();
    expectProblem(await call(cookie), 401, 'session_ended');
    expect((await session(cookie)).body.authenticated).toBe(false);
  });

  it('S6: a logout wins over a refresh in progress', async () => {
    const cookie = await signInWithSpentToken();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    gateway.identity.beforeToken = () => held;
    const waiting = call(cookie).then((answer) => answer);
    await expect.poll(() => gateway.identity.tokenRequests.length).toBe(2);
    await logout(cookie).expect(200);
    release();
    const late = await waiting;
    expect(late.status).toBe(401);
    expect(late.headers['set-cookie']).toBeUndefined();
    await call(cookie).expect(401);
  });

  it('S7: without a new id_token the old one is used until it expires, then a new sign-in is required', async () => {
    gateway.identity.idTokenSeconds = 3;
    gateway.identity.refreshesIdToken = false;
    const cookie = await gateway.signIn();
    await call(cookie).expect(200);
    const first = forwarded();
    await expect.poll(async () => (await call(cookie)).body.code).toBe('reauthentication_required');
    expect(forwarded()).toBe(first);
  });

  it('S7: a token that expired between calls is not forwarded when the refresh returns no new one', async () => {
    gateway.identity.refreshesIdToken = false;
    const cookie = await signInWithSpentToken();
    expectProblem(await call(cookie), 401, 'reauthentication_required');
    expect(gateway.platform.seen).toHaveLength(0);
    expect((await session(cookie)).body.authenticated).toBe(false);
  });

  it('S7: an expired token is not forwarded when the new one cannot be verified', async () => {
    const cookie = await signInWithSpentToken();
    gateway.identity.claims = { azp: 'another-client' };
    expectProblem(await call(cookie), 503, 'identity_provider_unavailable');
    expect(gateway.platform.seen).toHaveLength(0);
    gateway.identity.claims = {};
    await call(cookie).expect(200);
  });

  it.each<[string, JWTPayload]>([
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3_600 }],
    ['of another issuer', { iss: 'https://other.example' }],
    ['for another audience', { aud: 'other' }],
    ['that has expired', { exp: 1_000_000 }],
    ['without an expiry', { exp: undefined }],
  ])('S4: an id_token %s is rejected, but the refresh token beside it is kept', async (_what, claims) => {
    const cookie = await signInWithSpentToken();
    gateway.identity.claims = claims;
    expectProblem(await call(cookie), 503, 'identity_provider_unavailable');
    expect(gateway.platform.seen).toHaveLength(0);
    gateway.identity.claims = {};
    await call(cookie).expect(200);
    const used = gateway.identity.tokenRequests.map((form) => form.get('refresh_token'));
    expect(new Set(used).size).toBe(used.length);
  });

  it.each([['rubbish'], [7], [{}]])(
    'S4: a value of %j as id_token is rejected, but the refresh token beside it is kept',
    async (idToken) => {
      const cookie = await signInWithSpentToken();
      gateway.identity.onToken = (form) => {
        if (form.get('grant_type') !== 'refresh_token') return undefined;
        gateway.identity.refreshTokens.add('the-next');
        gateway.identity.onToken = () => undefined;
        const body = { token_type: 'Bearer', access_token: 'a', refresh_token: 'the-next', id_token: idToken };
        return { body };
      };
      expectProblem(await call(cookie), 503, 'identity_provider_unavailable');
      await call(cookie).expect(200);
      expect(gateway.identity.tokenRequests.at(-1)?.get('refresh_token')).toBe('the-next');
    },
  );

  it('S4: while a token is valid, failed refreshes are retried at intervals, not with each call', async () => {
    gateway.identity.idTokenSeconds = 60;
    const cookie = await gateway.signIn();
    gateway.identity.claims = { iss: 'https://other.example' };
    vi.useFakeTimers({ now: Date.now() + 50_000, toFake: ['Date'] });
    try {
      for (let n = 0; n < 5; n++) await call(cookie).expect(200);
      await expect.poll(() => gateway.identity.tokenRequests.length).toBe(2);
      await call(cookie).expect(200);
    } finally {
      vi.useRealTimers();
    }
    expect(gateway.identity.tokenRequests).toHaveLength(2);
  });

  it('S7: a refresh that returns another subject ends the session', async () => {
    const cookie = await signInWithSpentToken();
    gateway.identity.subject = 'somebody-else';
    await call(cookie).expect(401);
    expect((await session(cookie)).body.authenticated).toBe(false);
  });

  it('P15: a 401 of the platform causes one refresh and one retry, then is returned; the session continues', async () => {
    const cookie = await gateway.signIn();
    await call(cookie).expect(200);
    const old = forwarded();
    gateway.platform.behave((seen, res) => {
      const status = seen.headers.authorization?.endsWith(old) ? 401 : 200;
      res
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ code: 'unauthenticated', message: 'no' }));
    });
    await call(cookie).expect(200);
    gateway.platform.answerWith(401, { code: 'unauthenticated', message: 'no' });
    expectProblem(await call(cookie), 401, 'upstream_unauthorized');
    expect((await session(cookie)).body.authenticated).toBe(true);
  });

  it('S7: a refused call is not sent again with a token that came meanwhile and has expired', async () => {
    gateway.identity.idTokenSeconds = 60;
    const cookie = await gateway.signIn();
    let refuse: (() => void) | undefined;
    gateway.platform.behave((_seen, res) => {
      refuse = () => res.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"no","message":"no"}');
    });
    const refused = call(cookie).then(({ status }) => status);
    await expect.poll(() => refuse !== undefined).toBe(true);
    gateway.platform.answerWith(200, []);
    try {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
      await call(cookie).expect(200);
      vi.setSystemTime(Date.now() + 60_000);
      refuse?.();
      expect(await refused).toBe(200);
    } finally {
      vi.useRealTimers();
    }
    expect(gateway.identity.tokenRequests).toHaveLength(3);
  });

  it('P15: concurrently refused calls share one new token', async () => {
    const cookie = await gateway.signIn();
    await call(cookie).expect(200);
    const old = forwarded();
    gateway.identity.beforeToken = () => sleep(300);
    let refusals = 0;
    gateway.platform.behave((seen, res) => {
      const isRefused = seen.headers.authorization?.endsWith(old) === true;
      // Some are refused during the refresh, some after it.
      const delay = isRefused ? 150 * refusals++ : 0;
      setTimeout(() => res.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' }).end('[]'), delay);
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(cookie)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(gateway.identity.tokenRequests).toHaveLength(2);
  });
});

describe('SSO_COOKIE', () => {
  beforeEach(() => restart({ SSO_COOKIE: 'company_sso' }));

  it('accepts a valid id_token of the provider without creating a session', async () => {
    const token = await gateway.identity.idToken();
    await call(`company_sso=${token}`).expect(200);
    expect(forwarded()).toBe(token);
    expect((await session(`company_sso=${token}`)).body).toMatchObject({
      authenticated: true,
      user: { sub: 'person-1' },
    });
    await call(`company_sso=${token}`).set('X-Other', '1').expect(200);
  });

  it.each([
    ['an expired one', { exp: 1 }, {}],
    ['one for another audience', { aud: 'other' }, {}],
    ['one of another issuer', { iss: 'https://other.example' }, {}],
    ['one with an unknown key', {}, { kid: 'unknown' }],
    ['one with critical extensions', {}, { crit: ['b64'], b64: true }],
  ])('S14: refuses %s', async (_what, claims, header) => {
    const token = await gateway.identity.idToken(claims, header);
    await call(`company_sso=${token}`).expect(401);
  });

  it('S15: is used when the token of the session cannot be renewed', async () => {
    gateway.identity.refreshesIdToken = false;
    const cookie = await signInWithSpentToken();
    const token = await gateway.identity.idToken();
    const both = `${cookie}; company_sso=${token}`;
    await call(both).expect(200);
    expect(forwarded()).toBe(token);
    expect((await session(both)).body).toMatchObject({ authenticated: true });
  });

  it('S14: refuses a token without a signature, and one signed with the public key as a secret', async () => {
    const [, payload] = (await gateway.identity.idToken()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await call(`company_sso=${none}`).expect(401);
    const hs256 = `${Buffer.from('{"alg":"HS256","kid":"test-key"}').toString('base64url')}.${payload}.AAAA`;
    await call(`company_sso=${hs256}`).expect(401);
  });

  it('S14: fetches the keys at intervals, not for every unknown key', async () => {
    for (let i = 0; i < 50; i++)
      await call(`company_sso=${await gateway.identity.idToken({}, { kid: `unknown-${i}` })}`).expect(401);
    expect(gateway.identity.jwksRequests).toBeLessThanOrEqual(2);
  });

  it('S14: fetches the keys at intervals also while the provider fails to serve them', async () => {
    gateway.identity.jwksDown = true;
    for (let i = 0; i < 20; i++)
      await call(`company_sso=${await gateway.identity.idToken({}, { kid: `unknown-${i}` })}`).expect(503);
    expect(gateway.identity.jwksRequests).toBeLessThan(10);
    gateway.identity.jwksDown = false;
    const token = await gateway.identity.idToken();
    await expect.poll(async () => (await call(`company_sso=${token}`)).status).toBe(200);
  });
});
