import type { Logger } from 'pino';
import { describeError } from '../http/problem.js';

const PAUSE_MS = 60_000;

/** Says why traces do not arrive, once a minute at most: a collector that is away fails every batch. */
export class ExportFailures {
  private quietUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly logger: Logger) {}

  /** What the exporter has failed with. It may hang the collector's answer on it, which nobody is told. */
  readonly report = (error: unknown): void => this.warn(describeError(error).reason);

  /** What OpenTelemetry says of itself. What it says beside its sentence may hold anything. */
  readonly warn = (reason: string): void => {
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + PAUSE_MS;
    this.logger.warn({ context: 'Traces', reason }, 'traces cannot be sent');
  };
}
