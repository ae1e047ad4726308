import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../support/gateway.js';
import { hasRedis } from '../support/redis.js';
import { type Replica, Replicas } from '../support/replicas.js';
import { hasProxyServer, PROXIES, ReverseProxy } from '../support/reverse-proxies.js';
import { DOCUMENT, formOf, IMPORT } from '../support/upload.js';

const installed = PROXIES.filter(hasProxyServer);
const canRun = hasRedis() && installed.length === PROXIES.length;
const CLIENTS = 3;
/** Between two requests of a client. */
const PAUSE_MS = 50;
const FROZEN_MS = 10_000;
const CATEGORIES = '/api/connect/v1/categories';
const VERSIONS = '/api/connect/v1/o/01JA000000000000000000DEM0/connectors/01JA00000000000000000SH0P0/versions';

let replicas: Replicas;
let proxies: ReverseProxy[];

/** Results of the clients of one proxy. */
interface Tally {
  readonly proxy: string;
  requests: number;
  readonly failed: number[];
  stalled: number;
  slowestMs: number;
}

describe.skipIf(!canRun)('the shipped reverse proxy configurations', () => {
  beforeAll(async () => {
    replicas = await Replicas.start('Redis', { TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'error' });
    const ports = replicas.all.map(({ port }) => port);
    // Sequential, so that started proxies are closed if a later one fails to start.
    proxies = [];
    for (const name of installed) proxies.push(await ReverseProxy.start(name, ports));
  });
  afterAll(async () => {
    await Promise.all((proxies ?? []).map((proxy) => proxy.close()));
    await replicas?.close();
  });

  it.each(PROXIES)('%s: sign-in, upload, compression and events work', async (name) => {
    const { url } = proxies.find((proxy) => proxy.name === name) ?? { url: '' };
    const cookie = await signIn(url);
    const headers = { cookie, 'x-csrf': '1' };
    const uploaded = await fetch(url + IMPORT, { method: 'POST', headers, body: formOf(DOCUMENT) });
    expect(uploaded.status).toBe(201);
    expect(replicas.platform.last.body.toString()).toContain(DOCUMENT);

    const list = JSON.stringify({ categories: Array.from({ length: 500 }, (_, n) => ({ id: n, name: 'CRM' })) });
    replicas.platform.behave((_seen, res) => res.writeHead(200, { 'content-type': 'application/json' }).end(list));
    const listed = await fetch(url + CATEGORIES, { headers });
    expect(listed.headers.get('content-encoding')).toBe('gzip');
    expect(await listed.text()).toBe(list);
    replicas.platform.behave();

    const leaving = new AbortController();
    const events = await fetch(`${url}/auth/events`, { headers, signal: leaving.signal });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    expect(events.headers.get('content-encoding')).toBeNull();
    const first = events.body?.getReader().read();
    await fetch(`${url}/auth/logout`, { method: 'POST', headers });
    // The event must arrive while the stream is open: a buffering proxy would withhold it.
    expect(new TextDecoder().decode((await first)?.value)).not.toBe('');
    leaving.abort();
  });

  it('O2: a client cannot forge its address', async () => {
    const seen = createServer((req, res) => res.end(JSON.stringify(req.headers)));
    await new Promise<void>((resolve) => seen.listen(0, '127.0.0.1', resolve));
    const { port } = seen.address() as { port: number };
    for (const name of PROXIES) {
      const proxy = await ReverseProxy.start(name, [port]);
      const forged = {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'gopher',
      };
      const headers = (await (await fetch(proxy.url, { headers: forged })).json()) as Record<string, string>;
      await proxy.close();
      expect({ name, ...pick(headers) }).toEqual({
        name,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': new URL(proxy.url).host,
      });
    }
    seen.closeAllConnections();
    seen.close();
  });

  it(
    'P10: lose no request to a rolling restart, none to a replica that freezes for ten seconds, and to one that is ' +
      'killed at most what it had in hand; no session is lost',
    { timeout: 180_000 },
    async () => {
      const [frozen, killed] = replicas.all;
      const matrix: Record<string, Tally[]> = {};
      matrix['rolling restart'] = await underLoad(async () => {
        for (const replica of replicas.all) {
          await replica.stop();
          await replica.start();
          await isInRotation(replica);
        }
      });
      matrix['frozen for 10 s'] = await underLoad(async () => {
        frozen.freeze();
        await sleep(FROZEN_MS);
        frozen.resume();
      });
      matrix['killed'] = await underLoad(async () => {
        await sleep(500);
        await killed.stop('SIGKILL');
        await sleep(3_000);
        await killed.start();
        await isInRotation(killed);
      });
      for (const [fault, tallies] of Object.entries(matrix))
        for (const { proxy, requests, failed, stalled, slowestMs } of tallies)
          console.info(
            `${fault} | ${proxy} | ${requests} requests | ${failed.length} failed | ${stalled} stalled | slowest ${slowestMs} ms`,
          );
      for (const fault of ['rolling restart', 'frozen for 10 s'])
        expect(matrix[fault]?.map(({ proxy, failed }) => [proxy, failed])).toEqual(installed.map((name) => [name, []]));
      // At most one request of each client was in the killed process.
      for (const { failed } of matrix['killed'] ?? []) expect(failed.length).toBeLessThanOrEqual(CLIENTS);
      // At most one waited in the frozen process, and was answered after it resumed.
      for (const { stalled, requests } of matrix['frozen for 10 s'] ?? []) {
        expect(stalled).toBeLessThanOrEqual(CLIENTS);
        expect(requests).toBeGreaterThan(50);
      }
    },
  );
});

