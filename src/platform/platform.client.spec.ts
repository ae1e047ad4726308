import { once } from 'node:events';
import { createServer, request as sendRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { FormData } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakePlatform } from '../../test/support/fake-platform.js';
import { bearerOf, clientOf } from '../../test/support/unit/platform.client.js';
import { type ResponderServer, startResponderServer } from '../../test/support/unit/responder.server.js';
import { Metrics } from '../observability/metrics.js';
import { path } from './path.js';
import type { PlatformCall } from './platform.call.js';
import type { PlatformClient } from './platform.client.js';

const ANN = bearerOf('ann');
const TO = path`/o/${'acme'}/connectors`;
const BASE = '/api/connect/v1';
const BODY = { bytes: Buffer.from('{ "count": 12345678901234567890 }') };

let platform: FakePlatform;
let server: ResponderServer;
let metrics: Metrics;
let client: PlatformClient;
beforeAll(async () => {
  [platform, server] = await Promise.all([FakePlatform.start(), startResponderServer()]);
});
beforeEach(() => {
  platform.reset();
  metrics = new Metrics();
  client = clientOf(platform.url, {}, metrics);
});
afterEach(() => client.onApplicationShutdown());
afterAll(() => Promise.all([platform.close(), server.close()]));

/** Sends a call for a client, who gets the answer. */
function send(call: PlatformCall): Promise<Response> {
  server.respond(() => call);
  return fetch(server.url);
}

