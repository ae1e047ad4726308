import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './support/chromium.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A finding of axe that fails the test. */
interface Finding {
  readonly id: string;
  readonly impact: string;
}

/** Accessibility violations that axe finds. The page's policy allows no scripts, so axe is injected by the debugger. */
async function findings(page: Page): Promise<Finding[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, impact }) => ({ id, impact }));
  });
}

describe.skipIf(CHROMIUM === undefined)('the pages that a person can reach', () => {
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    gateway = await startGateway({ OIDC_LOGOUT_HINT: 'form_post' });
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  it.each([
    ['light', 1_000],
    ['dark', 1_000],
    ['light', 360],
  ] as const)('have no accessibility violations: %s, %i pixels wide', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 640 } });
    const page = await context.newPage();
    for (const path of [
      '/',
      '/auth/signed-out',
      '/auth/callback?code=x&state=y',
      '/auth/login?returnTo=//evil.example',
    ]) {
      await page.goto(gateway.url + path);
      expect(await findings(page)).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(overflow).toBe(false);
    }
    await context.close();
  });

  it('I6: with OIDC_LOGOUT_HINT=form_post the browser posts the id_token automatically and returns', async () => {
    const page = await browser.newPage();
    const visited: string[] = [];
    page.on('request', (request) => visited.push(request.url()));
    await page.goto(`${gateway.url}/auth/login?returnTo=/auth/signed-out`);
    const logoutUrl = await page.evaluate(async () => {
      const answer = await fetch('/auth/logout?returnTo=/auth/signed-out', { method: 'POST' });
      return ((await answer.json()) as { logoutUrl: string }).logoutUrl;
    });
    expect(logoutUrl).toBe('/auth/logout/continue');
    await page.goto(gateway.url + logoutUrl);
    await page.waitForURL(`${gateway.url}/auth/signed-out`);
    expect(gateway.identity.logouts.at(-1)?.get('id_token_hint')).toMatch(/^ey/);
    expect(visited.join(' ')).not.toMatch(/ey[\w-]+\.ey/);
    await page.close();
  });
});
