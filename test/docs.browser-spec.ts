import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, startChain } from './operations/chain.js';
import { CHROMIUM } from './support/chromium.js';

/** Directory for screenshots, to look at. */
const PICTURES = process.env['SCREENSHOTS'];

/** Generous, for a busy machine. */
const PATIENT = { timeout: 20_000 };

const LOOKS: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
];

/** The findings of axe that are serious or critical. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

const send = (page: Page, operationId: string) => page.locator(`#${operationId} button[type=submit]`).click();
const answer = (page: Page, operationId: string) => page.locator(`#${operationId} pre[aria-label=Answer]`);

describe.skipIf(CHROMIUM === undefined)('the page at /docs', () => {
  let chain: Chain;
  let browser: Browser;
  let cookie: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    chain = await startChain();
    cookie = await chain.signIn();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await chain?.close();
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });

  async function open(
    path: string,
    { isStranger = false, ...options }: BrowserContextOptions & { isStranger?: boolean },
  ) {
    const context = await browser.newContext(options);
    const [name = '', value = ''] = cookie.split(/=(.*)/);
    if (!isStranger) await context.addCookies([{ name, value, url: chain.url }]);
    const page = await context.newPage();
    // Policy violations and script errors are reported here.
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(error.message));
    // Only the build reads the comments that the document is generated from; another test checks that the file is current.
    await page.route('**/openapi.json', (route) => route.fulfill({ path: 'docs/openapi.json' }));
    await page.goto(chain.url + path);
    return page;
  }

  it.each(LOOKS)('is readable in %s, with an operation tried', async (look, options) => {
    const page = await open('/docs#ListConnectors', options);
    await expect.poll(() => page.locator('#person').textContent(), PATIENT).toContain('Signed in as');
    await send(page, 'ListConnectors');
    await expect.poll(() => answer(page, 'ListConnectors').textContent(), PATIENT).toContain('Acme Shop');
    expect(await seriousFaults(page)).toEqual([]);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await picture(page, `docs-${look}`);
    await page.context().close();
  });

  it.each(LOOKS)('shows the error reference readably in %s, each error at its anchor', async (look, options) => {
    const page = await open('/docs/errors#version_exists', options);
    expect(await page.locator('article:target').textContent()).toContain('version_exists');
    expect(await seriousFaults(page)).toEqual([]);
    await picture(page, `errors-${look}`);
    await page.context().close();
  });

  it('can try every platform GET that needs no particular id at the first attempt', async () => {
    const page = await open('/docs', {});
    const first = [
      'GetConnector',
      'ListConnectorVersions',
      'GetConnectorVersion',
      'GetActions',
      'GetAction',
      'GetTrigger',
      'GetDefinition',
      'GetConnection',
      'ListProtocols',
      'ListAuthSchemes',
    ];
    for (const operationId of first) {
      await page.locator(`#${operationId} > summary`).click();
      await send(page, operationId);
      await expect.poll(() => page.locator(`#${operationId} strong`).first().textContent(), PATIENT).toBe('200 OK');
    }
    await page.context().close();
  });

  it('creates as the signed-in person, and names the error of a second attempt', async () => {
    const page = await open('/docs#CreateConnectorVersion', {});
    await send(page, 'CreateConnectorVersion');
    await expect.poll(() => answer(page, 'CreateConnectorVersion').textContent(), PATIENT).toContain('"isLatest"');
    await send(page, 'CreateConnectorVersion');
    const link = page.locator('#CreateConnectorVersion a[href="/docs/errors#version_exists"]').first();
    await expect.poll(() => link.isVisible(), PATIENT).toBe(true);
    // Chromium reports the 409 a little later than the page shows it.
    await expect.poll(() => complaints.splice(0).join(), PATIENT).toContain('409');
    await page.context().close();
  });

  it('uploads a file', async () => {
    const page = await open('/docs#PreviewHTTPConnector', {});
    const name = 'a.json';
    const buffer = Buffer.from('{"openapi":"3.0.3","info":{"title":"A","version":"1"},"paths":{}}');
    await page
      .locator('#PreviewHTTPConnector input[type=file]')
      .setInputFiles({ name, mimeType: 'application/json', buffer });
    await send(page, 'PreviewHTTPConnector');
    await expect.poll(() => answer(page, 'PreviewHTTPConnector').textContent(), PATIENT).toContain('"counts"');
    await page.context().close();
  });

  it('finds operations by any word of their description', async () => {
    const page = await open('/docs', {});
    await page.getByLabel('Search operations').fill('POST publish');
    const found = () => page.locator('.operation:visible').evaluateAll((all) => all.map(({ id }) => id));
    await expect.poll(found, PATIENT).toEqual(['PublishConnector', 'UnpublishConnector']);
    await page.context().close();
  });

  it('shows where to sign in without a session', async () => {
    const page = await open('/docs#ListConnectors', { isStranger: true });
    await expect
      .poll(() => page.locator('#person a').getAttribute('href'), PATIENT)
      .toBe('/auth/login?returnTo=%2Fdocs');
    await send(page, 'ListConnectors');
    await expect.poll(() => answer(page, 'ListConnectors').textContent(), PATIENT).toContain('unauthenticated');
    complaints.splice(0); // Chromium reports the 401.
    await page.context().close();
  });
});
