import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls, { type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configOf } from '../../test/support/unit/settings.js';
import type { Config } from '../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { ProviderHttp, type Purpose } from './provider.http.js';

let server: Server;
let origin: string;
let received: IncomingMessage[];
let status: number;
let config: Config;
let metrics: Metrics;
let http: ProviderHttp;

beforeEach(async () => {
  received = [];
  status = 200;
  server = createServer((req, res) => {
    received.push(req);
    res.writeHead(status).end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = configOf();
  metrics = new Metrics();
  http = new ProviderHttp(config, metrics);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const call = (path: string, method = 'GET', purpose: Purpose = 'session'): Promise<Response> =>
  http.fetchFor(purpose)(`${origin}${path}`, { method, headers: {}, redirect: 'manual', body: undefined } as never);

/** The calls that were measured: `method path status error` and their number. */
async function measured(): Promise<Record<string, number>> {
  const metric = await metrics.registry.getSingleMetric('http_client_request_duration_seconds')?.get();
  const samples = (metric?.values ?? []) as { metricName?: string; labels: Record<string, string>; value: number }[];
  const counts = samples.filter(({ metricName }) => metricName?.endsWith('_count'));
  return Object.fromEntries(
    counts.map(({ labels, value }) => [
      [
        labels['http_request_method'],
        labels['url_template'],
        labels['http_response_status_code'],
        labels['error_type'],
      ].join(' '),
      value,
    ]),
  );
}

it('a call reaches the provider, and its answer the caller', async () => {
  const response = await call('/token', 'POST');
  expect(await response.text()).toBe('answer');
  expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /token']);
});

it.each([
  [200, 'GET /keys 200 '],
  [302, 'GET /keys 302 '],
  [399, 'GET /keys 399 '],
  [400, 'GET /keys 400 400'],
  [503, 'GET /keys 503 503'],
])('O2: a call that is answered with %i is measured as "%s"', async (code, series) => {
  status = code;
  await call('/keys?query=is-not-measured');
  expect(await measured()).toEqual({ [series]: 1 });
});

it('O2: a call without an answer is measured, and fails', async () => {
  server.close();
  await expect(call('/token', 'POST')).rejects.toThrow('fetch failed');
  expect(await measured()).toEqual({ 'POST /token  unavailable': 1 });
});

it('O2: calls of one server are measured together, with their duration in seconds', async () => {
  await call('/keys');
  await call('/keys');
  expect(await measured()).toEqual({ 'GET /keys 200 ': 2 });
  const text = await metrics.registry.getSingleMetricAsString('http_client_request_duration_seconds');
  const [, sum = ''] = /_sum\{[^}]*\} (\S+)/.exec(text) ?? [];
  expect(Number(sum)).toBeGreaterThan(0);
  expect(Number(sum)).toBeLessThan(20);
  expect(text).toContain(`server_port="${new URL(origin).port}"`);
});

it('a call without a method is measured as GET', async () => {
  await http.fetchFor('metadata')(`${origin}/keys`, {} as never);
  expect(await measured()).toEqual({ 'GET /keys 200 ': 1 });
});

it('every purpose has connections of its own', async () => {
  for (const purpose of ['sign-in', 'session', 'metadata', 'session'] as const)
    await (await call('/', 'GET', purpose)).text();
  expect(new Set(received.map(({ socket }) => socket)).size).toBe(3);
});

/** A call after which its connection is free again. */
const callAndRest = async (): Promise<void> => {
  await (await call('/')).text();
  await new Promise((resolve) => setImmediate(resolve));
};

it('new credentials get new connections, and until then the old ones are used', async () => {
  await callAndRest();
  await callAndRest();
  expect(new Set(received.map(({ socket }) => socket)).size).toBe(1);
  for (const listener of (config as unknown as { listeners: (() => void)[] }).listeners) listener();
  await callAndRest();
  expect(new Set(received.map(({ socket }) => socket)).size).toBe(2);
});

it.each([
  ['metadata', 4],
  ['session', 32],
  ['sign-in', 32],
] as const)('calls for %s have %i connections at most', async (purpose, most) => {
  const answers: (() => void)[] = [];
  server.removeAllListeners('request');
  server.on('request', (_req, res) => answers.push(() => res.end()));
  const calls = Array.from({ length: most + 2 }, () => call('/', 'GET', purpose));
  await expect.poll(() => answers.length).toBe(most);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(most);
  for (const answer of answers) answer();
  await expect.poll(() => answers.length).toBe(most + 2);
  for (const answer of answers.slice(most)) answer();
  await Promise.all(calls);
});

const pem = (name: string): string =>
  readFileSync(new URL(`../../test/identity/tls/${name}.pem`, import.meta.url), 'utf8');

describe('I1: the certificate of the client', () => {
  const trusted = tls.getCACertificates('default');

  beforeEach(async () => {
    server.close();
    tls.setDefaultCACertificates([...trusted, pem('server.cert')]);
    const options = { cert: pem('server.cert'), key: pem('server.key'), ca: pem('client.cert'), requestCert: true };
    server = createSecureServer({ ...options, rejectUnauthorized: false }, (req, res) => {
      const { subject } = (req.socket as TLSSocket).getPeerCertificate() as Partial<PeerCertificate>;
      res.end(String(subject?.CN));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => tls.setDefaultCACertificates(trusted));

  it('is shown to the provider where it is configured', async () => {
    const settings = { OIDC_CLIENT_SECRET: '', OIDC_TLS_CERT: pem('client.cert'), OIDC_TLS_KEY: pem('client.key') };
    http = new ProviderHttp(configOf(settings), metrics);
    expect(await (await call('/token')).text()).toBe('connect-gateway');
  });

  it('is none where it is not', async () => {
    expect(await (await call('/token')).text()).toBe('undefined');
  });
});
