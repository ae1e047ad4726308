import { once } from 'node:events';
import { Responder, type GatewayResponse } from '../../http/exchange.js';
import { isLastId, type ProgressEvent, writeEvent } from './progress.events.js';

const EVENT_STREAM = 'text/event-stream';
/** Proxies give up connections that say nothing. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';
/** How soon an EventSource comes back, in milliseconds. */
const PREAMBLE = 'retry: 1000\n\n';

/** One open stream. */
export interface ProgressSubscription {
  /** Aborted when the stream must end: its client left, or this replica shuts down. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

/** Sends the events of one import to one client. */
export class ProgressStream extends Responder {
  constructor(
    private readonly subscribe: () => ProgressSubscription,
    private readonly eventsUntil: (res: GatewayResponse, signal: AbortSignal) => AsyncIterable<ProgressEvent>,
  ) {
    super();
  }

  /** @throws Problem 429 `too_many_watchers` */
  async sendTo(res: GatewayResponse): Promise<void> {
    // An EventSource that reconnects after the last event stops at a 204 (HTML Living Standard, section 9.2.2).
    if (isLastId(String(res.req.headers['last-event-id']))) {
      res.writeHead(204, res.headersFor(undefined, undefined)).end();
      return;
    }
    // The client has already disconnected, so `close` will not fire again.
    if (res.closed) return;
    const subscription = this.subscribe();
    try {
      res.once('close', subscription.leave);
      await this.stream(res, subscription.signal);
    } finally {
      subscription.leave();
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
