import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../http/problem.js';
import type { GatewayRequest } from '../../http/exchange.js';
import type { SessionLiveness } from '../../auth/session.liveness.js';
import { StoreUnavailable } from '../../store/store-unavailable.js';
import type { IdempotencyStore } from '../../idempotency/idempotency.store.js';
import type { StoredResult } from '../../idempotency/idempotency.record.js';
import { lastEvent, newEvents, problemEvent, type ProgressEvent } from './progress.events.js';

/** How often the store is asked while somebody watches. */
const POLL_MS = 250;
const PRESENCE_MS = 1_000;
/** How long a key that nobody uses is waited for. */
const APPEAR_MS = 30_000;
/** A failure that was there before may be about to be tried again by whoever watches. */
const STALE_MS = 2_000;

/** Watches what one key has come to, wherever the work is done. */
export class ProgressWatch {
  private readonly begunAt = performance.now();
  private presentAt = this.begunAt;
  private seen: string;

  constructor(
    private readonly claims: IdempotencyStore,
    private readonly presence: SessionLiveness,
    private readonly name: string,
    private readonly req: GatewayRequest,
  ) {
    this.seen = String(req.headers['last-event-id'] ?? '');
  }

  /** Events as they come, until the last one, the end of the session, or the signal. */
  async *events(signal: AbortSignal): AsyncGenerator<ProgressEvent> {
    while (!signal.aborted && (await this.isPresent())) {
      const kept = await this.look();
      for (const event of this.news(kept)) yield event;
      const last = await this.last(kept);
      if (last !== undefined) {
        yield last;
        return;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private *news(kept: StoredResult | undefined | 'unavailable'): Generator<ProgressEvent> {
    if (kept === undefined || kept === 'unavailable' || this.isStale(kept)) return;
    for (const event of newEvents(kept, this.seen)) {
      this.seen = event.id;
      yield event;
    }
  }

  private async last(kept: StoredResult | undefined | 'unavailable'): Promise<ProgressEvent | undefined> {
    if (kept === 'unavailable') return undefined;
    if (kept !== undefined) return this.isStale(kept) ? undefined : lastEvent(kept, this.req);
    return performance.now() - this.begunAt < APPEAR_MS ? undefined : problemEvent(notFound(), this.req);
  }

  private isStale(kept: StoredResult): boolean {
    return kept.state === 'failed' && this.seen === '' && performance.now() - this.begunAt < STALE_MS;
  }

  /** A store that does not answer says nothing; it is asked again. */
  private async look(): Promise<StoredResult | undefined | 'unavailable'> {
    return this.claims.read(this.name).catch(unavailable);
  }

  private async isPresent(): Promise<boolean> {
    const now = performance.now();
    if (now - this.presentAt < PRESENCE_MS) return true;
    this.presentAt = now;
    return (await this.presence.isSignedIn(this.req).catch(unavailable)) !== false;
  }
}

function unavailable(error: unknown): 'unavailable' {
  if (error instanceof StoreUnavailable) return 'unavailable';
  throw error;
}

function notFound(): Problem {
  return new Problem('import_not_found');
}
