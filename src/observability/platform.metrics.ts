import { Counter, Gauge, type Registry } from 'prom-client';
import type { PlatformVitals } from '../platform/platform.client.js';

const STATES = ['closed', 'half_open', 'open'] as const;
const COUNTED = 'Calls to the platform: success, refused (what it said no to), or the code of what went wrong.';

/** What is known of the platform, read when somebody asks for it: a call pays for the counting alone. */
export function exposePlatform(registry: Registry, platform: PlatformVitals): void {
  const total = (name: string, help: string, of: 'count' | 'seconds'): Counter =>
    new Counter({
      name,
      help,
      labelNames: ['outcome'],
      registers: [],
      collect() {
        this.reset();
        for (const [outcome, call] of platform.calls) this.inc({ outcome }, call[of]);
      },
    });
  const retries = new Counter({
    name: 'gateway_platform_retries_total',
    help: 'Calls that were made once more after the platform broke one off.',
    registers: [],
    collect() {
      this.reset();
      this.inc(platform.retried);
    },
  });
  registry.registerMetric(total('gateway_platform_calls_total', COUNTED, 'count'));
  registry.registerMetric(
    total('gateway_platform_call_seconds_total', 'How long they took, to the last byte.', 'seconds'),
  );
  registry.registerMetric(retries);
  registry.registerMetric(inFlight(platform));
  registry.registerMetric(breaker(platform));
}

function inFlight(platform: PlatformVitals): Gauge {
  return new Gauge({
    name: 'gateway_platform_calls_in_flight',
    help: 'Calls to the platform under way.',
    registers: [],
    collect() {
      this.set(platform.inFlight);
    },
  });
}

function breaker(platform: PlatformVitals): Gauge {
  return new Gauge({
    name: 'gateway_platform_breaker',
    help: '1 for the state that the circuit breaker is in.',
    labelNames: ['state'],
    registers: [],
    collect() {
      for (const state of STATES) this.set({ state }, platform.breaker === state ? 1 : 0);
    },
  });
}
