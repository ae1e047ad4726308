import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

/** The most eager frontend there can be: it leaves for the sign-in whenever nobody is signed in. */
const PAGE = '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>';
const SCRIPT = `
  import { listCategories, Session } from '/client/index.js';
  const session = new Session();
  const outcomes = [];
  async function sign() {
    if (session.getSnapshot().status === 'signed-out') outcomes.push(await session.signIn({ window: 'page' }));
  }
  session.subscribe(() => { if (outcomes.at(-1) !== 'refused') void sign(); });
  Object.assign(globalThis, { outcomes, session, call: async () => (await listCategories()).error });
`;

/** What the page shows of itself, once it has begun. */
interface Shown {
  readonly outcomes?: string[];
  readonly session?: { getSnapshot(): { status: string; loginError?: string } };
  readonly call: () => Promise<{ code: string } | undefined>;
}

describe.skipIf(CHROMIUM === undefined)('F1: a page that signs in by itself', () => {
  let directory: string;
  let gateway: TestGateway;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let signIns: number;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'frontend-'));
    cpSync('client/dist/esm', join(directory, 'client'), { recursive: true });
    writeFileSync(join(directory, 'index.html'), PAGE);
    writeFileSync(join(directory, 'page.js'), SCRIPT);
    gateway = await startGateway({ FRONTEND_DIR: directory });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  beforeEach(async () => {
    signIns = 0;
    context = await browser.newContext();
    page = await context.newPage();
    page.on('request', (request) => void (request.url().includes('/auth/login') && (signIns += 1)));
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is signed in after one', async () => {
    await page.goto(`${gateway.url}/`);
    await page.waitForFunction(() => (globalThis as unknown as Shown).session?.getSnapshot().status === 'signed-in');
    expect(signIns).toBe(1);
  });

  it('stops after two where they have no effect, and says so', async () => {
    await context.route('**/auth/session', (route) =>
      route.fulfill({ json: { authenticated: false, loginUrl: '/auth/login' } }),
    );
    await page.goto(`${gateway.url}/`);
    // Looking into the page counts as a click of the person; so it is left alone until it has come to rest.
    await expect.poll(() => signIns).toBe(2);
    await sleep(1_500);
    expect(signIns).toBe(2);
    expect(await page.evaluate(() => (globalThis as unknown as Shown).session?.getSnapshot())).toMatchObject({
      status: 'signed-out',
      loginError: 'sign_in_loop',
    });
  });

  it('is not led away where the platform refuses the person: that is an error, and the session goes on', async () => {
    await page.goto(`${gateway.url}/`);
    await page.waitForFunction(() => (globalThis as unknown as Shown).session?.getSnapshot().status === 'signed-in');
    gateway.platform.answerWith(401, { code: 'unauthorized', message: 'Not you.' });
    expect(await page.evaluate(() => (globalThis as unknown as Shown).call())).not.toHaveProperty('loginUrl');
    gateway.platform.behave();
    const shown = await page.evaluate(() => {
      const { session, outcomes } = globalThis as unknown as Shown;
      return [session?.getSnapshot().status, outcomes?.length];
    });
    expect(shown).toEqual(['signed-in', 0]);
    expect(signIns).toBe(1);
  });
});
