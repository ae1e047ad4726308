import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecordStore } from '../../src/store/record.store.js';
import { StoreUnavailable } from '../../src/store/store-unavailable.js';
import { locationOf, TestBrowser } from '../support/browser.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LogLines } from '../support/log-lines.js';

let gateway: TestGateway;
let browser: TestBrowser;
let log: LogLines;

beforeEach(async () => {
  log = new LogLines();
  gateway = await startGateway({ LOG_LEVEL: 'info' }, log.sink);
  browser = new TestBrowser(gateway.url);
});
afterEach(() => gateway.close());

const codesSent = (): number =>
  gateway.identity.tokenRequests.filter((form) => form.get('grant_type') === 'authorization_code').length;
/** The provider answers with an error in place of a code. */
const refuse = (error: string): unknown => (gateway.identity.authorizationError = { error });

describe('I3: a code is redeemed once', () => {
  it('for concurrent callback requests, which all get the same response', async () => {
    const callback = await browser.beginSignIn('?returnTo=/orders?page=2');
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    gateway.identity.beforeToken = () => held;
    const asked = Array.from({ length: 5 }, () => browser.visit(callback));
    await expect.poll(codesSent).toBe(1);
    release();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((answer) => `${answer.status} ${locationOf(answer)}`))).toEqual(
      new Set(['303 /orders?page=2']),
    );
    const sessions = answers.map((answer) => answer.headers.getSetCookie().find((line) => line.startsWith('session=')));
    expect(new Set(sessions).size).toBe(1);
    expect(codesSent()).toBe(1);
    expect((await browser.session())['authenticated']).toBe(true);
    expect(gateway.identity.revoked).toEqual([]);
  });

  it('and a reload redirects like the first request, although the attempt is closed', async () => {
    const callback = await browser.beginSignIn('?returnTo=/orders');
    expect(locationOf(await browser.visit(callback))).toBe('/orders');
    const before = await browser.session();
    expect(locationOf(await browser.visit(callback))).toBe('/orders');
    expect(await browser.session()).toMatchObject({ user: before['user'] });
    expect(codesSent()).toBe(1);
  });

  it('also if the sign-in fails', async () => {
    gateway.identity.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } });
    const callback = await browser.beginSignIn();
    const answers = await Promise.all([browser.visit(callback), browser.visit(callback)]);
    expect(answers.map(locationOf)).toEqual(Array.from({ length: 2 }, () => '/app?login_error=login_code_invalid'));
    expect(codesSent()).toBe(1);
  });

  it('and not at all while the store cannot record it', async () => {
    const store = gateway.app.get(RecordStore, { strict: false });
    vi.spyOn(store, 'putRecord').mockRejectedValue(new StoreUnavailable(new Error('away')));
    const callback = await browser.beginSignIn();
    expect(locationOf(await browser.visit(callback))).toBe('/app?login_error=session_store_unavailable');
    expect(codesSent()).toBe(0);
  });

  it('and the stored session cookie can be read only by the browser of the attempt', async () => {
    const put = vi.spyOn(gateway.app.get(RecordStore, { strict: false }), 'putRecord');
    const done = await browser.signIn();
    const value =
      done.headers
        .getSetCookie()
        .find((line) => line.startsWith('session='))
        ?.split(/[=;]/)[1] ?? '';
    const stored = put.mock.calls.map(([, , { sealed }]) => sealed.toString('latin1')).join('');
    expect(put).toHaveBeenCalledTimes(2);
    expect(value.length).toBeGreaterThan(50);
    expect(stored).not.toContain(value);
  });
});

