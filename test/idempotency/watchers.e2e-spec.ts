import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { expectProblem } from '../support/problem.js';
import { EventSource } from '../support/event-source.js';
import { newKey, PATIENT } from './creating-call.js';

let gateway: TestGateway;
let cookie: string;
const open: EventSource[] = [];

beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(async () => {
  cookie = await gateway.signIn();
});
afterEach(() => {
  for (const source of open.splice(0)) source.close();
});
afterAll(() => gateway.close());

const pathOf = (key: string): string => `/api/connect/v1/o/acme/imports/${encodeURIComponent(key)}/progress`;

function watch(headers: Record<string, string> = {}, from = gateway): EventSource {
  const source = new EventSource(from.url + pathOf(newKey()), { cookie, 'sec-fetch-site': 'same-origin', ...headers });
  open.push(source);
  return source;
}

async function statusOf(source: EventSource): Promise<number | undefined> {
  await expect.poll(() => source.head, PATIENT).toBeDefined();
  return source.head?.statusCode;
}

async function hasBegun(source: EventSource): Promise<void> {
  await expect.poll(() => source.text, PATIENT).toBe('retry: 1000\n\n');
}

async function isOver(source: EventSource): Promise<void> {
  await expect.poll(() => source.isOver, PATIENT).toBe(true);
}

describe('a progress stream of an import', () => {
  it('S15: closes when the session ends', async () => {
    const source = watch();
    await hasBegun(source);
    await request(gateway.url).post('/auth/logout').set('Cookie', cookie).set('X-CSRF', '1').expect(200);
    await isOver(source);
    expect(source.heard).toEqual([]);
    const back = watch();
    await isOver(back);
    expect(back.head?.statusCode).toBe(401);
  });

  it('S15: closes when the person ends the session from another browser', async () => {
    const source = watch();
    await hasBegun(source);
    const elsewhere = await gateway.signIn();
    await request(gateway.url).delete('/auth/sessions').set('Cookie', elsewhere).set('X-CSRF', '1').expect(204);
    await isOver(source);
  });

  it('P8: is limited to sixteen per person; a closed stream frees a slot', async () => {
    const sources = Array.from({ length: 16 }, () => watch());
    await Promise.all(sources.map(hasBegun));
    const refused = await request(gateway.url).get(pathOf(newKey())).set('Cookie', cookie);
    expectProblem(refused, 429, 'too_many_watchers');
    expect(refused.headers['retry-after']).toBe('5');
    gateway.identity.subject = 'somebody-else';
    await hasBegun(watch({ cookie: await gateway.signIn() }));
    gateway.identity.subject = 'person-1';
    sources[0]?.close();
    await expect.poll(() => statusOf(watch()), PATIENT).toBe(200);
  });

  it('P10: ends when the replica shuts down, so that the client reconnects to another one', async () => {
    const other = await startGateway({ OIDC_ISSUER: gateway.identity.issuer });
    const source = watch({ cookie: await other.signIn() }, other);
    await hasBegun(source);
    const closed = other.close();
    await isOver(source);
    expect(source.head?.statusCode).toBe(200);
    expect(source.heard).toEqual([]);
    await closed;
  });

  it('requires a session and the gateway’s own origin', async () => {
    const get = (): request.Test => request(gateway.url).get(pathOf(newKey()));
    expectProblem(await get(), 401, 'unauthenticated');
    expectProblem(await get().set('Cookie', cookie).set('Sec-Fetch-Site', 'cross-site'), 403, 'cross_site_request');
    const key = pathOf('a b');
    expectProblem(await request(gateway.url).get(key).set('Cookie', cookie), 400, 'invalid_idempotency_key');
    const head = await request(gateway.url).head(pathOf(newKey())).set('Cookie', cookie);
    expect(head.status).toBe(200);
    expect(head.headers['content-type']).toBe('text/event-stream');
  });
});
