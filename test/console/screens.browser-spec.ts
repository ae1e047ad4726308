import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { ConsoleSandbox, PATIENT } from './console.sandbox.js';
import { openApiFile } from './documents.js';

describe.skipIf(CHROMIUM === undefined)('the console that `npm start` serves', () => {
  let own: ConsoleSandbox;
  let page: ConsoleSandbox['page'];

  beforeAll(async () => {
    own = await ConsoleSandbox.start();
    page = own.page;
  });
  afterAll(() => own?.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const link = (name: string | RegExp) => page.getByRole('link', { name, exact: true });
  const dialog = () => page.getByRole('dialog');

  it('loads at most 150 kB compressed until it can be used, and signs in', async () => {
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (!/\/(?:api|auth)\//.test(response.url()))
        sizes.push(
          response
            .request()
            .sizes()
            .then(
              ({ responseBodySize }) => responseBodySize,
              () => 0,
            ),
        );
    });
    await own.signIn();
    await link(/Acme Shop/).waitFor();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    // The page is loaded twice, before and after the sign-in; the second time, assets come from the cache.
    expect(total).toBeLessThan(150_000);
    page.removeAllListeners('response');
    expect(await page.title()).toBe('Connectors · Connect');
  });

  it('lists connectors page by page, by name and by category', async () => {
    const cards = page.locator('.cards > li');
    await expect.poll(() => cards.count(), PATIENT).toBe(20);
    await button('Show more').click();
    await expect.poll(() => cards.count(), PATIENT).toBeGreaterThan(20);
    await page.getByLabel('Name').fill('Badge');
    await expect.poll(() => cards.count(), PATIENT).toBe(1);
    expect(page.url()).toContain('name=Badge');
    await page.getByLabel('Name').fill('');
    await page.getByLabel('Category').selectOption('ERP');
    await expect.poll(() => page.url()).toContain('category=ERP');
    await page.reload();
    await expect.poll(() => page.getByLabel('Category').inputValue()).toBe('ERP');
  });

  it('creates a connector with the errors at their fields, edits and deletes it', async () => {
    await own.open('/connectors');
    await button('New connector').click();
    await dialog().getByLabel('Base URL').fill('nowhere');
    await button('Create').click();
    const fieldError = (label: string) => page.locator('.field', { hasText: label }).locator('.field-error');
    await expect.poll(() => fieldError('Name').textContent(), PATIENT).toMatch(/empty/);
    await dialog().getByLabel('Name').fill('Made in the console');
    await dialog().getByLabel('Base URL').fill('https://made.example');
    await button('Create').click();
    await page.getByRole('heading', { name: 'Made in the console' }).waitFor();
    await button('Edit').click();
    await dialog().getByLabel('Name').fill('Renamed in the console');
    await button('Save').click();
    await page.getByRole('heading', { name: 'Renamed in the console' }).waitFor();
    await button('Delete').click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Connectors' }).waitFor();
    expect(await link(/Renamed in the console/).count()).toBe(0);
  });

  it('shows a connector with its versions, connections and authentication schemes', async () => {
    await own.open('/connectors?name=Shop');
    await link(/Acme Shop/).click();
    await link('1.0.0').waitFor();
    await page.getByText('Production').waitFor();
    await page.getByText('api-key').waitFor();
    await button('New version').click();
    await page.getByLabel('Name').fill('9.0.0');
    await page.getByLabel('Copy of').selectOption('1.0.0');
    await button('Create').click();
    await link('9.0.0').click();
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent(), PATIENT).toBe('9.0.0');
  });

  it('creates, edits and deletes actions, triggers and definitions', async () => {
    for (const [part, noun] of [
      ['Actions', 'action'],
      ['Triggers', 'trigger'],
    ] as const) {
      await link(part).click();
      await button(`New ${noun}`).click();
      await button('Create').click();
      await expect.poll(() => dialog().locator('.field-error').first().textContent(), PATIENT).not.toBe('');
      await page.getByLabel('Name').fill('FromTheConsole');
      if (noun === 'action') await page.getByLabel('Path').fill('/made/{{ param.id }}');
      await button('Create').click();
      await button('Edit FromTheConsole').waitFor();
      expect(await page.locator('li', { hasText: 'FromTheConsole' }).locator('.field-error').allTextContents()).toEqual(
        [],
      );
      await button('Edit FromTheConsole').click();
      await page.getByLabel('Summary').fill(`An ${noun} of the console`);
      await button('Save').click();
      await page.getByText(`An ${noun} of the console`).waitFor();
      await button('Delete FromTheConsole').click();
      await dialog().getByRole('button', { name: 'Delete' }).click();
      await expect.poll(() => page.getByText(`An ${noun} of the console`).count(), PATIENT).toBe(0);
    }
    await link('Definitions').click();
    await button('New definition').click();
    await page.getByLabel('Name').fill('Gadget');
    await page.getByLabel('JSON Schema').fill('{"type"');
    await button('Create').click();
    await expect.poll(() => dialog().getByRole('alert').count(), PATIENT).toBe(1);
    await page.getByLabel('JSON Schema').fill('{"type": "object"}');
    await button('Create').click();
    await button('Edit Gadget').click();
    await page.getByLabel('Description').fill('Made in the console');
    await button('Save').click();
    await page.getByText('Made in the console').waitFor();
    await button('Delete Gadget').click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => page.getByText('Made in the console').count(), PATIENT).toBe(0);
  });

  it('shows what publishing would refuse, and publishes and unpublishes', async () => {
    await link('Messages').click();
    await page.getByText('This version can be published.').waitFor();
    await button('Publish').click();
    await dialog().getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Published', { exact: true }).waitFor();
    await button('Unpublish').click();
    await dialog().getByRole('button', { name: 'Unpublish' }).click();
    await expect.poll(() => dialog().count(), PATIENT).toBe(0);
    await button('Publish').waitFor();
    await own.open('/connectors?name=Badge');
    await link(/Badge Printer/).click();
    await link('0.2.0').click();
    await page.getByText('Publishing would be refused.').waitFor();
    await page.getByText('PrintBadge').waitFor();
    await button('Publish').click();
    await dialog().getByRole('button', { name: 'Publish' }).click();
    await dialog().getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count(), PATIENT).toBe(0);
  });

  it('shows the difference to another version, at an address that can be shared', async () => {
    await link('Difference').click();
    await page.getByLabel('Compare with').selectOption('0.3.0');
    await page.getByText('breaking', { exact: false }).first().waitFor();
    expect(page.url()).toContain('tab=difference&from=0.3.0');
    await page.reload();
    await page.getByText('0.3.0 → 0.2.0').waitFor();
  });

  it('imports a document: a preview first, then the connector, then a version with its difference', async () => {
    await link('Import').click();
    const choose = (paths: string[]) => page.locator('input[type=file]').setInputFiles(openApiFile('Pets', paths));
    await choose([]);
    await page.getByText('Pets 1.0.0 at https://pets.example.com').waitFor();
    await choose(['/pets', '/owners']);
    await page.getByText('2 actions').waitFor();
    await button('Import').click();
    await page.getByText('Pets was imported.').waitFor();
    await link('Open Pets').click();
    await page.getByRole('heading', { name: 'Pets' }).waitFor();
    await page.locator('.rows a').first().waitFor();
    const [first] = await page.locator('.rows a').allTextContents();
    await link(String(first)).click();
    await button('Publish').click();
    await dialog().getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Published', { exact: true }).waitFor();
    await link('Pets').click();
    await link('Import a version').click();
    await choose(['/pets']);
    const versionError = page.locator('.field', { hasText: 'Version name' }).locator('.field-error');
    await expect.poll(() => versionError.textContent(), PATIENT).not.toBe('');
    await page.getByLabel('Version name').fill('2.0.0');
    await button('Check again').click();
    await page.getByText('Removed', { exact: true }).waitFor();
    await button('Import').click();
    await link('Open 2.0.0').click();
    await page.getByRole('heading', { name: '2.0.0' }).waitFor();
    await button('Delete').click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Pets' }).waitFor();
  });

  it('says why a document cannot be imported', async () => {
    await own.open('/import');
    const buffer = Buffer.from('{"openapi": "9.9"}');
    await page.locator('input[type=file]').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer });
    await page.getByText('This document cannot be imported.').waitFor();
    expect(await button('Import').isDisabled()).toBe(true);
  });

  it('imports a version of the library', async () => {
    await link('Library').click();
    await button('Import 2.0.0').click();
    await dialog().getByRole('button', { name: 'Import 2.0.0' }).click();
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent(), PATIENT).toBe('Orbit CRM');
  });

  it('is used by keyboard alone', async () => {
    await own.open('/connectors?name=Shop');
    await link(/Acme Shop/).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('New connector');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('name');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('New connector');
  });

  it('lists own sessions, ends them, and signs out', async () => {
    await link('Demo Person').click();
    await page.getByText('This session').waitFor();
    await button('End all').click();
    await dialog().getByRole('button', { name: 'End all' }).click();
    // An open dialog shows the banner too.
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('This session was ended from another one.').waitFor();
    const [popup] = await Promise.all([own.context.waitForEvent('page'), button('Sign in').click()]);
    if (!popup.isClosed()) await popup.waitForEvent('close');
    await button('Sign out').click();
    await button('Sign in').waitFor();
    expect(await page.evaluate(async () => (await fetch('/auth/session')).json())).toMatchObject({
      authenticated: false,
    });
  });

  it('breaks no rule of its policy and throws nothing', () => {
    expect(own.complaints).toEqual([]);
  });
});
