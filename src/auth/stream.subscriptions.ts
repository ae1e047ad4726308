import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Subscription } from '../http/event.stream.js';
import { Problem } from '../http/problem.js';

/** The number of event streams of one kind that a person may have open on one replica. */
const MAX_PER_PERSON = 16;
const RETRY_AFTER_SECONDS = 5;

/** Counts the event streams that are open on this replica, per person. */
@Injectable()
export class StreamSubscriptions implements OnModuleDestroy {
  private readonly shutdown = new AbortController();
  private readonly counts = new Map<string, number>();

  /** @throws Problem 429 `too_many_watchers` */
  enter(kind: 'import' | 'session', subject: string): Subscription {
    const share = `${kind} ${subject}`;
    const count = this.counts.get(share) ?? 0;
    if (count >= MAX_PER_PERSON) throw new Problem('too_many_watchers', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    this.counts.set(share, count + 1);
    const over = new AbortController();
    return { signal: AbortSignal.any([over.signal, this.shutdown.signal]), leave: () => this.leave(share, over) };
  }

  /** Closes all streams, which would keep the process running; clients reconnect to another replica. */
  onModuleDestroy(): void {
    this.shutdown.abort();
  }

  private leave(share: string, over: AbortController): void {
    if (over.signal.aborted) return;
    over.abort();
    const count = (this.counts.get(share) ?? 1) - 1;
    if (count > 0) this.counts.set(share, count);
    else this.counts.delete(share);
  }
}
