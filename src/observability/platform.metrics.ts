import { Counter, Gauge, type Registry } from 'prom-client';
import type { PlatformVitals } from '../platform/platform.client.js';

const STATES = ['closed', 'half_open', 'open'] as const;

/** What is known of the platform, read when somebody asks for it: a call pays for the counting alone. */
export function exposePlatform(registry: Registry, platform: PlatformVitals): void {
  const registers = [registry];
  const labelNames = ['outcome'];
  new Counter({
    name: 'gateway_platform_calls_total',
    help: 'Calls to the platform: success, refused (what it said no to), or the code of what went wrong.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const [outcome, { count }] of platform.calls) this.inc({ outcome }, count);
    },
  });
  new Counter({
    name: 'gateway_platform_call_seconds_total',
    help: 'How long calls to the platform took in all, to the last byte of the answer.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const [outcome, { seconds }] of platform.calls) this.inc({ outcome }, seconds);
    },
  });
  new Counter({
    name: 'gateway_platform_retries_total',
    help: 'Calls that were made once more after the platform broke one off.',
    registers,
    collect() {
      this.reset();
      this.inc(platform.retried);
    },
  });
  new Gauge({
    name: 'gateway_platform_calls_in_flight',
    help: 'Calls to the platform under way.',
    registers,
    collect() {
      this.set(platform.inFlight);
    },
  });
  new Gauge({
    name: 'gateway_platform_breaker',
    help: '1 for the state that the circuit breaker is in.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of STATES) this.set({ state }, platform.breaker === state ? 1 : 0);
    },
  });
}
