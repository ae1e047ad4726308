import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ORGANISATION_ID } from '../../sandbox/platform/seed/seed.ids.js';
import { type Chain, startChain } from '../operations/chain.js';
import { CHROMIUM } from '../support/chromium.js';
import { DOCUMENT } from '../support/upload.js';

const PROTOCOL = `/api/connect/v1/o/${DEMO_ORGANISATION_ID}/protocols/http`;
describe.skipIf(CHROMIUM === undefined)('a document by its URL, from a page', () => {
  let chain: Chain;
  let browser: Browser;
  let page: Page;
  let frontend: string;

  beforeAll(async () => {
    frontend = mkdtempSync(join(tmpdir(), 'frontend-'));
    writeFileSync(join(frontend, 'index.html'), '<!doctype html><title>A frontend</title>');
    chain = await startChain({ FRONTEND_DIR: frontend });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const context = await browser.newContext();
    const [name = '', value = ''] = (await chain.signIn()).split(/=(.*)/);
    await context.addCookies([{ name, value, url: chain.url }]);
    page = await context.newPage();
    // Under the policy that pages of FRONTEND_DIR have.
    await page.goto(`${chain.url}/imports`);
  });
  afterAll(async () => {
    await browser?.close();
    await chain?.close();
    rmSync(frontend, { recursive: true });
  });

  it('is uploaded to the URL from upload-url, previewed and imported', async () => {
    const seen = await page.evaluate(
      async ({ base, text }) => {
        const json = { 'Content-Type': 'application/json' };
        const signed = await fetch(`${base}/upload-url?content_type=application/json`);
        const { uploadUrl, url } = (await signed.json()) as { uploadUrl: string; url: string };
        const put = await fetch(uploadUrl, { method: 'PUT', headers: json, body: text });
        const body = JSON.stringify({ schemaURL: url, format: 'openapi' });
        const preview = await fetch(`${base}/import/preview`, { method: 'POST', headers: json, body });
        const made = await fetch(`${base}/import`, { method: 'POST', headers: json, body });
        return {
          put: put.status,
          preview: [preview.status, ((await preview.json()) as { ok: boolean }).ok],
          made: [made.status, typeof ((await made.json()) as { connector: { id: string } }).connector.id],
        };
      },
      { base: PROTOCOL, text: DOCUMENT },
    );
    expect(seen).toEqual({ put: 200, preview: [200, true], made: [201, 'string'] });
  });

  it.each(['gs://bucket/a.json', 's3://bucket/a.json'])('at %s is not previewed, with a reason', async (schemaURL) => {
    const [status, message] = await page.evaluate(
      async ({ base, body }) => {
        const headers = { 'Content-Type': 'application/json' };
        const answer = await fetch(`${base}/import/preview`, { method: 'POST', headers, body });
        return [answer.status, ((await answer.json()) as { message: string }).message] as const;
      },
      { base: PROTOCOL, body: JSON.stringify({ schemaURL, format: 'openapi' }) },
    );
    expect(status).toBe(400);
    expect(message).toContain('only the platform can read');
  });
});
