import { once } from 'node:events';
import { Responder, type GatewayResponse } from '../../http/exchange.js';
import type { Caller } from '../../auth/caller.js';
import { isLastId, type ProgressEvent, writeEvent } from './progress.events.js';
import type { ProgressSubscriptions } from './progress.subscriptions.js';

const EVENT_STREAM = 'text/event-stream';
/** Proxies give up connections that say nothing. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';
/** How soon an EventSource comes back, in milliseconds. */
const PREAMBLE = 'retry: 1000\n\n';

/** Events of one watch, for as long as somebody listens. */
export class ProgressStream extends Responder {
  constructor(
    private readonly watchers: ProgressSubscriptions,
    private readonly caller: Caller,
    private readonly eventsUntil: (res: GatewayResponse, signal: AbortSignal) => AsyncIterable<ProgressEvent>,
  ) {
    super();
  }

  /** @throws Problem 429 `too_many_watchers` */
  async sendTo(res: GatewayResponse): Promise<void> {
    // Whoever comes back after the last event is told to stay away by this status.
    if (isLastId(String(res.req.headers['last-event-id']))) {
      res.writeHead(204, res.headersFor(undefined, undefined)).end();
      return;
    }
    // Who has gone already is not heard to go.
    if (res.closed) return;
    const watcher = this.watchers.enter(this.caller);
    try {
      res.once('close', watcher.leave);
      await this.stream(res, watcher.signal);
    } finally {
      watcher.leave();
    }
  }

  private async stream(res: GatewayResponse, signal: AbortSignal): Promise<void> {
    res.writeHead(200, [...res.headersFor(EVENT_STREAM, undefined), 'X-Accel-Buffering', 'no']);
    if (res.req.method === 'HEAD') return void res.end();
    res.write(PREAMBLE);
    const heartbeat = setInterval(() => res.write(HEARTBEAT), HEARTBEAT_MS);
    try {
      for await (const event of this.eventsUntil(res, signal))
        if (!res.write(writeEvent(event))) await once(res, 'drain', { signal }).catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
      res.end();
    }
  }
}
