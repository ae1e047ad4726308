import type { Logger } from 'pino';
import type { Observer } from '../http/adapter/gateway.adapter.js';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import type { Span } from '../http/tracing.js';
import type { AuditLog } from './audit.log.js';
import type { LineSampler } from './line.sampler.js';
import type { Metrics } from './metrics.js';
import type { LogSink } from './log.writer.js';
import { LINE_IDENTITY } from './pino.logger.js';
import type { Tracer } from './tracer.js';

/** nginx's status for a client that disconnected before the response. */
const CLIENT_CLOSED_REQUEST = 499;
const BAD_GATEWAY = 502;
const MAX_CODE_CHARACTERS = 100;

/** What the observer reports to. */
export interface Observers {
  readonly logger: Logger;
  readonly sink: LogSink;
  readonly sampler: LineSampler;
  readonly metrics: Metrics;
  readonly audit: AuditLog;
  readonly tracer?: Tracer;
}

/** Writes one log line and one sample per completed request. The route template replaces the path's values. */
export class RequestObserver implements Observer {
  constructor(private readonly to: Observers) {}

  observe(req: GatewayRequest, res: GatewayResponse): void {
    const { metrics, tracer } = this.to;
    // A socket whose address was read while it was open still returns it after the client has disconnected.
    void req.socket.remoteAddress;
    if (tracer !== undefined) req.span = tracer.begin(req);
    metrics.activeRequests += 1;
    res.on('close', () => this.finish(req, res));
  }

  private finish(req: GatewayRequest, res: GatewayResponse): void {
    const { logger, sink, sampler, audit } = this.to;
    const seconds = (performance.now() - req.startedAt) / 1000;
    const status = statusOf(res);
    this.count(req, status, seconds);
    if (logger.isLevelEnabled('info') && sampler.takes(req, status)) sink.write(lineOf(req, status, seconds));
    audit.request(req, status);
    if (req.span !== undefined) endSpan(req.span, req, status);
  }

  private count(req: GatewayRequest, status: number, seconds: number): void {
    const { metrics } = this.to;
    const { method = '', route = 'unmatched', failure } = req;
    const error = isError(status) ? (failure ?? String(status)) : '';
    metrics.activeRequests -= 1;
    metrics.requests.observe(seconds, method, route, String(status), error);
    if (failure !== undefined && status !== CLIENT_CLOSED_REQUEST) metrics.problem(status, failure);
    // A slow upload would count the client's time as the gateway's.
    if (req.platformSeconds > 0 && method === 'GET' && error === '')
      metrics.overhead.observe(seconds - req.platformSeconds, method, route, '', '');
  }
}

/** The status as the client saw it: a response that broke off is not a success, whichever side aborted it. */
function statusOf({ writableFinished, statusCode, isCutOff }: GatewayResponse): number {
  if (writableFinished) return statusCode;
  return isCutOff ? BAD_GATEWAY : CLIENT_CLOSED_REQUEST;
}

/** A client error is not an error of the server. */
function isError(status: number): boolean {
  return status >= 500 || status === CLIENT_CLOSED_REQUEST;
}

/** A template for the path, never one of its values. */
function endSpan(span: Span, { method = '', route, requestId, failure }: GatewayRequest, status: number): void {
  const attributes = {
    'http.request.method': method,
    ...(route !== undefined && { 'http.route': route }),
    'http.response.status_code': status,
    'connect.request_id': requestId,
  };
  span.end(attributes, isError(status) ? (failure ?? String(status)) : undefined);
}

/**
 * The line that pino writes for `info({ requestId, … }, 'request')`, built here: pino's traversal of the object costs
 * some 4 µs per request. Only the address and the code can contain characters that JSON escapes; Express searches
 * headers for the address only if they are present.
 */
function lineOf(req: GatewayRequest, status: number, seconds: number): string {
  const { requestId, method, route = 'unmatched', operation, failure } = req;
  const ip = req.headers['x-forwarded-for'] === undefined ? req.socket.remoteAddress : req.ip;
  const ms = Math.round(seconds * 1e6) / 1e3;
  const traceId = traceOf(req);
  return (
    `{"level":30,"time":${Date.now()},${LINE_IDENTITY},"requestId":"${requestId}",` +
    (traceId === undefined ? '' : `"traceId":"${traceId}",`) +
    `"method":"${method}","route":"${route}",` +
    (operation === undefined ? '' : `"operation":"${operation}",`) +
    `"status":${status},` +
    (failure === undefined ? '' : `"code":${JSON.stringify(failure.slice(0, MAX_CODE_CHARACTERS))},`) +
    `"ms":${ms},"ip":${JSON.stringify(ip ?? null)},"msg":"request"}\n`
  );
}

/** The trace that a request belongs to: ours, or the caller's (W3C Trace Context, section 3.2). */
export function traceOf({ span, headers: { traceparent } }: GatewayRequest): string | undefined {
  if (span !== undefined) return span.traceId;
  if (typeof traceparent !== 'string') return undefined;
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(traceparent)?.[1];
}
