import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { runInNewContext } from 'node:vm';
import { build, createServer, loadConfigFromFile, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './support/chromium.js';
import { freePort } from './support/gateway.js';
import { SandboxProcess } from './support/sandbox-process.js';

const EXAMPLE = 'examples/react';
const DOCUMENT = { openapi: '3.1.0', info: { title: 'Uploaded pets', version: '1' }, paths: {} };

describe.skipIf(CHROMIUM === undefined)('F4: the example, served by Vite on localhost in front of `npm start`', () => {
  let sandbox: SandboxProcess;
  let vite: ViteDevServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let url: string;
  /** A copy that the test may edit; inside the repository so that its packages resolve. */
  let project: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    project = mkdtempSync('examples/run-');
    cpSync(EXAMPLE, project, { recursive: true, filter: (source) => !/node_modules|dist/.test(source) });
    const port = await freePort();
    url = `http://localhost:${port}`;
    sandbox = await SandboxProcess.start({ PUBLIC_URL: url });
    process.env['GATEWAY'] = sandbox.url;
    vite = await createServer({
      root: project,
      cacheDir: join(project, '.vite'),
      logLevel: 'error',
      server: { port, strictPort: true },
    });
    await vite.listen();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    context = await browser.newContext();
    page = await context.newPage();
    page.on('pageerror', (error) => void complaints.push(error.message));
    await page.goto(url);
  });
  afterAll(async () => {
    await browser?.close();
    await vite?.close();
    await sandbox?.close();
    rmSync(project, { recursive: true, force: true });
  });

  async function signIn(isFirst: boolean): Promise<void> {
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const popup = await opened;
    if (isFirst) {
      await popup.getByLabel('E-mail').fill('demo@example.com');
      await popup.getByLabel('Password').fill('demo');
      await popup.getByRole('button', { name: 'Sign in' }).click();
    }
    await page.getByText('Demo Person').waitFor();
    if (!popup.isClosed()) await popup.waitForEvent('close');
  }

  it('is configured as the README shows', async () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain('PUBLIC_URL=http://localhost:5173 npm start');
    const [, shown = ''] =
      /```ts\n\/\/ vite\.config\.ts\nexport default defineConfig\((.*?)\);\n```/s.exec(readme) ?? [];
    const { server } = runInNewContext(`(${shown})`) as { server: object };
    delete process.env['GATEWAY'];
    const loaded = await loadConfigFromFile({ command: 'serve', mode: 'development' }, `${EXAMPLE}/vite.config.ts`);
    expect(loaded?.config.server).toEqual(JSON.parse(JSON.stringify(server)));
  });

  it('signs in with a popup window and lists page by page', async () => {
    await signIn(true);
    await expect.poll(() => page.getByRole('listitem').count()).toBe(5);
    await page.getByRole('button', { name: 'More' }).click();
    await expect.poll(() => page.getByRole('listitem').count()).toBeGreaterThan(5);
  });

  it('posts a form and shows an error at its field', async () => {
    await page.getByLabel('Name').fill('');
    await page.getByLabel('Address').fill('https://vite.example');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect.poll(() => page.locator('label:has(input[name=name]) + em').textContent()).toMatch(/empty/);
    await page.getByLabel('Name').fill('Made by Vite');
    await page.getByLabel('Address').fill('https://vite.example');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect.poll(() => page.locator('output').textContent()).toBe('Made by Vite was created.');
  });

  it('uploads a document', async () => {
    const buffer = Buffer.from(JSON.stringify(DOCUMENT));
    await page.getByLabel('OpenAPI document').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer });
    const imported = page.getByText('Uploaded pets was imported.');
    await expect.poll(() => imported.count()).toBe(1);
  });

  it('F3: learns of the session’s end by events, keeps the typed input, and repeats the refused request after one sign-in', async () => {
    await page.getByLabel('Name').fill('Typed before the end');
    await page.getByLabel('Address').fill('https://typed.example');
    const ended = await context.request.delete(`${sandbox.url}/auth/sessions`, {
      headers: { 'X-CSRF': '1', Cookie: `session=${(await context.cookies(url))[0]?.value}` },
    });
    expect(ended.status()).toBe(204);
    await page.getByText('You were signed out (revoked).').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('1 changes wait for you.').waitFor();
    await signIn(false);
    await page.getByText('Typed before the end was created.').waitFor();
  });

  it('applies an edit without a reload', async () => {
    await page.evaluate(() => Object.assign(globalThis, { isStillHere: true }));
    const file = join(project, 'src/app.tsx');
    writeFileSync(file, readFileSync(file, 'utf8').replace('<h1>Connectors</h1>', '<h1>Edited</h1>'));
    await page.getByRole('heading', { name: 'Edited' }).waitFor();
    expect(await page.evaluate(() => (globalThis as { isStillHere?: boolean }).isStillHere)).toBe(true);
  });

  it('signs out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You were signed out (logout).').waitFor();
    expect(await page.evaluate(async () => (await fetch('/auth/session')).json())).toMatchObject({
      authenticated: false,
    });
    expect(complaints).toEqual([]);
  });

  it('builds for production', async () => {
    const outDir = join(project, 'dist');
    await build({ root: project, logLevel: 'silent', build: { outDir: 'dist', emptyOutDir: true } });
    expect(readdirSync(outDir)).toEqual(expect.arrayContaining(['index.html', 'assets']));
  });
});