describe('the platform client', () => {
  it('gets, with the query encoded', async () => {
    const response = await send(client.get(ANN, TO, { first: '1', categories: ['CRM', 'Development & IT'] }));
    expect(response.status).toBe(200);
    const { method, target, headers } = platform.last;
    expect([method, target]).toEqual([
      'GET',
      `${BASE}/o/acme/connectors?first=1&categories=CRM&categories=Development%20%26%20IT`,
    ]);
    expect(headers.authorization).toBe('Bearer token of ann');
    expect(headers.host).toBe(new URL(platform.url).host);
    await send(client.get(ANN, TO));
    expect(platform.last.target).toBe(`${BASE}/o/acme/connectors`);
  });

  it.each<[method: string, call: () => PlatformCall, status: number]>([
    ['POST', () => client.post(ANN, TO, BODY), 201],
    ['PUT', () => client.put(ANN, TO, BODY), 200],
    ['DELETE', () => client.delete(ANN, TO, undefined, BODY), 200],
  ])('sends a %s with the bytes of its body', async (method, call, status) => {
    expect((await send(call())).status).toBe(status);
    expect(platform.last).toMatchObject({ method, target: `${BASE}/o/acme/connectors`, body: BODY.bytes });
    expect(platform.last.headers['content-type']).toBe('application/json');
  });

  it('posts and deletes without a body', async () => {
    await send(client.post(ANN, TO));
    expect(platform.last).toMatchObject({ method: 'POST', body: Buffer.alloc(0) });
    await send(client.delete(ANN, TO, { force: 'true' }));
    expect(platform.last).toMatchObject({ method: 'DELETE', target: `${BASE}/o/acme/connectors?force=true` });
  });

  it('posts a form', async () => {
    const form = new FormData();
    form.append('metadata', '{"version":"1"}');
    expect((await send(client.postForm(ANN, TO, form))).status).toBe(201);
    expect(platform.last.method).toBe('POST');
    expect(platform.last.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(platform.last.body.toString()).toContain('{"version":"1"}');
  });

  it('gets a file of the media types that are asked for, and of no others', async () => {
    const answer = (type: string) =>
      platform.behave(
        (_seen, res) => void res.writeHead(200, { 'content-type': type, 'content-length': 4 }).end('<a/>'),
      );
    answer('text/xml');
    const file = await send(client.getFile(ANN, TO, /^text\/xml$/));
    expect([file.status, file.headers.get('content-disposition')]).toEqual([200, 'attachment']);
    expect(await file.text()).toBe('<a/>');
    expect(platform.last).toMatchObject({ method: 'GET', target: `${BASE}/o/acme/connectors` });
    answer('text/html');
    expect((await send(client.getFile(ANN, TO, /^text\/xml$/))).status).toBe(502);
  });

  it('calls a platform whose address ends with a slash, or has no path', async () => {
    for (const [url, target] of [
      [`${platform.url}/`, `${BASE}/o/acme/connectors`],
      [new URL(platform.url).origin, '/o/acme/connectors'],
    ] as const) {
      const other = clientOf(url);
      await send(other.get(ANN, TO));
      expect(platform.last.target).toBe(target);
      await other.onApplicationShutdown();
    }
  });

  it('says how the platform is doing, also in the metrics', async () => {
    expect([client.calls.size, client.retried, client.inFlight, client.breaker]).toEqual([0, 0, 0, 'closed']);
    await send(client.get(ANN, TO));
    platform.behave((_seen, _res, req) => void req.socket.resetAndDestroy());
    await send(client.get(ANN, TO));
    expect([...client.calls].map(([outcome, { count }]) => [outcome, count])).toEqual([
      ['success', 1],
      ['platform_unreachable', 1],
    ]);
    expect([client.retried, client.inFlight]).toEqual([1, 0]);
    const text = await metrics.registry.metrics();
    const { port } = new URL(platform.url);
    const labels = `server_address="127.0.0.1",server_port="${port}"`;
    expect(text).toContain('gateway_platform_calls_total{outcome="success"} 1');
    expect(text).toContain(
      `http_client_request_duration_seconds_count{http_request_method="GET",url_template="/o/{}/connectors",http_response_status_code="200",${labels}} 1`,
    );
  });

  it('closes its connections at the end', async () => {
    const other = clientOf(platform.url);
    await send(other.get(ANN, TO));
    await other.onApplicationShutdown();
    expect((await send(other.get(ANN, TO))).status).toBe(502);
    expect(platform.seen).toHaveLength(1);
  });
});

describe('P8: one connection per call', () => {
  it('serves many callers at once, none of whom waits for another', async () => {
    const released = Promise.withResolvers<void>();
    platform.behave((_seen, res) => void released.promise.then(() => res.writeHead(204).end()));
    server.respond(() => client.get(ANN, TO));
    const responses = Array.from({ length: 50 }, () => fetch(server.url));
    await expect.poll(() => platform.seen.length).toBe(50);
    expect(client.inFlight).toBe(50);
    released.resolve();
    for (const response of await Promise.all(responses)) expect(response.status).toBe(204);
  });
});

describe('a forward proxy', () => {
  let proxy: Server;
  let proxyUrl: string;
  let asked: (string | undefined)[];
  beforeAll(async () => {
    proxy = createServer((req, res) => {
      asked.push(req.url);
      req.pipe(
        sendRequest(req.url ?? '', { method: req.method, headers: req.headers }, (answer) => {
          res.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(res);
        }),
      );
    });
    proxy.on('connect', ({ url }, socket) => {
      asked.push(url);
      const { hostname, port } = new URL(`http://${url}`);
      const upstream = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      upstream.pipe(socket).pipe(upstream);
      for (const end of [socket, upstream]) end.on('error', () => void upstream.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => {
    proxy.closeAllConnections();
    return new Promise((resolve) => proxy.close(resolve));
  });

  it('carries the calls, except where the platform is in NO_PROXY', async () => {
    for (const [settings, count] of [
      [{ HTTP_PROXY: proxyUrl }, 1],
      [{ HTTP_PROXY: proxyUrl, NO_PROXY: '127.0.0.1' }, 0],
    ] as const) {
      asked = [];
      const viaProxy = clientOf(platform.url, settings);
      expect((await send(viaProxy.post(ANN, TO, BODY))).status).toBe(201);
      expect(platform.last).toMatchObject({ target: `${BASE}/o/acme/connectors`, body: BODY.bytes });
      expect(asked).toHaveLength(count);
      await viaProxy.onApplicationShutdown();
    }
  });
});