/** Waits until every proxy sends requests to a replica that has started again. */
async function isInRotation(replica: Replica): Promise<void> {
  const own = await processBehind(replica.url);
  for (const { name, url } of proxies)
    await expect.poll(() => processBehind(url), { message: name, interval: 20 }).toBe(own);
}

/** The prefix of a response's request id, which names the process. */
async function processBehind(url: string): Promise<string | undefined> {
  const answer = await fetch(url + CATEGORIES);
  await answer.arrayBuffer();
  return answer.headers.get('x-request-id')?.slice(0, 12);
}

/** Runs clients through every proxy during a fault; each client finally checks that its session is alive. */
async function underLoad(happening: () => Promise<void>): Promise<Tally[]> {
  const over = new AbortController();
  const tallies = proxies.map(({ name }): Tally => ({
    proxy: name,
    requests: 0,
    failed: [],
    stalled: 0,
    slowestMs: 0,
  }));
  const cookies = await Promise.all(Array.from({ length: CLIENTS }, () => replicas.signIn()));
  const clients = proxies.flatMap(({ url }, at) =>
    cookies.map((cookie) => call(url, tallies[at], cookie, over.signal)),
  );
  await sleep(300);
  await happening();
  over.abort();
  await Promise.all(clients);
  return tallies;
}

async function call(url: string, tally: Tally | undefined, cookie: string, over: AbortSignal): Promise<void> {
  if (tally === undefined) return;
  while (!over.aborted) {
    const begun = performance.now();
    const status = await (tally.requests % 5 === 4 ? post(url, cookie) : get(url, cookie));
    tally.requests += 1;
    const milliseconds = Math.round(performance.now() - begun);
    tally.slowestMs = Math.max(tally.slowestMs, milliseconds);
    if (milliseconds > FROZEN_MS / 2) tally.stalled += 1;
    if (status !== 200 && status !== 201) tally.failed.push(status);
    await sleep(PAUSE_MS);
  }
  const session = await fetch(`${url}/auth/session`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ authenticated: true });
}

async function get(url: string, cookie: string): Promise<number> {
  return statusOf(fetch(url + CATEGORIES, { headers: { cookie } }));
}

async function post(url: string, cookie: string): Promise<number> {
  const headers = { cookie, 'x-csrf': '1', 'content-type': 'application/json' };
  return statusOf(fetch(url + VERSIONS, { method: 'POST', headers, body: '{"name":"2.0.0"}' }));
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  try {
    const response = await answer;
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function pick(headers: Record<string, string>): Record<string, string | undefined> {
  const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}
