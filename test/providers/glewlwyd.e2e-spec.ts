import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { locationOf, TestBrowser } from '../support/browser.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ADA, Glewlwyd, GLEWLWYD_SECRET, hasGlewlwyd } from '../support/glewlwyd.js';
import { LogLines } from '../support/log-lines.js';

describe.skipIf(!hasGlewlwyd())('a provider that others made: glewlwyd', () => {
  let provider: Glewlwyd;
  let gateway: TestGateway;
  let browser: TestBrowser;
  const log = new LogLines();

  beforeAll(async () => {
    // Held until the gateway starts: the provider must know its address, and takes a while to start.
    const reserved = createServer().listen(0, '127.0.0.1');
    await once(reserved, 'listening');
    const { port } = reserved.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    provider = await Glewlwyd.start(url);
    await promisify(reserved.close.bind(reserved))();
    const address = { PORT: String(port), PUBLIC_URL: url, OIDC_ISSUER: provider.issuer };
    // Its refresh responses contain no id_token; its access tokens are JWTs.
    const client = { OIDC_CLIENT_SECRET: GLEWLWYD_SECRET, PLATFORM_TOKEN: 'access_token' };
    gateway = await startGateway({ ...address, ...client, LOG_LEVEL: 'info' }, log.sink);
  });
  afterAll(async () => {
    await gateway?.close();
    await provider?.close();
  });
  beforeEach(() => {
    browser = new TestBrowser(gateway.url);
  });

  const begin = async (returnTo = '/app'): Promise<URL> =>
    provider.signIn(locationOf(await browser.visit(`/auth/login?returnTo=${returnTo}`)), browser.cookies);
  const forwarded = (): string => String(gateway.platform.last.headers.authorization).slice('Bearer '.length);

  it('signs a person in, and the platform gets a separate token', async () => {
    expect(locationOf(await browser.visit(await begin('/orders')))).toBe('/orders');
    expect((await browser.session())['user']).toMatchObject({ name: ADA.name, email: ADA.email });
    expect((await browser.call()).status).toBe(200);
    expect(decodeJwt(forwarded())).toMatchObject({ iss: provider.issuer, client_id: 'connect-gateway' });
    expect(log.with('a sign-in failed')).toEqual([]);
  });

  it('I3: the session survives a repeated callback, for which the provider would revoke all tokens', async () => {
    const callback = await begin();
    const answers = await Promise.all([browser.visit(callback), browser.visit(callback)]);
    expect(answers.map(locationOf)).toEqual(['/app', '/app']);
    expect(locationOf(await browser.visit(callback))).toBe('/app');
    expect(await tokenAfterRefresh()).toMatch(/^ey/);
  });

  it('refreshes with one-time refresh tokens', async () => {
    await browser.visit(await begin());
    expect(decodeJwt(await tokenAfterRefresh())).toMatchObject({ iss: provider.issuer });
  });

  /** Moves the gateway's clock, not the provider's, to shortly before the token's end. */
  async function tokenAfterRefresh(): Promise<string> {
    await browser.call();
    const first = forwarded();
    vi.useFakeTimers({ now: Date.now() + 3_580_000, toFake: ['Date'] });
    try {
      await expect
        .poll(async () => {
          expect((await browser.call()).status).toBe(200);
          return forwarded();
        })
        .not.toBe(first);
    } finally {
      vi.useRealTimers();
    }
    expect((await browser.call()).status).toBe(200);
    expect(log.with('a refresh failed')).toEqual([]);
    return forwarded();
  }

  it('S13: ends the session when the person signs out at the provider', async () => {
    await browser.visit(await begin());
    expect((await browser.call()).status).toBe(200);
    await provider.endSession(browser.cookies);
    await expect.poll(() => browser.session()).toMatchObject({ authenticated: false, reason: 'provider' });
    expect(log.with('a logout token was refused')).toEqual([]);
  });

  it('signs out and revokes the refresh token at the provider', async () => {
    await browser.visit(await begin());
    const url = new URL(await browser.logout('?returnTo=/bye'));
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/end_session`);
    expect(await browser.session()).toMatchObject({ authenticated: false });
    expect(log.with('a refresh token could not be revoked')).toEqual([]);
  });
});
