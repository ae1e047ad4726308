import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const CATEGORIES = '/api/connect/v1/categories';

describe('O3: health probes', () => {
  it('answer under any Host, also while platform and provider are unavailable', async () => {
    const gateway = await startGateway();
    await gateway.platform.close();
    await gateway.identity.close();
    for (const question of ['live', 'ready', 'startup'])
      expect((await request(gateway.url).get(`/health/${question}`)).body).toMatchObject({ status: 'ok' });
    await gateway.app.close();
  });

  it('succeed while the provider is unavailable, and sign-ins work once it is back', async () => {
    const gateway = await startGateway({ OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` });
    const login = await request(gateway.url).get('/auth/login');
    expectProblem(login, 503, 'identity_provider_unavailable');
    expect(login.headers['retry-after']).toBe('5');
    await gateway.close();
  });
});

describe('P10: a graceful shutdown', () => {
  it('finishes requests in progress and then closes their connections', async () => {
    const gateway = await startGateway();
    const cookie = await gateway.signIn();
    gateway.platform.behave((_seen, res) => {
      setTimeout(() => res.writeHead(200, { 'content-type': 'application/json' }).end('[]'), 300);
    });
    const underWay = request(gateway.url)
      .get(CATEGORIES)
      .set('Cookie', cookie)
      .set('Connection', 'keep-alive')
      .then((answer) => answer);
    await expect.poll(() => gateway.platform.seen.length).toBe(1);
    const closed = gateway.close();
    expect((await underWay).status).toBe(200);
    await closed;
    await expect(request(gateway.url).get('/health/live')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('O2: metrics', () => {
  let gateway: TestGateway;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    gateway = await startGateway({ METRICS_PORT: String(port) });
  });
  afterAll(() => gateway.close());

  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

  it('are served only on their own port', async () => {
    expect(await scrape()).toContain('process_cpu_seconds_total');
    expectProblem(await request(gateway.url).get('/metrics'), 404, 'route_not_found');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  it('count an expired session once, however often its cookie is sent', async () => {
    const cookie = await gateway.signIn();
    const visit = () => request(gateway.url).get('/api/connect/v1/categories').set('Cookie', cookie);
    await visit().expect(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
    for (let i = 0; i < 5; i++) await visit().expect(401);
    vi.useRealTimers();
    expect(await scrape()).toContain('gateway_sessions_total{event="expired"} 1');
  });

  it(
    'count requests by route template, sessions and failures, and stay bounded over 10,000 ids',
    { timeout: 60_000 },
    async () => {
      const cookie = await gateway.signIn();
      const visit = async (): Promise<void> => {
        const url = `${gateway.url}/api/connect/v1/o/${randomUUID()}/connectors/${randomUUID()}`;
        const answer = await fetch(url, { headers: { cookie } });
        await answer.arrayBuffer();
        expect(answer.status).toBe(200);
      };
      await visit();
      await request(gateway.url).get('/unknown/0');
      const before = await seriesOf(scrape());
      for (let made = 0; made < 10_000; made += 50) await Promise.all(Array.from({ length: 50 }, visit));
      for (let id = 1; id < 50; id++) await request(gateway.url).get(`/unknown/${id}`);
      const after = await scrape();
      expect(await seriesOf(after)).toBe(before);
      expect(after).toContain(
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/connect/v1/o/:organisation_id/connectors/:connector_id",http_response_status_code="200"} 10001',
      );
      expect(after).toContain('gateway_sessions_total{event="created"} 2');
    },
  );
});

/** The number of the gateway's own series in a scrape; those of the runtime come and go. */
async function seriesOf(metrics: string | Promise<string>): Promise<number> {
  return (await metrics).split('\n').filter((line) => line.startsWith('gateway_')).length;
}

describe('the pages', () => {
  it('are served with and without middleware before the routes', async () => {
    const withCors: Record<string, string> = { ALLOWED_ORIGINS: 'https://app.example' };
    for (const settings of [{}, withCors]) {
      const gateway = await startGateway(settings);
      expect((await request(gateway.url).get('/docs').expect(200)).headers['content-security-policy']).toContain(
        "default-src 'none'",
      );
      expect((await request(gateway.url).get('/openapi.json').expect(200)).body).toMatchObject({ openapi: '3.1.0' });
      expect((await request(gateway.url).get('/').expect(200)).text).toContain('href="/docs"');
      await gateway.close();
    }
  });
});
