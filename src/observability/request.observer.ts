import type { Logger } from 'pino';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import type { Observer } from '../http/adapter/gateway.adapter.js';
import type { Tracer } from './tracer.js';
import type { Span } from '../http/tracing.js';
import type { Metrics } from './metrics.js';
import type { LogSink } from './log.writer.js';

/** nginx's word for a caller that left before the answer. */
const CLIENT_CLOSED_REQUEST = 499;
const BAD_GATEWAY = 502;

/** One log line and one sample per request, when it is over. The route's template stands for the path's values. */
export class RequestObserver implements Observer {
  constructor(
    private readonly logger: Logger,
    private readonly sink: LogSink,
    private readonly metrics: Metrics,
    private readonly tracer?: Tracer,
  ) {}

  observe(req: GatewayRequest, res: GatewayResponse): void {
    // A socket that was asked while it was open still knows it afterwards, for who breaks off.
    void req.socket.remoteAddress;
    if (this.tracer !== undefined) req.span = this.tracer.begin(req);
    res.on('close', () => {
      const seconds = (performance.now() - req.startedAt) / 1000;
      const status = statusOf(res);
      const route = req.route ?? 'unmatched';
      this.metrics.requests.observe(req.method ?? '', route, status, seconds);
      if (this.logger.isLevelEnabled('info')) this.sink.write(lineOf(req, route, status, seconds));
      if (req.span !== undefined) endSpan(req.span, req, status);
    });
  }
}

/** What came of it, not what was begun: an answer that broke off was no success, whoever broke it off. */
function statusOf({ writableFinished, statusCode, isCutOff }: GatewayResponse): number {
  if (writableFinished) return statusCode;
  return isCutOff ? BAD_GATEWAY : CLIENT_CLOSED_REQUEST;
}

/** A template for the path, and never a value of it. A caller's own mistake is no error of the server. */
function endSpan(span: Span, { method = '', route, requestId, failure }: GatewayRequest, status: number): void {
  const attributes = {
    'http.request.method': method,
    ...(route !== undefined && { 'http.route': route }),
    'http.response.status_code': status,
    'connect.request_id': requestId,
  };
  const isError = status >= 500 || status === CLIENT_CLOSED_REQUEST;
  span.end(attributes, isError ? (failure ?? String(status)) : undefined);
}

/**
 * What pino writes for `info({ requestId, … }, 'request')`, put together here: walking the object costs a request some
 * 4 µs. Nothing but the address can hold what JSON escapes; Express looks for it in headers only where there are any.
 */
function lineOf(req: GatewayRequest, route: string, status: number, seconds: number): string {
  const ip = req.headers['x-forwarded-for'] === undefined ? req.socket.remoteAddress : req.ip;
  const ms = Math.round(seconds * 1e6) / 1e3;
  return (
    `{"level":30,"time":${Date.now()},"requestId":"${req.requestId}","method":"${req.method}","route":"${route}",` +
    `"status":${status},"ms":${ms},"ip":${JSON.stringify(ip ?? null)},"msg":"request"}\n`
  );
}
