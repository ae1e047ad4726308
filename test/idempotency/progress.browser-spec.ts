import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { DOCUMENT } from '../support/upload.js';
import { newKey } from './creating-call.js';

/** Runs in the page: imports a document and watches its progress, as in docs/idempotency.md. */
async function importAndWatch([key, document]: [string, string]): Promise<unknown[]> {
  const received: unknown[] = [];
  const events = new EventSource(`/api/connect/v1/o/acme/imports/${key}/progress`);
  const over = new Promise<void>((resolve) => {
    for (const name of ['progress', 'result', 'problem'])
      events.addEventListener(name, (event) => {
        const { data } = event as MessageEvent;
        received.push([name, JSON.parse(String(data))]);
        if (name !== 'progress') resolve();
      });
  });
  const body = new FormData();
  body.set('file', new Blob([document]), 'pets.json');
  body.set('metadata', JSON.stringify({ format: 'openapi' }));
  const url = '/api/connect/v1/o/acme/protocols/http/import';
  const answer = await fetch(url, { method: 'POST', headers: { 'Idempotency-Key': key }, body });
  await over;
  // Not closed by the page: the response to its reconnect must end it.
  while (events.readyState !== EventSource.CLOSED) await new Promise((resolve) => setTimeout(resolve, 50));
  return [answer.status, ...received];
}

describe.skipIf(CHROMIUM === undefined)('a page that imports a document', () => {
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  it('watches the import with an EventSource, which stops reconnecting after the result', async () => {
    const [name = '', ...value] = (await gateway.signIn()).split('=');
    const context = await browser.newContext();
    await context.addCookies([{ name, value: value.join('='), url: gateway.url }]);
    const page = await context.newPage();
    await page.goto(`${gateway.url}/docs`);
    gateway.platform.answerWith(201, { connector: { id: 'c1' } });
    const received = await page.evaluate(importAndWatch, [newKey(), DOCUMENT] as [string, string]);
    expect(received[0]).toBe(201);
    expect(received.at(-1)).toEqual(['result', { status: 201, body: { connector: { id: 'c1' } } }]);
    expect(received).toContainEqual(['progress', { stage: 'created' }]);
    expect(gateway.platform.seen).toHaveLength(1);
  });
});
