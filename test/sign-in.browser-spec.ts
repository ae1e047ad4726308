import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdentity } from '../sandbox/identity/identity.server.js';
import { CHROMIUM } from './support/chromium.js';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';

describe.skipIf(CHROMIUM === undefined)('a person at a browser', () => {
  let gateway: TestGateway;
  let identity: Awaited<ReturnType<typeof startIdentity>>;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const [port, identityPort] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    identity = await startIdentity({
      host: '127.0.0.1',
      port: identityPort,
      database: ':memory:',
      clientId: 'connect-gateway',
      clientSecret: 'a-client-secret',
      redirectUris: [`${url}/auth/callback`],
      postLogoutRedirectUris: [`${url}/`],
    });
    gateway = await startGateway({ PORT: String(port), PUBLIC_URL: url, OIDC_ISSUER: identity.issuer });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
    });
    page = await browser.newPage();
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await identity?.close();
  });

  it('signs in at the provider, returns, and calls the platform with only the cookie', async () => {
    await page.goto(`${gateway.url}/auth/login?returnTo=/docs`);
    await page.getByLabel('E-mail').fill('demo@example.com');
    await page.getByLabel('Password').fill('demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${gateway.url}/docs`);
    const answer = await page.evaluate(async () => {
      const response = await fetch('/api/connect/v1/categories');
      return {
        status: response.status,
        session: await (await fetch('/auth/session')).json(),
        scriptSees: (globalThis as unknown as { document: { cookie: string } }).document.cookie,
      };
    });
    expect(answer).toMatchObject({
      status: 200,
      scriptSees: '',
      session: { authenticated: true, user: { email: 'demo@example.com' } },
    });
    expect(gateway.platform.last.headers.authorization).toMatch(/^Bearer ey/);
  });

  it('S12: has a host-only cookie that scripts cannot read', async () => {
    const cookies = await page.context().cookies(gateway.url);
    expect(cookies.find(({ name }) => name === 'session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: '127.0.0.1',
    });
  });

  it('shows the API document on a page without policy violations', async () => {
    await page.getByText('Connect Gateway').first().waitFor();
    await expect.poll(() => page.locator('#person').textContent()).toContain('Signed in as');
    expect(complaints).toEqual([]);
  });

  it('creates a version from its own page, while a foreign page gets no response', async () => {
    const status = await page.evaluate(async () => {
      const body = JSON.stringify({ name: '1.0.0' });
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch('/api/connect/v1/o/acme/connectors/1/versions', { method: 'POST', headers, body })).status;
    });
    expect(status).toBe(201);
    const stranger = await browser.newPage();
    await stranger.goto('about:blank');
    const outcome = await stranger.evaluate(async (url) => {
      return fetch(`${url}/api/connect/v1/categories`, { credentials: 'include' }).then(
        (response) => response.status,
        () => 'refused',
      );
    }, gateway.url);
    expect(outcome).toBe('refused');
    await stranger.close();
  });

  it('signs out here and at the provider', async () => {
    const { logoutUrl } = await page.evaluate(
      async () => (await fetch('/auth/logout', { method: 'POST' })).json() as Promise<{ logoutUrl: string }>,
    );
    await page.goto(logoutUrl);
    const button = page.getByRole('button').first();
    if (await button.isVisible().catch(() => false)) await button.click();
    await page.waitForURL(`${gateway.url}/auth/signed-out`);
    await page.getByText('You are signed out').waitFor();
    const session = await page.evaluate(async () => (await fetch('/auth/session')).json());
    expect(session).toMatchObject({ authenticated: false });
  });
});
