import type { GatewayRequest } from '../http/exchange.js';
import type { Span } from '../http/tracing.js';

/** Makes traces of requests. */
export interface Tracer {
  /** Begins the span of a request; undefined where no trace is wanted. */
  begin(req: GatewayRequest): Span | undefined;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}
