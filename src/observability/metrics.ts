import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What the gateway counts, in Prometheus's terms. Labels have few values: route templates, never paths. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'Requests by route template, method and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [this.registry],
  });
  private readonly sessionEvents = new Counter({
    name: 'gateway_session_events_total',
    help: 'Sessions created, expired and revoked.',
    labelNames: ['event'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status }, seconds);
  }

  session(event: 'created' | 'expired' | 'revoked'): void {
    this.sessionEvents.inc({ event });
  }
}
