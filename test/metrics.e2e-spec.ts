import { spawnSync } from 'node:child_process';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../src/http/problem.catalogue.js';
import { Collector } from './support/collector.js';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool && process.env['CI'] !== undefined)
  throw new Error('the tests need promtool: apt-get install prometheus');

let gateway: TestGateway;
let collector: Collector;
let metricsPort: number;
beforeAll(async () => {
  metricsPort = await freePort();
  collector = await Collector.start();
  gateway = await startGateway({
    METRICS_PORT: String(metricsPort),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
  });
});
afterAll(() => Promise.all([gateway.close(), collector.close()]));

const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
const sampleOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('O2: metrics', () => {
  it('start every series at 0 before anything has happened', async () => {
    const text = await scrape();
    for (const [code, { status, on }] of Object.entries(PROBLEMS)) {
      if ((on as readonly string[]).includes('proxy')) continue;
      const name = status >= 500 ? 'gateway_failures_total' : 'gateway_refusals_total';
      expect([code, sampleOf(text, `${name}{code="${code}"}`)]).toEqual([code, 0]);
    }
    for (const outcome of ['success', 'refused', 'platform_error', 'platform_timeout', 'platform_unreachable'])
      expect(sampleOf(text, `gateway_platform_calls_total{outcome="${outcome}"}`)).toBe(0);
    for (const event of ['created', 'expired', 'revoked'])
      expect(sampleOf(text, `gateway_sessions_total{event="${event}"}`)).toBe(0);
    const route = 'http_request_method="GET",http_route="/api/connect/v1/categories",http_response_status_code="200"';
    expect(sampleOf(text, `http_server_request_duration_seconds_count{${route}}`)).toBe(0);
    const read = 'db_system_name="sqlite",db_operation_name="read",error_type="unavailable"';
    expect(sampleOf(text, `db_client_operation_duration_seconds_count{${read}}`)).toBe(0);
    expect(text).toMatch(/^gateway_build_info\{version="[\d.]+",revision="",node="v\d+[\d.]+"\} 1$/m);
  });

  it('count requests, calls by operation, gateway overhead, store operations and active sessions', async () => {
    const cookie = await gateway.signIn();
    const get = (path: string) => request(gateway.url).get(path).set('Cookie', cookie);
    await get('/api/connect/v1/categories').expect(200);
    gateway.platform.answerWith(503, {});
    await get('/api/connect/v1/categories').expect(502);
    gateway.platform.behave();
    await get('/api/connect/v1/nowhere').expect(404);
    const { host } = new URL(gateway.platform.url);
    const [address, port] = host.split(':');
    const server = `server_address="${address}",server_port="${port}"`;
    const call = 'http_request_method="GET",url_template="/categories"';
    await expect.poll(async () => sampleOf(await scrape(), 'gateway_refusals_total{code="route_not_found"}')).toBe(1);
    const text = await scrape();
    const calls = `http_client_request_duration_seconds_count{${call},http_response_status_code="200",${server}}`;
    expect(sampleOf(text, calls)).toBe(1);
    const failed = `http_client_request_duration_seconds_count{${call},error_type="platform_unavailable",${server}}`;
    expect(sampleOf(text, failed)).toBe(1);
    expect(sampleOf(text, 'gateway_failures_total{code="platform_unavailable"}')).toBe(1);
    const own = 'http_request_method="GET",http_route="/api/connect/v1/categories"';
    expect(sampleOf(text, `gateway_overhead_seconds_count{${own}}`)).toBe(1);
    expect(sampleOf(text, 'gateway_sessions_alive')).toBe(1);
    const created = 'db_system_name="sqlite",db_operation_name="create"';
    expect(sampleOf(text, `db_client_operation_duration_seconds_count{${created}}`)).toBe(1);
  });

  it('are exported by OTLP under the names of the semantic conventions', async () => {
    await expect.poll(() => collector.metrics.has('http.server.request.duration')).toBe(true);
    const points = () => collector.metrics.get('http.server.request.duration')?.histogram?.dataPoints ?? [];
    const count = (status: number): number => {
      const matching = points().filter(({ attributes }) => {
        const flat = Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
        return flat['http.route'] === '/api/connect/v1/categories' && flat['http.response.status_code'] === status;
      });
      return matching.reduce((sum, point) => sum + Number(point.count), 0);
    };
    await expect.poll(() => count(200)).toBe(1);
    expect(count(502)).toBe(1);
    const text = await scrape();
    const sessions = collector.metrics.get('gateway.sessions')?.sum;
    expect(sessions?.isMonotonic).toBe(true);
    expect(sessions?.dataPoints).toHaveLength(text.match(/^gateway_sessions_total\{/gm)?.length ?? 0);
    const point = points().find(({ count: total }) => Number(total) > 0);
    expect(point?.bucketCounts).toHaveLength((point?.explicitBounds?.length ?? 0) + 1);
    expect(point?.bucketCounts?.reduce<number>((sum, bucket) => sum + Number(bucket), 0)).toBe(Number(point?.count));
  });

  it.skipIf(!hasPromtool)(
    `pass promtool’s check${hasPromtool ? '' : ' (left out: promtool is not installed)'}`,
    async () => {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await scrape() });
      expect(`${String(stdout)}${String(stderr)}`).toBe('');
      expect(status).toBe(0);
    },
  );
});
