import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { ConsoleSandbox } from './console.sandbox.js';
import { openApiFile } from './documents.js';

declare const axe: { run(): Promise<AxeResults> };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SERIOUS = new Set(['serious', 'critical']);
const MODES = [
  ['light', 'light', 1100],
  ['dark', 'dark', 1100],
  ['phone', 'light', 360],
] as const;

describe.skipIf(CHROMIUM === undefined)('the accessibility of the console', () => {
  let own: ConsoleSandbox;
  let page: ConsoleSandbox['page'];
  let badge: string;

  beforeAll(async () => {
    own = await ConsoleSandbox.start();
    page = own.page;
  });
  afterAll(() => own?.close());

  /** What axe finds on the screen as it is, and whether it is wider than a phone. */
  async function findings(): Promise<string[]> {
    const found: string[] = [];
    for (const [mode, colorScheme, width] of MODES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 760 });
      const { violations } = await page.evaluate(async () => axe.run());
      for (const { id, impact, nodes } of violations)
        if (SERIOUS.has(String(impact))) found.push(`${mode}: ${id} ${nodes.map(({ html }) => html).join(' ')}`);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (overflow > 0) found.push(`${mode}: ${overflow} pixels too wide`);
    }
    await page.setViewportSize({ width: 1100, height: 760 });
    return found;
  }

  async function load(path: string, shown: string | RegExp): Promise<void> {
    await own.open(path);
    await page.getByText(shown).first().waitFor();
    await page.evaluate(AXE);
  }

  it('has no serious finding before the sign-in', async () => {
    await page.goto(own.url);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.evaluate(AXE);
    expect(await findings()).toEqual([]);
    await own.signIn();
  });

  it('has none on the lists and in a form with errors', async () => {
    await load('/connectors?name=Badge', 'Badge Printer');
    badge =
      String(await page.getByRole('link', { name: /Badge Printer/ }).getAttribute('href'))
        .split('/')
        .at(-1) ?? '';
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'New connector' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await findings()).toEqual([]);
    await load('/library', 'Orbit CRM');
    expect(await findings()).toEqual([]);
  });

  it('has none on a connector', async () => {
    await load(`/connectors/${badge}`, 'Front desk');
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['messages', 'Publishing would be refused'],
    ['actions', 'PrintBadge'],
    ['triggers', 'InkIsLow'],
    ['definitions', 'Badge'],
    ['difference&from=0.3.0', '0.3.0 → 0.2.0'],
  ])('has none on a version: %s', async (tab, shown) => {
    await load(`/connectors/${badge}/versions/0.2.0?tab=${tab}`, shown);
    expect(await findings()).toEqual([]);
  });

  it('has none on an import and on sessions', async () => {
    await load('/import', 'Choose a file');
    await page.locator('input[type=file]').setInputFiles(openApiFile('Pets', ['/pets']));
    await page.getByText('This document can be imported.').waitFor();
    expect(await findings()).toEqual([]);
    await page.goto(`${own.url}/sessions`);
    await page.getByText('This session').waitFor();
    await page.evaluate(AXE);
    expect(await findings()).toEqual([]);
  });
});
