import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { DOCUMENT, formOf, IMPORT } from '../support/upload.js';
import { EventSource } from '../support/event-source.js';
import { create, newKey, PATIENT } from './creating-call.js';

const HEARTBEAT = ':\n\n';
const JSON_TYPE = { 'content-type': 'application/json' };
const VERSION_IMPORT = '/api/connect/v1/o/acme/connector/c1/http/import';
const BY_URL = { schemaURL: 'https://shop.example/openapi.json', format: 'openapi' };
const ANSWER = '{ "connector":\r\n {"id":12345678901234567890},\n "größe":"🛒"}\n';

let gateway: TestGateway;
let cookie: string;
let held: ServerResponse[];
const open: EventSource[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
beforeEach(() => {
  gateway.platform.reset();
  held = [];
  gateway.platform.behave((_seen, res) => void held.push(res));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const source of open.splice(0)) source.close();
});
afterAll(() => gateway.close());

/** Heartbeats, which are sent every 15 seconds, are sent at once. */
function hurryHeartbeats(): void {
  const { setInterval: own } = globalThis;
  const hurried = (run: () => void, milliseconds: number): NodeJS.Timeout =>
    own(run, milliseconds === 15_000 ? 100 : milliseconds);
  vi.spyOn(globalThis, 'setInterval').mockImplementation(hurried as typeof setInterval);
}

/** Watches as an EventSource of the gateway's own pages does. */
function watch(key: string, headers: Record<string, string> = {}): EventSource {
  const url = `${gateway.url}/api/connect/v1/o/acme/imports/${encodeURIComponent(key)}/progress`;
  const source = new EventSource(url, { cookie, 'sec-fetch-site': 'same-origin', ...headers });
  open.push(source);
  return source;
}

function upload(key: string): Promise<Response> {
  const headers = { cookie, 'x-csrf': '1', 'idempotency-key': key };
  return fetch(gateway.url + IMPORT, { method: 'POST', headers, body: formOf(DOCUMENT) });
}

async function isHeld(): Promise<void> {
  await expect.poll(() => held.length, PATIENT).toBe(1);
}

async function isOver(source: EventSource): Promise<void> {
  await expect.poll(() => source.isOver, PATIENT).toBe(true);
}

describe('the progress of an import', () => {
  it('is streamed up to the platform’s exact response body, and then the stream ends', async () => {
    const key = newKey();
    const source = watch(key);
    const sent = upload(key);
    await expect.poll(() => source.stages, PATIENT).toEqual(['received', 'parsed', 'checked', 'sent']);
    await isHeld();
    held[0]?.writeHead(201, JSON_TYPE).end(ANSWER);
    expect(await (await sent).text()).toBe(ANSWER);
    await isOver(source);
    expect(source.stages).toEqual(['received', 'parsed', 'checked', 'sent', 'created']);
    expect(source.last).toMatchObject({
      event: 'result',
      data: `{"status":201,"body":${ANSWER.replace('\r\n', '\n')}}`,
    });
    expect(new Set(source.heard.map(({ id }) => id)).size).toBe(6);
    expect(source.head?.statusCode).toBe(200);
    expect(source.head?.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  it('needs only the key and the organisation to be watched, for either import route', async () => {
    const key = newKey();
    const source = watch(key);
    const body = { ...BY_URL, version: '1.0.0' };
    const sent = create({ url: gateway.url, cookie, key, path: VERSION_IMPORT, body });
    await isHeld();
    held[0]?.writeHead(201, JSON_TYPE).end('{}');
    expect((await sent).status).toBe(201);
    await isOver(source);
    expect(source.stages).toEqual(['sent', 'created']);
    const other = await create({ url: gateway.url, cookie, key, path: IMPORT, body: BY_URL });
    expect(other).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('resumes after a reconnect, and is not repeated after its end', async () => {
    const key = newKey();
    const first = watch(key);
    const sent = upload(key);
    await expect.poll(() => first.stages, PATIENT).toEqual(['received', 'parsed', 'checked', 'sent']);
    first.close();
    const second = watch(key, { 'last-event-id': String(first.last?.id) });
    await isHeld();
    held[0]?.writeHead(201, JSON_TYPE).end('{}');
    await sent;
    await isOver(second);
    expect(second.stages).toEqual(['created']);
    expect(second.last?.event).toBe('result');
    const third = watch(key, { 'last-event-id': String(second.last?.id) });
    await isOver(third);
    expect(third.head?.statusCode).toBe(204);
    const late = watch(key);
    await isOver(late);
    expect(late.stages).toEqual(['received', 'parsed', 'checked', 'sent', 'created']);
    expect(late.last?.data).toBe(second.last?.data);
  });

  it('ends with the problem of a failed import, and restarts with the next attempt', async () => {
    const key = newKey();
    const source = watch(key);
    const sent = upload(key);
    await isHeld();
    held[0]?.writeHead(400, JSON_TYPE).end('{"code":"bad_document","message":"No."}');
    const problem: unknown = await (await sent).json();
    await isOver(source);
    expect(source.last?.event).toBe('problem');
    expect(JSON.parse(String(source.last?.data))).toEqual(problem);
    const next = watch(key);
    const again = upload(key);
    await expect.poll(() => held.length, PATIENT).toBe(2);
    held[1]?.writeHead(201, JSON_TYPE).end('{}');
    expect((await again).status).toBe(201);
    await isOver(next);
    expect(next.heard.map(({ event }) => event)).toEqual([
      'progress',
      'progress',
      'progress',
      'progress',
      'progress',
      'result',
    ]);
  });

  it('ends with a problem when the outcome is unknown', async () => {
    const key = newKey();
    const source = watch(key);
    const sent = upload(key);
    await isHeld();
    held[0]?.socket?.resetAndDestroy();
    expect((await sent).status).toBe(502);
    await isOver(source);
    expect(JSON.parse(String(source.last?.data))).toMatchObject({ code: 'platform_unreachable' });
  });

  it('waits for an unknown key with heartbeats before it reports the key as unknown', async () => {
    const startedAt = Date.now();
    hurryHeartbeats();
    const [source, key] = [watch(newKey()), newKey()];
    gateway.identity.subject = 'somebody-else';
    const stranger = watch(key, { cookie: await gateway.signIn() });
    gateway.identity.subject = 'person-1';
    const sent = upload(key);
    await isHeld();
    held[0]?.writeHead(201, JSON_TYPE).end('{}');
    await sent;
    vi.useFakeTimers({ toFake: ['Date'], now: startedAt + 29_000 });
    const beats = source.text.length;
    // Time for several reads of the store.
    await expect.poll(() => source.text.length, PATIENT).toBeGreaterThan(beats + 10 * HEARTBEAT.length);
    expect([source.isOver, stranger.isOver]).toEqual([false, false]);
    vi.useFakeTimers({ toFake: ['Date'], now: startedAt + 60_000 });
    await expect.poll(() => source.isOver && stranger.isOver, PATIENT).toBe(true);
    for (const { heard, text } of [source, stranger]) {
      expect(heard).toHaveLength(1);
      expect(JSON.parse(String(heard[0]?.data))).toMatchObject({ status: 404, code: 'import_not_found' });
      expect(text.startsWith('retry: 1000\n\n:\n\n')).toBe(true);
    }
  });
});
