import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { formOf, IMPORT } from '../support/upload.js';
import { EventSource } from '../support/event-source.js';
import { newKey, PATIENT } from './creating-call.js';

it('a replica that shuts down completes an import with a key, although its caller has disconnected', async () => {
  const gateway = await startGateway();
  const cookie = await gateway.signIn();
  const key = newKey();
  const gone = new AbortController();
  const progress = `${gateway.url}/api/connect/v1/o/acme/imports/${key}/progress`;
  const source = new EventSource(progress, { cookie, 'sec-fetch-site': 'same-origin' });
  const responses = { 200: { description: 'fine' } };
  const paths = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`/${n}`, { get: { responses } }]));
  const body = formOf(JSON.stringify({ openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths }));
  const headers = { cookie, 'x-csrf': '1', 'idempotency-key': key };
  const sent = fetch(gateway.url + IMPORT, { method: 'POST', headers, body, signal: gone.signal });
  await expect.poll(() => source.stages, PATIENT).toContain('parsed');
  expect(gateway.platform.seen.length).toBe(0);
  gone.abort();
  await expect(sent).rejects.toThrow('aborted');
  await gateway.close();
  expect(gateway.platform.seen.length).toBe(1);
});
