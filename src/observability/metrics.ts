import { collectDefaultMetrics, Counter, type Metric, Registry } from 'prom-client';
import { RequestHistogram } from './request.histogram.js';

/** What the gateway counts, in Prometheus's terms. Labels have few values: route templates, never paths. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new RequestHistogram();
  private readonly sessionEvents = new Counter({
    name: 'gateway_session_events_total',
    help: 'Sessions created, expired and revoked.',
    labelNames: ['event'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.registry.registerMetric(this.requests as unknown as Metric);
  }

  session(event: 'created' | 'expired' | 'revoked'): void {
    this.sessionEvents.inc({ event });
  }
}
