import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CONNECTOR_ID, DEMO_ORGANISATION_ID } from '../../sandbox/platform/seed/seed.ids.js';
import { CHROMIUM } from '../support/chromium.js';
import { SandboxProcess } from '../support/sandbox-process.js';

/** What a frontend does: initialise, ask, connect. */
const PAGE = `<!doctype html><title>Page</title><button>Connect</button>
<script type="module">
  import { connectOAuth2, createConnectorConnection, getConnector, initialiseOAuth2Connection } from '/client/index.js';
  const path = { organisation_id: '${DEMO_ORGANISATION_ID}', connector_id: '${DEMO_CONNECTOR_ID}' };
  const { data: connector } = await getConnector({ path });
  const authSchemeConfig = connector.authSchemeConfigs.find(({ schemeType }) => schemeType === 'oauth2');
  const { credentialId: id, organisationId, clientId } = authSchemeConfig.grant;
  const authorizeUrl = new URLSearchParams(location.search).get('provider') + '/authorize';
  const started = await initialiseOAuth2Connection({
    path,
    body: { credential: { id, organisationId }, authorizeUrl, clientId, scopes: ['orders'] },
  });
  document.querySelector('button').onclick = async () => {
    const returned = await connectOAuth2(started.data.url);
    if (returned.outcome !== 'returned') return (globalThis.outcome = returned);
    const credential = { name: 'By consent', type: 'oauth2-code', data: { code: returned.code, state: returned.state } };
    const body = { name: 'By consent', variables: [], credentials: { action: [{ authSchemeConfig, credential }] } };
    const { data, error } = await createConnectorConnection({ path, body });
    globalThis.outcome = data ?? error;
  };
  globalThis.isReady = started.data !== undefined;
</script>`;

/** Serves the built client to the page. */
function fulfillClient(route: { request(): { url(): string }; fulfill(answer: object): Promise<void> }): Promise<void> {
  const file = new URL(route.request().url()).pathname.slice('/client/'.length);
  return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join('client/dist/esm', file), 'utf8') });
}

describe.skipIf(CHROMIUM === undefined)('an OAuth 2.0 connection, made from a page', () => {
  let sandbox: SandboxProcess;
  let provider: Server;
  let providerUrl: string;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    sandbox = await SandboxProcess.start();
    // An external system that asks for consent; it checks nothing else (RFC 6749, section 4.1).
    provider = createServer((req, res) => {
      const asked = new URL(req.url ?? '/', 'http://provider').searchParams;
      const back = (answer: string): string =>
        `${asked.get('redirect_uri')}?${answer}&state=${encodeURIComponent(asked.get('state') ?? '')}`;
      res
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<a href="${back('code=a-code')}">Allow</a> <a href="${back('error=access_denied')}">Deny</a>`);
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    context = await browser.newContext();
    await context.route(`${sandbox.url}/page*`, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    await context.route(`${sandbox.url}/client/*/**`, (route) => fulfillClient(route));
    await context.route(`${sandbox.url}/client/*`, (route) => fulfillClient(route));
    const page = await context.newPage();
    await page.goto(`${sandbox.url}/auth/login?returnTo=/docs`);
    await page.getByLabel('E-mail').fill('demo@example.com');
    await page.getByLabel('Password').fill('demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${sandbox.url}/docs`);
  });
  afterAll(async () => {
    await browser?.close();
    provider?.closeAllConnections();
    provider?.close();
    await sandbox?.close();
  });

  async function connect(link: 'Allow' | 'Deny'): Promise<unknown> {
    const page: Page = await context.newPage();
    await page.goto(`${sandbox.url}/page?provider=${encodeURIComponent(providerUrl)}`);
    await page.waitForFunction(() => (globalThis as { isReady?: boolean }).isReady);
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Connect' }).click();
    const popup = await opened;
    await popup.getByRole('link', { name: link }).click();
    const outcome = await page.waitForFunction(() => (globalThis as { outcome?: object }).outcome);
    if (!popup.isClosed()) await popup.waitForEvent('close');
    return outcome.jsonValue();
  }

  it('is asked for in a window, comes back by the platform’s page, and becomes a connection', async () => {
    expect(await connect('Allow')).toMatchObject({
      name: 'By consent',
      credentials: {
        action: [{ credential: { type: 'oauth2-token', data: { scopes: ['orders', 'offline_access'] } } }],
      },
    });
  });

  it('says why where the person does not consent', async () => {
    expect(await connect('Deny')).toEqual({ outcome: 'refused', error: 'access_denied' });
  });
});
