import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '../../http/problem.js';
import type { GatewayResponse } from '../../http/exchange.js';
import type { Caller } from '../../auth/caller.js';
import { SessionLiveness } from '../../auth/session.liveness.js';
import { IdempotencyStore } from '../../idempotency/idempotency.store.js';
import type { ProgressEvent } from './progress.events.js';
import { ProgressStream, type ProgressSubscription } from './progress.stream.js';
import { ProgressWatch } from './progress.watch.js';

/** Streams of one person at one time, on one replica. */
const MAX_PER_CALLER = 16;
const RETRY_AFTER_SECONDS = 5;

/** Everybody who watches something come about on this replica. */
@Injectable()
export class ProgressSubscriptions implements OnModuleDestroy {
  private readonly leaving = new AbortController();
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly claims: IdempotencyStore,
    private readonly presence: SessionLiveness,
  ) {}

  /** A stream of what a name comes to. */
  watch(caller: Caller, name: string): ProgressStream {
    const events = (res: GatewayResponse, signal: AbortSignal): AsyncIterable<ProgressEvent> =>
      new ProgressWatch(this.claims, this.presence, name, res.req).events(signal);
    return new ProgressStream(() => this.enter(caller), events);
  }

  /** @throws Problem 429 `too_many_watchers` */
  enter({ subject }: Caller): ProgressSubscription {
    const count = this.counts.get(subject) ?? 0;
    if (count >= MAX_PER_CALLER) throw new Problem('too_many_watchers', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    this.counts.set(subject, count + 1);
    const over = new AbortController();
    return { signal: AbortSignal.any([over.signal, this.leaving.signal]), leave: () => this.leave(subject, over) };
  }

  /** Streams would keep a replica from ending; who watched finds another one. */
  onModuleDestroy(): void {
    this.leaving.abort();
  }

  private leave(subject: string, over: AbortController): void {
    if (over.signal.aborted) return;
    over.abort();
    const count = (this.counts.get(subject) ?? 1) - 1;
    if (count > 0) this.counts.set(subject, count);
    else this.counts.delete(subject);
  }
}
