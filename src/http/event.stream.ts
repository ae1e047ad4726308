import { once } from 'node:events';
import { Responder, type GatewayResponse } from './exchange.js';

/** One server-sent event (HTML Living Standard, section 9.2). */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  /** JSON. */
  readonly data: string;
}

/** A place among the streams of one person. */
export interface Subscription {
  /** Fires when the stream must end. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

const EVENT_STREAM = 'text/event-stream';
/** Proxies close connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';
/** How soon an EventSource reconnects, in milliseconds. */
const PREAMBLE = 'retry: 1000\n\n';

/** A response of server-sent events, which lasts until they end or the client disconnects. */
export class EventStream extends Responder {
  constructor(
    private readonly subscribe: () => Subscription,
    private readonly events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>,
  ) {
    super();
  }

  /** @throws Problem 429 `too_many_watchers` */
  async sendTo(res: GatewayResponse): Promise<void> {
    // A client that has disconnected already causes no `close` event any more.
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
    res.writeHead(200, eventHeaders(res));
    if (res.req.method === 'HEAD') return void res.end();
    res.write(PREAMBLE);
    const heartbeat = setInterval(() => res.write(HEARTBEAT), HEARTBEAT_MS);
    try {
      for await (const event of this.events(signal))
        if (!res.write(format(event))) await once(res, 'drain', { signal }).catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
      res.end();
    }
  }
}

/** Proxies that compress or buffer an answer hold events back; these fields ask them not to. */
function eventHeaders(res: GatewayResponse): string[] {
  const headers = res
    .headersFor(EVENT_STREAM, undefined)
    .map((part) => (part === 'no-store' ? 'no-store, no-transform' : part));
  return [...headers, 'X-Accel-Buffering', 'no'];
}

/** JSON that another system wrote may contain line breaks; each line is a `data` field of its own. */
function format({ id, event, data }: ServerSentEvent): string {
  const lines = data.replaceAll(/\r\n?|\n/g, '\ndata: ');
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${lines}\n\n`;
}
