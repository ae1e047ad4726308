import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';

describe('O2: metrics of the platform', () => {
  let gateway: TestGateway;
  let port: number;
  let cookie: string;

  beforeAll(async () => {
    port = await freePort();
    gateway = await startGateway({ METRICS_PORT: String(port) });
    cookie = await gateway.signIn();
  });
  afterAll(() => gateway.close());

  const call = (): Promise<number> =>
    fetch(`${gateway.url}/api/connect/v1/categories`, { headers: { cookie } }).then(({ status }) => status);
  /** The platform's metrics by name and labels. */
  async function platformMetrics(): Promise<Record<string, number>> {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const lines = [...text.matchAll(/^gateway_platform_(\S+) (\S+)$/gm)];
    return Object.fromEntries(lines.map(([, series = '', value]) => [series, Number(value)]));
  }

  it('count calls by outcome, and a thousand error codes of the platform are one outcome', async () => {
    await call();
    for (let i = 0; i < 1_000; i++) {
      gateway.platform.answerWith(404, { code: `no_${i}`, message: 'No.' });
      await call();
    }
    const {
      'calls_total{outcome="success"}': succeeded,
      'calls_total{outcome="refused"}': refused,
      ...rest
    } = await platformMetrics();
    expect({ succeeded, refused }).toEqual({ succeeded: 1, refused: 1_000 });
    expect(rest['call_seconds_total{outcome="success"}']).toBeGreaterThan(0);
    // The known outcomes start at 0; no other one appeared.
    const others = Object.entries(rest).filter(([name, value]) => name.startsWith('calls_total') && value > 0);
    expect(others).toEqual([]);
    expect(Object.keys(rest).filter((name) => name.startsWith('calls_total')).length).toBeLessThan(10);
  });

  it('count calls in progress and retried calls', async () => {
    let held: ServerResponse | undefined;
    gateway.platform.behave((_seen, res, req) => {
      if (gateway.platform.seen.length === 1) req.socket.resetAndDestroy();
      else held = res;
    });
    gateway.platform.seen.length = 0;
    const status = call();
    await expect.poll(() => gateway.platform.seen.length).toBe(2);
    expect(await platformMetrics()).toMatchObject({ calls_in_flight: 1, retries_total: 1 });
    held?.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    expect(await status).toBe(200);
    await expect.poll(platformMetrics).toMatchObject({ calls_in_flight: 0, retries_total: 1 });
  });

  it('report an open circuit breaker and its reason', async () => {
    expect(await platformMetrics()).toMatchObject({ 'breaker{state="closed"}': 1, 'breaker{state="open"}': 0 });
    const other = await startGateway({ METRICS_PORT: String((port = await freePort())) });
    try {
      other.platform.answerWith(503, {});
      const headers = { cookie: await other.signIn() };
      const visit = (): Promise<Response> => fetch(`${other.url}/api/connect/v1/categories`, { headers });
      await expect.poll(async () => (await visit()).status, { interval: 1, timeout: 15_000 }).toBe(503);
      const { 'calls_total{outcome="platform_unavailable"}': failed, ...rest } = await platformMetrics();
      expect(failed).toBe(other.platform.seen.length);
      expect(rest).toMatchObject({ 'breaker{state="closed"}': 0, 'breaker{state="open"}': 1 });
    } finally {
      await other.close();
    }
  });
});
