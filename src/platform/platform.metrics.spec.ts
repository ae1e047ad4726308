import { describe, expect, it } from 'vitest';
import { Metrics } from '../observability/metrics.js';
import { exposePlatform } from './platform.metrics.js';

/** The series of the platform as the registry shows them. */
async function seriesOf(metrics: Metrics): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('gateway_platform_') && !line.includes('departures'));
}

describe('the metrics of the platform', () => {
  it('begin at 0 for every usual outcome', async () => {
    const metrics = new Metrics();
    exposePlatform(metrics, { calls: new Map(), retried: 0, inFlight: 0, breaker: 'closed' });
    const outcomes = [
      'success',
      'refused',
      'caller_gone',
      'platform_error',
      'platform_timeout',
      'platform_unavailable',
      'platform_unreachable',
    ];
    expect(await seriesOf(metrics)).toEqual([
      ...outcomes.map((outcome) => `gateway_platform_calls_total{outcome="${outcome}"} 0`),
      ...outcomes.map((outcome) => `gateway_platform_call_seconds_total{outcome="${outcome}"} 0`),
      'gateway_platform_retries_total 0',
      'gateway_platform_calls_in_flight 0',
      'gateway_platform_breaker{state="closed"} 1',
      'gateway_platform_breaker{state="half_open"} 0',
      'gateway_platform_breaker{state="open"} 0',
    ]);
  });

  it('are read anew each time, with outcomes that are rare', async () => {
    const metrics = new Metrics();
    const calls = new Map([['success', { count: 1, seconds: 0.5 }]]);
    const vitals = { calls, retried: 0, inFlight: 2, breaker: 'half_open' as 'half_open' | 'open' };
    exposePlatform(metrics, vitals);
    const first = await seriesOf(metrics);
    expect(first).toContain('gateway_platform_calls_total{outcome="success"} 1');
    expect(first).toContain('gateway_platform_call_seconds_total{outcome="success"} 0.5');
    expect(first).toContain('gateway_platform_breaker{state="half_open"} 1');
    calls.set('platform_paused', { count: 7, seconds: 0 });
    Object.assign(vitals, { retried: 3, inFlight: 1, breaker: 'open' });
    const second = await seriesOf(metrics);
    expect(second).toContain('gateway_platform_calls_total{outcome="platform_paused"} 7');
    expect(second).toContain('gateway_platform_retries_total 3');
    expect(second).toContain('gateway_platform_calls_in_flight 1');
    expect(second).toContain('gateway_platform_breaker{state="open"} 1');
    expect(second).toContain('gateway_platform_breaker{state="half_open"} 0');
  });

  it('of several processes: what is counted is summed, the state is that of any', async () => {
    const metrics = new Metrics();
    exposePlatform(metrics, { calls: new Map(), retried: 0, inFlight: 0, breaker: 'closed' });
    const described = await metrics.registry.getMetricsAsJSON();
    const aggregators = described
      .filter(({ name }) => name.startsWith('gateway_platform_') && !name.includes('departures'))
      .map(({ name, aggregator }) => [name, aggregator]);
    expect(Object.fromEntries(aggregators)).toEqual({
      gateway_platform_calls_total: 'sum',
      gateway_platform_call_seconds_total: 'sum',
      gateway_platform_retries_total: 'sum',
      gateway_platform_calls_in_flight: 'sum',
      gateway_platform_breaker: 'max',
    });
  });
});
