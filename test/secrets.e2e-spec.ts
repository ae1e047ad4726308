import { Writable } from 'node:stream';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from './support/collector.js';
import { cookiesOf, freePort, startGateway, type TestGateway } from './support/gateway.js';

const lines: string[] = [];
/** The person's claims from the identity provider. */
const PERSON = ['Demo Person', 'demo@example.com', 'person-1'];
/** The error responses that callers received. */
const bodies: string[] = [];
let gateway: TestGateway;
let collector: Collector;
let metricsPort: number;

beforeAll(async () => {
  [collector, metricsPort] = await Promise.all([Collector.start(), freePort()]);
  const sink = Object.assign(new Writable(), { write: (line: string) => lines.push(line) > 0, dropped: 0 });
  const settings = { METRICS_PORT: String(metricsPort), OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  gateway = await startGateway({ LOG_LEVEL: 'trace', ...settings }, sink);
});
afterAll(() => collector.close());

function recordResponse({ status, text }: request.Response): void {
  if (status >= 400) bodies.push(text);
}

/** Everything of a sign-in and the following calls that a log must not contain. */
async function walkEveryPath(): Promise<string[]> {
  const cookie = await gateway.signIn();
  const call = (body: object) =>
    request(gateway.url)
      .post('/api/connect/v1/o/acme/connectors/01HZ/versions')
      .set({ Cookie: cookie, 'X-CSRF': '1', Authorization: 'Bearer SENTINEL-authorization' })
      .send(body)
      .expect(recordResponse);
  await call({ name: 'SENTINEL-body' }).expect(201);
  const token = String(gateway.platform.last.headers.authorization).slice('Bearer '.length);
  await call({ name: 'latest', SENTINELmember: 1 }).expect(400);
  await request(gateway.url)
    .get('/api/connect/v1/o/SENTINEL-organisation/connectors/SENTINEL-connector')
    .set('Cookie', cookie)
    .expect(200);
  await request(gateway.url)
    .get('/api/connect/v1/connectors?SENTINEL=query')
    .set('Cookie', cookie)
    .expect(recordResponse)
    .expect(400);
  await request(gateway.url)
    .get('/auth/callback?code=SENTINEL-code&state=SENTINEL-state')
    .expect(recordResponse)
    .expect(400);
  gateway.platform.behave((_seen, _res, req) => void req.socket.resetAndDestroy());
  await call({ name: 'SENTINEL-reset' }).expect(502);
  gateway.platform.answerWith(500, { code: 'x', message: 'SENTINEL-platform' });
  await call({ name: 'SENTINEL-500' }).expect(502);
  gateway.platform.answerWith(200, []);
  gateway.identity.onToken = () => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'SENTINEL-provider' },
  });
  await callWithSpentToken();
  const login = await request(gateway.url).get('/auth/login');
  const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
  const callback = new URL(authorized.headers.get('location') ?? '');
  await request(gateway.url)
    .get(callback.pathname + callback.search)
    .set('Cookie', cookiesOf(login).join('; '))
    .expect(recordResponse)
    .expect(400);
  gateway.identity.onToken = () => undefined;
  await request(gateway.url).post('/auth/logout').set({ Cookie: cookie, 'X-CSRF': '1' }).expect(200);
  return [
    token,
    cookie.slice('session='.length),
    callback.searchParams.get('code') ?? '',
    ...gateway.identity.refreshTokens,
    'a-client-secret',
  ];
}

/** Each refresh fails in a different way. */
async function callWithSpentToken(): Promise<void> {
  const refuse = gateway.identity.onToken;
  gateway.identity.onToken = () => undefined;
  gateway.identity.idTokenSeconds = 0;
  const cookie = await gateway.signIn();
  gateway.identity.idTokenSeconds = 3_600;
  const visit = () =>
    request(gateway.url).get('/api/connect/v1/categories').set('Cookie', cookie).expect(recordResponse);
  gateway.identity.onToken = () => ({ status: 500, body: 'SENTINEL-provider' });
  await visit().expect(503);
  gateway.identity.onToken = refuse;
  await visit().expect(401);
}

describe('O1: logs, metrics, traces and error responses', () => {
  it('contain no tokens, cookies, codes, secrets or bodies after any failure', async () => {
    const secrets = await walkEveryPath();
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    await gateway.close();
    const log = lines.join('');
    const traces = collector.received;
    expect(log).toContain('"request"');
    expect(log).toContain('a sign-in failed');
    expect(metrics).toContain('http_server_request_duration_seconds');
    for (const name of ['POST /api/connect/v1/o/:organisation_id/connectors/:connector_id/versions', 'refresh token'])
      expect(traces).toContain(name);
    for (const text of [log, metrics, traces])
      for (const secret of [...secrets, ...PERSON, 'SENTINEL']) expect(text).not.toContain(secret);
    expect(bodies).toHaveLength(8);
    for (const secret of [...secrets, 'SENTINEL-platform', 'SENTINEL-provider'])
      expect(bodies.join('\n')).not.toContain(secret);
  });
});
