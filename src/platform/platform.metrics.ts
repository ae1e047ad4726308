import type { Metrics } from '../observability/metrics.js';
import type { BreakerState } from './admission.js';
import type { CallStatistics } from './call.statistics.js';

/** How the platform and the calls to it are doing; each member is read anew. */
export interface PlatformVitals {
  readonly calls: CallStatistics['byOutcome'];
  readonly retried: number;
  readonly inFlight: number;
  readonly breaker: BreakerState;
}

const STATES = ['closed', 'half_open', 'open'] as const;
const COUNTED = 'Calls to the platform: success, refused (a 4xx of the platform), or the code of what went wrong.';
/** The ways in which a call can end, which all begin at 0. */
const OUTCOMES = [
  'success',
  'refused',
  'caller_gone',
  'platform_error',
  'platform_timeout',
  'platform_unavailable',
  'platform_unreachable',
];

/** What is known of the platform, read when the metrics are: a call pays for the counting alone. */
export function exposePlatform(metrics: Metrics, platform: PlatformVitals): void {
  const byOutcome = (of: 'count' | 'seconds') => () => {
    const outcomes = new Set([...OUTCOMES, ...platform.calls.keys()]);
    return [...outcomes].map((outcome) => ({
      labels: { outcome },
      value: platform.calls.get(outcome)?.[of] ?? 0,
    }));
  };
  const labelNames = ['outcome'];
  metrics.total({ name: 'gateway_platform_calls_total', help: COUNTED, labelNames }, byOutcome('count'));
  metrics.total(
    { name: 'gateway_platform_call_seconds_total', help: 'Duration of those calls in all.', labelNames },
    byOutcome('seconds'),
  );
  metrics.total(
    { name: 'gateway_platform_retries_total', help: 'Calls that were repeated after a lost connection.' },
    () => [{ labels: {}, value: platform.retried }],
  );
  metrics.gauge({ name: 'gateway_platform_calls_in_flight', help: 'Calls to the platform in progress.' }, () => [
    { labels: {}, value: platform.inFlight },
  ]);
  metrics.gauge(
    {
      name: 'gateway_platform_breaker',
      help: '1 for the state of the circuit breaker.',
      labelNames: ['state'],
      aggregator: 'max',
    },
    () => STATES.map((state) => ({ labels: { state }, value: platform.breaker === state ? 1 : 0 })),
  );
}
