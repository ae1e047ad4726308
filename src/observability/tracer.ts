import type { GatewayRequest } from '../http/exchange.js';
import type { Span } from '../http/tracing.js';

/** Creates traces of requests. */
export interface Tracer {
  /** Starts the span of a request; undefined if the request is not traced. */
  begin(req: GatewayRequest): Span | undefined;
  /** Sends pending spans, for a few seconds at most. */
  close(): Promise<void>;
}
