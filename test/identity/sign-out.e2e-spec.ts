import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { locationOf, TestBrowser } from '../support/browser.js';
import type { FakeIdentity } from '../support/fake-identity.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { expectProblem } from '../support/problem.js';

let gateway: TestGateway;
let browser: TestBrowser;

async function start(
  settings: Record<string, string> = {},
  prepare?: (identity: FakeIdentity) => unknown,
): Promise<void> {
  gateway = await startGateway(settings, undefined, prepare);
  browser = new TestBrowser(gateway.url);
}
afterEach(() => gateway.close());

const withoutLogout = (identity: FakeIdentity): unknown =>
  (identity.metadataOverrides = { end_session_endpoint: undefined });

/** Signs out from a page of another origin. */
const logoutFromApp = (returnTo: string) =>
  request(gateway.url)
    .post('/auth/logout')
    .query({ returnTo })
    .set({ Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' });
/** The request that the provider's logout page makes in a frame. */
const frame = (query: Record<string, string>) =>
  request(gateway.url).get('/auth/frontchannel-logout').query(query).set('Sec-Fetch-Site', 'cross-site');
const call = (cookie?: string) => {
  const asked = request(gateway.url).get('/api/connect/v1/categories').set('X-CSRF', '1');
  return cookie === undefined ? asked : asked.set('Cookie', cookie);
};

describe('I6: a sign-out', () => {
  it('redirects to the provider, and by its state to the frontend’s returnTo', async () => {
    await start();
    await browser.signIn();
    const url = new URL(await browser.logout('?returnTo=/bye?a=1'));
    expect(url.href.startsWith(`${gateway.identity.issuer}/end-session?`)).toBe(true);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${gateway.url}/`);
    expect(url.searchParams.has('id_token_hint')).toBe(false);
    const back = await browser.visit(`/?state=${url.searchParams.get('state')}`);
    expect([back.status, locationOf(back)]).toEqual([302, '/bye?a=1']);
  });

  it('ends on the signed-out page without a returnTo', async () => {
    await start();
    await browser.signIn();
    const url = new URL(await browser.logout());
    const page = await browser.visit(locationOf(await browser.visit(`/?state=${url.searchParams.get('state')}`)));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('You are signed out');
  });

  it.each([
    ['', '/auth/signed-out'],
    ['?returnTo=/bye', '/bye'],
  ])('%s ends locally without a new sign-in if the provider has no end_session_endpoint', async (query, place) => {
    await start({}, withoutLogout);
    await browser.signIn();
    expect(await browser.logout(query)).toBe(place);
    expect(await browser.session()).toMatchObject({ authenticated: false });
  });

  it('ends locally without delay while the provider has not been discovered', async () => {
    await start({ OIDC_ISSUER: 'http://127.0.0.1:2' });
    expect(await browser.logout('?returnTo=/bye')).toBe('/bye');
  });

  it('redirects to a vendor-specific address', async () => {
    await start({ OIDC_LOGOUT_URL: 'https://vendor.example/logout?c={client_id}&to={return_to}' }, withoutLogout);
    await browser.signIn();
    const to = encodeURIComponent(`${gateway.url}/`);
    expect(await browser.logout('?returnTo=/bye')).toBe(`https://vendor.example/logout?c=connect-gateway&to=${to}`);
  });

  it('returns only to an allowed origin', async () => {
    await start({ ALLOWED_ORIGINS: 'https://app.example' }, withoutLogout);
    expect((await logoutFromApp('https://app.example/bye').expect(200)).body).toEqual({
      logoutUrl: 'https://app.example/bye',
    });
    for (const other of ['https://app.example.evil.example/', 'https://app.example@evil.example', '//evil.example'])
      expectProblem(await logoutFromApp(other), 400, 'invalid_return_to');
  });

  it('with OIDC_LOGOUT_HINT=form_post: the browser posts the id_token once, from an uncached page', async () => {
    await start({ OIDC_LOGOUT_HINT: 'form_post' });
    await browser.signIn();
    await browser.call();
    const idToken = String(gateway.platform.last.headers.authorization).slice('Bearer '.length);
    expect(await browser.logout('?returnTo=/bye')).toBe('/auth/logout/continue');
    const stranger = await new TestBrowser(gateway.url).visit('/auth/logout/continue');
    expect(locationOf(stranger)).toBe('/auth/signed-out');
    const [one, two] = await Promise.all([
      browser.visit('/auth/logout/continue'),
      browser.visit('/auth/logout/continue'),
    ]);
    const page = one.status === 200 ? one : two;
    expect(new Set([one.status, two.status])).toEqual(new Set([200, 303]));
    const text = await page.text();
    expect(text).toContain(`<form id="logout" method="post" action="${gateway.identity.issuer}/end-session">`);
    expect(text).toContain(`name="id_token_hint" value="${idToken}"`);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[^']+'/);
    expect(page.url).not.toContain('ey');
    expect(locationOf(await browser.visit('/auth/logout/continue'))).toBe('/auth/signed-out');
  });
});

describe('OpenID Connect Front-Channel Logout', () => {
  it('ends the sessions of the provider session without a cookie', async () => {
    await start();
    gateway.identity.claims = { sid: 'one' };
    await browser.signIn();
    const answer = await frame({ iss: gateway.identity.issuer, sid: 'one' }).expect(200);
    expect(answer.headers['content-security-policy']).toBe(
      `default-src 'none'; frame-ancestors ${gateway.identity.issuer}`,
    );
    expect(await browser.session()).toMatchObject({ authenticated: false, reason: 'provider' });
  });

  it('ends nothing for another issuer, without a session id, or for a guessed one', async () => {
    await start();
    gateway.identity.claims = { sid: 'one' };
    await browser.signIn();
    const { issuer } = gateway.identity;
    for (const query of [{ iss: 'https://evil.example', sid: 'one' }, { iss: issuer }, { sid: 'one' }, {}])
      expectProblem(await frame(query as Record<string, string>), 400, 'invalid_frontchannel_logout');
    await frame({ iss: issuer, sid: 'two' }).expect(200);
    expect((await browser.call()).status).toBe(200);
  });
});

describe('the root path of the gateway', () => {
  it('shows a page with the product and the signed-in person', async () => {
    await start();
    expect(await (await browser.visit('/')).text()).toContain('You are not signed in');
    gateway.identity.claims = { name: 'Ada <script>' };
    await browser.signIn();
    const text = await (await browser.visit('/')).text();
    expect(text).toContain('You are signed in as <strong>Ada &lt;script&gt;</strong>');
  });

  it('redirects to HOME_URL', async () => {
    await start({ HOME_URL: 'https://portal.example/start?x=1' });
    expect(locationOf(await browser.visit('/'))).toBe('https://portal.example/start?x=1');
  });
});

describe('F1, S15: 401 responses and the session query', () => {
  it.each([
    ['logout', () => browser.logout()],
    [
      'revoked',
      () => browser.cookies.fetch(`${gateway.url}/auth/sessions`, { method: 'DELETE', headers: { 'x-csrf': '1' } }),
    ],
    [
      'provider',
      async () => {
        const token = await gateway.identity.logoutToken({ sid: 'one' });
        await request(gateway.url).post('/auth/backchannel-logout').type('form').send({ logout_token: token });
      },
    ],
  ])('distinguish an ended session from no session: %s', async (reason, end) => {
    await start();
    gateway.identity.claims = { sid: 'one' };
    await browser.signIn();
    const cookie = browser.cookies.header(gateway.url);
    await end();
    expect(expectProblem(await call(cookie), 401, 'session_ended')['loginUrl']).toBe('/auth/login');
    const state = await request(gateway.url).get('/auth/session').set('Cookie', cookie);
    expect(state.body).toEqual({ authenticated: false, loginUrl: '/auth/login', reason });
    expect(expectProblem(await call(), 401, 'unauthenticated')['loginUrl']).toBe('/auth/login');
    expect((await request(gateway.url).get('/auth/session')).body).not.toHaveProperty('reason');
    const forged = await request(gateway.url).get('/auth/session').set('Cookie', 'session=forged');
    expect(forged.body).not.toHaveProperty('reason');
  });

  it('report a session that ended by its idle timeout', async () => {
    await start({ SESSION_IDLE_SECONDS: '600', SESSION_MAX_SECONDS: '6000' });
    await browser.signIn();
    vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
    try {
      expect(await browser.session()).toMatchObject({ authenticated: false, reason: 'idle' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('contain loginUrl only if a sign-in helps', async () => {
    await start();
    await browser.signIn();
    const cookie = browser.cookies.header(gateway.url);
    gateway.platform.answerWith(401, { code: 'unauthenticated', message: 'no' });
    expect(expectProblem(await call(cookie), 401, 'upstream_unauthorized')).not.toHaveProperty('loginUrl');
    const planted = expectProblem(await call(`${cookie}; session=planted`), 401, 'ambiguous_cookie');
    expect(planted).not.toHaveProperty('loginUrl');
  });

  it('I9: return name, e-mail address and selected claims from the id_token or userinfo', async () => {
    await start({ SESSION_CLAIMS: 'org_id,roles,https://acme.example/tier,missing' }, (identity) => {
      identity.claims = { name: undefined, email: undefined, org_id: 'o-1' };
      identity.userInfo = {
        sub: 'person-1',
        name: 'Ada Example',
        email: 'ada@acme.example',
        org_id: 'not this one',
        roles: ['admin'],
        'https://acme.example/tier': 'gold',
        address: 'not asked for',
      };
    });
    await browser.signIn();
    expect(await browser.session()).toMatchObject({
      authenticated: true,
      user: { sub: 'person-1', name: 'Ada Example', email: 'ada@acme.example' },
      claims: { org_id: 'o-1', roles: ['admin'], 'https://acme.example/tier': 'gold' },
      expiresInSeconds: expect.toSatisfy((seconds: number) => seconds > 43_190 && seconds <= 43_200),
      idleExpiresInSeconds: expect.toSatisfy((seconds: number) => seconds > 3_590 && seconds <= 3_600),
    });
    expect((await browser.session())['claims']).not.toHaveProperty('address');
  });

  it('I9: ignore a userinfo response about another person', async () => {
    await start({}, (identity) => {
      identity.claims = { name: undefined };
      identity.userInfo = { sub: 'person-2', name: 'Eve' };
    });
    expect(locationOf(await browser.signIn())).toBe('/app');
    expect((await browser.session())['user']).toEqual({ sub: 'person-1', email: 'demo@example.com' });
  });
});

describe('S12: the cookie over https', () => {
  it('is __Host-Http-session; a session under the former name continues and gets the new one', async () => {
    await start({ PUBLIC_URL: 'https://connect.example', TRUSTED_PROXIES: '127.0.0.1' });
    const url = gateway.app.getHttpServer() as never;
    const secure = (path: string, cookie?: string) => {
      const asked = request(url).get(path).set({ Host: 'connect.example', 'X-Forwarded-Proto': 'https' });
      return cookie === undefined ? asked : asked.set('Cookie', cookie);
    };
    const login = await secure('/auth/login?returnTo=/app').expect(302);
    const attempt = String(login.headers['set-cookie']);
    expect(attempt).toMatch(/^__Host-Http-login-\d=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=900$/);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const { pathname, search } = new URL(locationOf(authorized));
    const done = await secure(pathname + search, attempt.split(';', 1)[0]).expect(303);
    const lines = done.headers['set-cookie'] as unknown as string[];
    const [line = '', former = ''] = lines;
    expect(line).toMatch(/^__Host-Http-session=[\w-]{100,}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/);
    expect(former).toBe('__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0');
    const value = line.split(/[=;]/)[1] ?? '';
    await secure('/api/connect/v1/categories', `__Host-Http-session=${value}`).expect(200);
    await secure('/api/connect/v1/categories', `__Host-session=${value}`).expect(200);
    await secure('/api/connect/v1/categories', `session=${value}`).expect(401);
    const state = await secure('/auth/session', `__Host-session=${value}`).expect(200);
    expect(state.body).toMatchObject({ authenticated: true });
    expect(String(state.headers['set-cookie'])).toContain(`__Host-Http-session=${value}`);
    expect((await secure('/auth/session', `__Host-Http-session=${value}`)).headers['set-cookie']).toBeUndefined();
    // The new name takes precedence: a cookie that a script planted under the old name is ignored.
    await secure('/api/connect/v1/categories', `__Host-session=planted; __Host-Http-session=${value}`).expect(200);
  });
});

describe('I2: an authorization request', () => {
  it('passes on allowed parameters of the frontend, and the operator’s settings win', async () => {
    await start({ OIDC_AUTHORIZATION_PARAMS: 'audience=https://api.example&acr_values=mfa' });
    const wishes = 'prompt=login&login_hint=ada@acme.example&max_age=60&acr_values=weak&ui_locales=de%20en';
    await browser.visit(locationOf(await browser.visit(`/auth/login?${wishes}`)));
    expect(Object.fromEntries(gateway.identity.authorizationRequests.at(-1) ?? [])).toMatchObject({
      prompt: 'login consent',
      login_hint: 'ada@acme.example',
      max_age: '60',
      acr_values: 'mfa',
      ui_locales: 'de en',
      audience: 'https://api.example',
      scope: 'openid profile email offline_access',
    });
  });

  it.each(['redirect_uri=https://evil.example', 'scope=all', 'state=x', 'max_age=-1', 'prompt=<b>', 'audience=x'])(
    'refuses %s from a frontend',
    async (query) => {
      await start();
      const answer = await request(gateway.url).get(`/auth/login?${query}`);
      expectProblem(answer, 400, 'invalid_request');
    },
  );

  it.each<[Record<string, string>, string, string | null]>([
    [{}, '', 'consent'],
    [{}, '?prompt=none', 'none'],
    [{ OIDC_AUTHORIZATION_PARAMS: 'prompt=' }, '?prompt=login', null],
    [{ OIDC_AUTHORIZATION_PARAMS: 'prompt=select_account' }, '', 'select_account'],
    [{ OIDC_SCOPES: 'openid profile' }, '', null],
  ])('requests consent with offline_access by default: %j %s', async (settings, query, prompt) => {
    await start(settings);
    const url = new URL(locationOf(await browser.visit(`/auth/login${query}`)));
    expect(url.searchParams.get('prompt')).toBe(prompt);
  });
});
