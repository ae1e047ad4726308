import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import request from 'supertest';
import { Collector, type CollectedSpan } from './support/collector.js';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor, startGateway, type TestGateway } from './support/gateway.js';
import { Replica, Replicas } from './support/replicas.js';

const CATEGORIES = '/api/connect/v1/categories';
const CONNECTOR = '/api/connect/v1/o/acme/connectors/01JCUSTOMERSOWN';
const [SERVER, CLIENT, INTERNAL] = [2, 3, 1];
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const GET_CATEGORIES = { 'http.request.method': 'GET', 'url.template': '/categories' };

let collector: Collector;
let gateway: TestGateway;
let cookie: string;

/** Closes the gateway, which exports the remaining spans, and returns the spans of API calls. */
async function spans(): Promise<CollectedSpan[]> {
  await gateway.close();
  const traces = new Set(
    collector.spans.filter(({ name }) => name.includes('/api/connect/')).map(({ traceId }) => traceId),
  );
  return collector.spans.filter(({ traceId }) => traces.has(traceId));
}

const call = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(gateway.url + path, { ...init, headers: { cookie, 'x-csrf': '1', ...headers } });

const create = (): Promise<Response> =>
  call(`${CONNECTOR}/versions`, { 'content-type': 'application/json' }, { method: 'POST', body: '{"name":"1.0.0"}' });

const one = (all: CollectedSpan[], kind: number | undefined): CollectedSpan => {
  const [span, ...others] = all.filter((candidate) => candidate.kind === kind);
  if (span === undefined || others.length > 0) throw new Error(`${others.length + 1} spans of the kind ${kind}`);
  return span;
};

async function begin(settings: Record<string, string>): Promise<void> {
  gateway = await startGateway(settings);
  cookie = await gateway.signIn();
}

beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.close());

