import { EventStream } from '../../http/event.stream.js';
import type { GatewayResponse } from '../../http/exchange.js';
import { isLastId } from './progress.events.js';

/** The events of one import. */
export class ProgressStream extends EventStream {
  /** @throws Problem 429 `too_many_watchers` */
  override async sendTo(res: GatewayResponse): Promise<void> {
    if (!isLastId(String(res.req.headers['last-event-id']))) return super.sendTo(res);
    // An EventSource that reconnects after the last event stops at a 204 (HTML Living Standard, section 9.2.2).
    res.writeHead(204, res.headersFor(undefined, undefined)).end();
  }
}
