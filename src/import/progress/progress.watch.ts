import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionLiveness } from '../../auth/session.liveness.js';
import type { ServerSentEvent } from '../../http/event.stream.js';
import type { GatewayRequest } from '../../http/exchange.js';
import { Problem } from '../../http/problem.js';
import type { StoredResult } from '../../idempotency/idempotency.record.js';
import type { IdempotencyStore } from '../../idempotency/idempotency.store.js';
import { StoreUnavailable } from '../../store/store-unavailable.js';
import { lastEvent, newEvents, problemEvent } from './progress.events.js';

/** Pause between two reads of the store. */
const POLL_MS = 250;
/** Pause between two checks of the session. */
const LIVENESS_MS = 1_000;
/** How long to watch a key that no import uses yet. */
const APPEAR_MS = 30_000;
/** A stored failure is not reported at once: the caller may be about to retry with the same key. */
const STALE_MS = 2_000;

/** Reads the progress of the import under one key from the store, whichever replica runs it. */
export class ProgressWatch {
  private readonly startedAt = Date.now();
  private livenessAt = this.startedAt;
  private lastEventId: string;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly liveness: SessionLiveness,
    private readonly name: string,
    private readonly req: GatewayRequest,
  ) {
    this.lastEventId = String(req.headers['last-event-id'] ?? '');
  }

  /** Yields events as they arrive, until the last one, the end of the session, or the signal. */
  async *events(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    while (!signal.aborted && (await this.isSignedIn())) {
      const stored = await this.store.read(this.name).catch(unavailable);
      if (stored !== 'unavailable') {
        yield* this.progress(stored);
        const last = await this.last(stored);
        if (last !== undefined) {
          yield last;
          return;
        }
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private *progress(stored: StoredResult | undefined): Generator<ServerSentEvent> {
    if (stored === undefined || this.isStale(stored)) return;
    for (const event of newEvents(stored, this.lastEventId)) {
      this.lastEventId = event.id;
      yield event;
    }
  }

  private async last(stored: StoredResult | undefined): Promise<ServerSentEvent | undefined> {
    if (stored !== undefined) return this.isStale(stored) ? undefined : lastEvent(stored, this.req);
    const isMissing = Date.now() - this.startedAt >= APPEAR_MS;
    return isMissing ? problemEvent(new Problem('import_not_found'), this.req) : undefined;
  }

  private isStale(stored: StoredResult): boolean {
    return stored.state === 'failed' && this.lastEventId === '' && Date.now() - this.startedAt < STALE_MS;
  }

  private async isSignedIn(): Promise<boolean> {
    const now = Date.now();
    if (now - this.livenessAt < LIVENESS_MS) return true;
    this.livenessAt = now;
    return (await this.liveness.isSignedIn(this.req).catch(unavailable)) !== false;
  }
}

/** An unavailable store is read again. */
function unavailable(error: unknown): 'unavailable' {
  if (error instanceof StoreUnavailable) return 'unavailable';
  throw error;
}