describe('a trace', () => {
  beforeEach(() => begin({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otel` }));

  it('contains the request, opening its session, and the call to the platform', async () => {
    expect((await call(CONNECTOR)).status).toBe(200);
    const all = await spans();
    const server = one(all, SERVER);
    expect(server).toMatchObject({
      name: 'GET /api/connect/v1/o/:organisation_id/connectors/:connector_id',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/connect/v1/o/:organisation_id/connectors/:connector_id',
        'http.response.status_code': 200,
        'connect.request_id': expect.any(String),
      },
      status: { code: 0 },
    });
    const client = one(all, CLIENT);
    expect(client).toMatchObject({
      name: 'GET /o/{}/connectors/{}',
      parentSpanId: server.spanId,
      attributes: {
        'http.request.method': 'GET',
        'url.template': '/o/{}/connectors/{}',
        'http.response.status_code': 200,
      },
    });
    expect(one(all, INTERNAL)).toMatchObject({ name: 'open session', parentSpanId: server.spanId });
    for (const inner of all) {
      expect(BigInt(inner.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(server.startTimeUnixNano));
      expect(BigInt(inner.endTimeUnixNano)).toBeGreaterThan(BigInt(inner.startTimeUnixNano));
      expect(BigInt(inner.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(server.endTimeUnixNano));
    }
    expect(gateway.platform.last.headers['traceparent']).toBe(`00-${client.traceId}-${client.spanId}-01`);
    expect(collector.requests[0]).toMatch(/^POST \/otel\/v1\/traces /);
    expect(collector.resource).toEqual({
      'service.name': 'connect-gateway',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'service.instance.id': expect.stringMatching(/^[\w.-]+:\d+$/),
    });
  });

  it('continues the caller’s trace and is propagated to the platform', async () => {
    await call(CATEGORIES, { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' });
    const all = await spans();
    expect(one(all, SERVER)).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    const client = one(all, CLIENT);
    expect(gateway.platform.last.headers).toMatchObject({
      traceparent: `00-${TRACE}-${client.spanId}-01`,
      tracestate: 'vendor=1',
    });
  });

  it('is not recorded if the caller’s is not sampled, and the platform gets the flag', async () => {
    await call(CATEGORIES, { traceparent: `00-${TRACE}-${PARENT}-00` });
    expect(await spans()).toEqual([]);
    expect(gateway.platform.last.headers['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[\\da-f]{16}-00$`));
  });

  it.each([
    'garbage',
    `00-${TRACE}-${PARENT}`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-zz`,
  ])('starts anew if the caller’s traceparent is %s', async (traceparent) => {
    expect((await call(CATEGORIES, { traceparent })).status).toBe(200);
    const server = one(await spans(), SERVER);
    expect(server.traceId).not.toBe(TRACE);
    expect(server.parentSpanId ?? '').toBe('');
  });

  it('has a span for each attempt of a retried call', async () => {
    await call(CATEGORIES);
    gateway.platform.reset();
    gateway.platform.behave((_seen, res) => {
      if (gateway.platform.seen.length === 1) res.destroy();
      else res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    expect((await call(CATEGORIES, { traceparent: `00-${TRACE}-${PARENT}-01` })).status).toBe(200);
    const attempts = (await spans()).filter(({ kind, traceId }) => kind === CLIENT && traceId === TRACE);
    expect(attempts.map(({ attributes, status }) => [attributes, status.code])).toEqual([
      [{ ...GET_CATEGORIES, 'error.type': 'platform_unreachable' }, 2],
      [{ ...GET_CATEGORIES, 'http.request.resend_count': 1, 'http.response.status_code': 200 }, 0],
    ]);
  });

  it.each([
    [404, 'refused', 404, undefined],
    [429, 'refused', 429, undefined],
    [500, 'platform_error', 502, 'platform_error'],
    [503, 'platform_unavailable', 502, 'platform_unavailable'],
    [302, 'platform_answer_invalid', 502, 'platform_answer_invalid'],
  ])('records the outcome of a call that the platform answers with %i', async (status, failure, got, code) => {
    gateway.platform.answerWith(status, { code: 'no', message: 'No.' });
    expect((await call(CATEGORIES)).status).toBe(got);
    const all = await spans();
    expect(one(all, CLIENT)).toMatchObject({
      status: { code: 2 },
      attributes: { 'http.response.status_code': status, 'error.type': failure },
    });
    const server = one(all, SERVER);
    expect(server.attributes['http.response.status_code']).toBe(got);
    expect(server.attributes['error.type']).toBe(code);
    expect(server.status.code).toBe(code === undefined ? 0 : 2);
  });

  it('records a creation, and a reset call that is not retried', async () => {
    expect((await create()).status).toBe(201);
    gateway.platform.behave((_seen, res) => void res.destroy());
    expect((await create()).status).toBe(502);
    const all = await spans();
    const servers = all.filter(({ kind }) => kind === SERVER);
    const route = '/api/connect/v1/o/:organisation_id/connectors/:connector_id/versions';
    expect(servers.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
      [`POST ${route}`, undefined],
      [`POST ${route}`, 'platform_unreachable'],
    ]);
    const clients = all.filter(({ kind }) => kind === CLIENT);
    const attributes = { 'http.request.method': 'POST', 'url.template': '/o/{}/connectors/{}/versions' };
    expect(clients.map(({ parentSpanId, ...client }) => [parentSpanId, client.attributes])).toEqual([
      [servers[0]?.spanId, { ...attributes, 'http.response.status_code': 201 }],
      [servers[1]?.spanId, { ...attributes, 'error.type': 'platform_unreachable' }],
    ]);
  });

  it('records opening a session from the store, but not from memory', async () => {
    for (let i = 0; i < 3; i++) await call(CATEGORIES);
    expect((await fetch(gateway.url + CATEGORIES)).status).toBe(401);
    const all = await spans();
    expect(all.filter(({ kind }) => kind === SERVER)).toHaveLength(4);
    expect(one(all, INTERNAL).name).toBe('open session');
  });

  it('records the refresh after a 401 of the platform, and the second attempt', async () => {
    await call(CATEGORIES);
    const { authorization } = gateway.platform.last.headers;
    gateway.platform.behave(({ headers }, res) => {
      const status = headers.authorization === authorization ? 401 : 200;
      res.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    expect((await call(CATEGORIES, { traceparent: `00-${TRACE}-${PARENT}-01` })).status).toBe(200);
    const all = (await spans()).filter(({ traceId }) => traceId === TRACE);
    const { spanId } = one(all, SERVER);
    expect(all.filter(({ kind }) => kind === CLIENT).map(({ name, attributes }) => [name, attributes])).toEqual([
      ['GET /categories', { ...GET_CATEGORIES, 'http.response.status_code': 401, 'error.type': 'refused' }],
      ['refresh token', { 'http.request.method': 'POST' }],
      ['GET /categories', { ...GET_CATEGORIES, 'http.request.resend_count': 1, 'http.response.status_code': 200 }],
    ]);
    expect(all.filter(({ kind }) => kind === CLIENT).every(({ parentSpanId }) => parentSpanId === spanId)).toBe(true);
  });

  it.each([
    ['gives a token', undefined, 200, undefined],
    ['refuses for good', { status: 400, body: { error: 'invalid_grant' } }, 401, 'invalid_grant'],
    ['fails', { status: 500, body: {} }, 503, 'identity_provider_unavailable'],
  ])('records the outcome of a refresh that delays a call: the provider %s', async (_, answer, status, failure) => {
    gateway.identity.idTokenSeconds = 0;
    cookie = await gateway.signIn();
    gateway.identity.idTokenSeconds = 3_600;
    gateway.identity.onToken = () => answer;
    expect((await call(CATEGORIES)).status).toBe(status);
    const all = await spans();
    const refresh = all.find(({ name }) => name === 'refresh token');
    const server = one(all, SERVER);
    expect(refresh).toMatchObject({ kind: CLIENT, parentSpanId: server.spanId, status: { code: failure ? 2 : 0 } });
    expect(refresh?.attributes['error.type']).toBe(failure);
    expect(server.attributes['error.type']).toBe(status === 503 ? failure : undefined);
  });

  it('has wall-clock times, also after the clock was set', async () => {
    const later = Date.now() + 600_000;
    vi.useFakeTimers({ toFake: ['Date'], now: later });
    await call(CATEGORIES);
    const { startTimeUnixNano, endTimeUnixNano } = one(await spans(), SERVER);
    vi.useRealTimers();
    for (const nanoseconds of [startTimeUnixNano, endTimeUnixNano])
      expect(Math.abs(Number(BigInt(nanoseconds) / 1_000_000n) - later)).toBeLessThan(60_000);
  });

  it('is not recorded for health probes', async () => {
    await call('/health/live');
    await call('/health/ready');
    await gateway.close();
    expect(collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });

  it('O1: contains path templates, not the values of the caller', async () => {
    await call(`${CONNECTOR}?secret-query=1`);
    await call('/nowhere/secret-path');
    await call('/auth/callback?code=secret-code&state=secret-state');
    await gateway.close();
    expect(collector.spans.map(({ name }) => name)).toContain('GET /auth/callback');
    expect(collector.received).not.toMatch(/secret-|01JCUSTOMERSOWN/);
    expect(collector.received).not.toContain(cookie.split('=')[1]);
    expect(collector.received).not.toContain(gateway.platform.seen[0]?.headers.authorization ?? 'none');
  });
});

describe('without a collector', () => {
  it('the trace context of the caller is forwarded unchanged', async () => {
    await begin({});
    const context = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' };
    await call(CATEGORIES, context);
    expect(gateway.platform.last.headers).toMatchObject(context);
    await call(CATEGORIES);
    expect(gateway.platform.last.headers['traceparent']).toBeUndefined();
    await gateway.close();
  });

  it('only the OpenTelemetry API is loaded, by the metrics', async () => {
    const preload = pathToFileURL('test/support/loaded-modules.mjs').href;
    const settings = { NODE_OPTIONS: `--import=${preload}` };
    const replicas = await Replicas.start('SQLite', settings);
    const [replica] = replicas.all;
    expect(replica.output).not.toMatch(/loads @opentelemetry\/(?!api\n)/);
    await replica.stop('SIGKILL');
    await replica.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(replica.output).toContain('loads @opentelemetry/sdk-trace');
    await replicas.close();
  });
});

describe('a gateway that shuts down', () => {
  it('P10: waits for every batch in progress, even if the collector refuses one at once', async () => {
    await begin({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const held: ServerResponse[] = [];
    collector.onRequest = (res) => void held.push(res);
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 80 }, () => call(CATEGORIES)));
    let answered = 0;
    const answerLater = (res: ServerResponse): void =>
      void setTimeout(() => {
        answered += 1;
        res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      }, 300);
    collector.onRequest = (refused) => {
      refused.writeHead(400).end();
      collector.onRequest = answerLater;
      held.forEach(answerLater);
    };
    await gateway.close();
    expect(answered).toBe(collector.requests.length - 1);
    expect(collector.spans.filter(({ name }) => name.endsWith(`GET ${CATEGORIES}`))).toHaveLength(800);
  });

  it('P10: exports the remaining spans first, each worker under its own instance id', async () => {
    const [platform, identity, port] = await Promise.all([FakePlatform.start(), FakeIdentity.start(), freePort()]);
    const settings = { ...settingsFor(port, platform, identity), WORKERS: '2' };
    const supervisor = new Replica(port, { ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    /** The request ids of a process have a common prefix. */
    const processes: string[] = [];
    const visit = async (): Promise<number> => {
      const { headers } = await request(supervisor.url).get(CATEGORIES).expect(401);
      processes.push(String(headers['x-request-id']).slice(0, 12));
      return new Set(processes).size;
    };
    try {
      await supervisor.start();
      await expect.poll(visit, { timeout: 30_000 }).toBe(2);
    } finally {
      await supervisor.stop();
      await Promise.all([platform.close(), identity.close()]);
    }
    expect(collector.spans.filter(({ name }) => name.endsWith(CATEGORIES))).toHaveLength(processes.length);
    expect(collector.instances.size).toBe(2);
  });
});

describe('a collector that', () => {
  it.each([
    ['is unavailable', async () => (await collector.close(), void (collector = await Collector.start()))],
    ['answers 500', async () => void (collector.onRequest = (res) => void res.writeHead(500).end('no'))],
    ['never answers', async () => void (collector.onRequest = () => undefined)],
    ['resets connections', async () => void (collector.onRequest = (res) => void res.destroy())],
  ])('%s does not affect requests, and delays the shutdown by a few seconds at most', async (_, fail) => {
    const lines: string[] = [];
    const sink = { write: (line: string) => void lines.push(line), dropped: 0 };
    gateway = await startGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'warn' }, sink);
    cookie = await gateway.signIn();
    await fail();
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(CATEGORIES)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await gateway.close();
    const others = lines.map((line) => JSON.parse(line) as { log?: string }).filter(({ log }) => log !== 'audit');
    expect(others).toMatchObject([{ level: 40, msg: 'telemetry cannot be sent' }]);
  });

  it('never answers costs at most the memory of the queue: further spans are dropped', async () => {
    collector.onRequest = () => undefined;
    await begin({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const begun = performance.now();
    for (let i = 0; i < 100; i++) await Promise.all(Array.from({ length: 30 }, () => call(CATEGORIES)));
    await gateway.close();
    expect(gateway.platform.seen).toHaveLength(3_000);
    expect(collector.spans.length).toBeGreaterThan(2_000);
    // Every four seconds a batch of 512 is given up and the next one sent; 2,048 wait in the queue.
    const batches = 3 + (performance.now() - begun) / 4_000;
    expect(collector.spans.length).toBeLessThan(2_048 + 512 * batches);
  });
});
