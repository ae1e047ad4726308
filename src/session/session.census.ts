import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import { SessionStore } from '../store/session.store.js';

/** How often sessions whose limit has passed are cleared away and counted. */
const SWEEP_MS = 60_000;

/** Counts the sessions that are alive, and those that reached a limit: most of them expire without anyone asking. */
@Injectable()
export class SessionCensus implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly metrics: Metrics,
  ) {
    const help = 'Sessions alive in the store; the same number on every replica.';
    // While the store is away there is no number; a 0 would look like a logout of everyone.
    metrics.gauge({ name: 'gateway_sessions_alive', help, aggregator: 'max' }, async () =>
      store.countAlive().then(
        (value) => [{ labels: {}, value }],
        () => [],
      ),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Each expired session is counted once, by the replica that cleared it away. */
  async sweep(): Promise<void> {
    try {
      this.metrics.session('expired', await this.store.removeExpired());
    } catch {
      // The next sweep counts them.
    }
  }
}