describe('I4: a failed sign-in', () => {
  it.each([
    ['access_denied', 'login_refused'],
    ['login_required', 'login_required'],
    ['interaction_required', 'interaction_required'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['server_error', 'server_error'],
    ['invalid_scope', 'login_failed'],
    ['something_else', 'login_failed'],
  ])('%s redirects to the app with login_error=%s', async (error, code) => {
    refuse(error);
    const done = await browser.signIn('?returnTo=/app?tab=1%23/deep');
    expect([done.status, locationOf(done)]).toEqual([303, `/app?tab=1&login_error=${code}#/deep`]);
    expect(log.with('a sign-in failed')).toMatchObject([{ oauthError: error, code }]);
    expect(codesSent()).toBe(0);
  });

  it('of a second tab redirects normally if the person is already signed in (Keycloak)', async () => {
    const second = new TestBrowser(gateway.url);
    await browser.signIn();
    refuse('temporarily_unavailable');
    expect(locationOf(await browser.signIn('?returnTo=/second'))).toBe('/second');
    expect(locationOf(await second.signIn('?returnTo=/second'))).toBe('/second?login_error=temporarily_unavailable');
  });

  it('replaces an earlier login_error in returnTo', async () => {
    refuse('access_denied');
    const again = encodeURIComponent('/app?login_error=login_failed&x=1');
    expect(locationOf(await browser.signIn(`?returnTo=${again}`))).toBe('/app?x=1&login_error=login_refused');
    gateway.identity.authorizationError = undefined;
    expect(locationOf(await browser.signIn(`?returnTo=${again}`))).toBe('/app?x=1');
  });

  it.each([
    ['of an unknown attempt', () => browser.visit('/auth/callback?code=x&state=y'), 400, 'login_attempt_unknown'],
    [
      'that was begun without a place to return to',
      () => (refuse('access_denied'), browser.signIn('')),
      403,
      'login_refused',
    ],
    ['with a foreign returnTo', () => browser.visit('/auth/login?returnTo=//evil.example'), 400, 'invalid_return_to'],
  ])('%s shows an HTML page with a link to sign in again', async (_what, visit, status, code) => {
    const answer = await visit();
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(text).toContain('<a class="action" href="/auth/login">Sign in again</a>');
    expect(text).toContain(String(answer.headers.get('x-request-id')));
    expect(text).toContain(code);
    expect(text).toMatch(/<html lang="en">[^]*<main>\s*<h1>/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('shows a page also while the provider is unavailable, and returns a problem to a script', async () => {
    const url = gateway.url;
    await gateway.identity.close();
    const other = await startGateway({ OIDC_ISSUER: 'http://127.0.0.1:2' });
    try {
      const page = await new TestBrowser(other.url).visit('/auth/login?returnTo=/app');
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await page.text()).toContain('Sign in again');
      const script = await fetch(`${other.url}/auth/login`, { headers: { accept: 'application/json' } });
      expect(script.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    } finally {
      await other.close();
    }
    expect(url).not.toBe(other.url);
  });

  it('on the sandbox’s other host name starts under the public one (127.0.0.1 and localhost)', async () => {
    const { port } = new URL(gateway.url);
    const there = await browser.visit(`http://localhost:${port}/auth/login?returnTo=/app&ui_locales=de`);
    expect(there.status).toBe(302);
    expect(there.headers.getSetCookie()).toEqual([]);
    const here = new URL(locationOf(there));
    expect(here.origin).toBe(gateway.url);
    expect(here.searchParams.get('returnTo')).toBe('/app');
    const login = await browser.visit(here);
    expect(new URL(locationOf(login)).searchParams.get('ui_locales')).toBe('de');
    // A proxy that always rewrites Host does not cause a redirect loop.
    const proxied = await browser.visit(`http://localhost:${port}${here.pathname}${here.search}`);
    expect(new URL(locationOf(proxied)).origin).toBe(gateway.identity.issuer);
  });
});

describe('S17: attempts', () => {
  it.each<Record<string, string>>([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
  ])('are neither started nor used by a prefetch (%j)', async (headers) => {
    const callback = await browser.beginSignIn();
    for (let n = 0; n < 5; n++) {
      const answer = await browser.visit('/auth/login', headers);
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
    expect((await browser.visit(callback, headers)).status).toBe(403);
    expect(locationOf(await browser.visit(callback))).toBe('/app');
  });

  it('of thirty tabs restored at once do not exceed the header limit', async () => {
    const long = encodeURIComponent(`/${'a'.repeat(1_000)}`);
    await Promise.all(Array.from({ length: 30 }, () => browser.visit(`/auth/login?returnTo=${long}`)));
    const cookies = browser.cookies.header(gateway.url);
    expect(cookies.split('; ').length).toBeLessThanOrEqual(6);
    expect((await browser.session())['authenticated']).toBe(false);
    expect(locationOf(await browser.signIn())).toBe('/app');
  });

  it.each(['/search?q=line1%0Aline2', '/files?path=C%3A%5CUsers', '/a#b%0Ac'])('return to %s', async (page) => {
    expect(locationOf(await browser.signIn(`?returnTo=${encodeURIComponent(page)}`))).toBe(page);
  });

  it.each(['/a%0Ab', '/%5Ce.example', '/a?b=\nc', '/a?b=c\\d', '/a%09'])('never return to %j', async (page) => {
    const answer = await browser.visit(`/auth/login?returnTo=${encodeURIComponent(page)}`);
    expect(answer.status).toBe(400);
  });
});
