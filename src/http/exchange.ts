import type { ArgumentsHost } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { parseQuery, type Query } from './query.js';
import { ResponseBatcher } from './response.batcher.js';
import type { Span } from './tracing.js';

/** The gateway's own pages load nothing from other origins and cannot be framed. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const outbox = new ResponseBatcher();

/** A result that writes its own response. A handler returns it, and the adapter passes it the response. */
export abstract class Responder {
  /** Writes the whole response. Rejects only before the head is complete. */
  abstract sendTo(res: GatewayResponse): Promise<unknown>;
}

/** A request to the gateway. */
export class GatewayRequest extends IncomingMessage {
  readonly requestId = nextRequestId();
  readonly startedAt = performance.now();
  /** Decoded path parameters of the matched route. */
  params: Record<string, string | undefined> = {};
  /** The matched route's template, for logs and metrics; a raw path has unlimited values. */
  route: string | undefined;
  /** The request's span, when it is traced. */
  span: Span | undefined;
  /** The name of the handler, for logs. */
  operation: string | undefined;
  /** The id of the person who sends it, or whom it is about, once that is known: shares are counted by it. */
  person: string | undefined;
  /** The problem code of an error response. */
  failure: string | undefined;
  /** How long the platform took for it. */
  platformSeconds = 0;
  /** The client's address; `X-Forwarded-For` counts from TRUSTED_PROXIES only. Defined by Express. */
  declare readonly ip: string | undefined;
  /** The requested host name; `X-Forwarded-Host` counts from TRUSTED_PROXIES only. Defined by Express. */
  declare readonly hostname: string | undefined;
  /** The response to this request. */
  declare res: GatewayResponse | undefined;
  private decodedQuery: Query | undefined;
  private parsedBody: unknown;

  /** The request target without its query. */
  get path(): string {
    const target = this.url ?? '/';
    const end = target.indexOf('?');
    return end === -1 ? target : target.slice(0, end);
  }

  /** Whether the request target has a query. */
  get hasQuery(): boolean {
    const target = this.url ?? '/';
    const start = target.indexOf('?');
    return start !== -1 && /[^&]/.test(target.slice(start + 1));
  }

  /** Whether an orchestrator or a load balancer asks for the health of this replica. */
  get isHealthCheck(): boolean {
    return this.url?.startsWith('/health/') === true;
  }

  /**
   * The decoded query.
   * @throws Problem 400 `malformed_query` for broken percent-encoding
   */
  get query(): Query {
    return (this.decodedQuery ??= this.decodeQuery());
  }

  private decodeQuery(): Query {
    const target = this.url ?? '/';
    const start = target.indexOf('?');
    return start === -1 ? {} : parseQuery(target.slice(start + 1));
  }

  /**
   * The unread body is the stream itself, as `Request.body` in the Fetch standard; a parser replaces it with its
   * result.
   */
  get body(): unknown {
    return this.parsedBody ?? this;
  }

  set body(parsed: unknown) {
    this.parsedBody = parsed;
  }

  /** Sends 100 Continue to a client that waits for it (RFC 9110, section 10.1.1). */
  sendContinue(): void {
    if (this.headers.expect?.toLowerCase() === '100-continue') this.res?.writeContinue();
  }
}

/** The request of a guard or a handler. Nest's `switchToHttp` would create three functions per call. */
export function requestOf(host: ArgumentsHost): GatewayRequest {
  return host.getArgByIndex<GatewayRequest>(0);
}

/** A response that always has the headers common to every answer of the gateway. */
export class GatewayResponse extends ServerResponse<GatewayRequest> {
  /** Set by a guard to replace what the handler returned before it is sent, as `@Idempotent()` does. */
  replacesResponder: ((returned: Responder) => Responder) | undefined;
  /** Whether the response is cut off because the rest is unavailable, and not because the client left. */
  isCutOff = false;

  /**
   * Completes the head. A flat header list (from `headersFor`) is used as it is; other callers, such as libraries, get
   * the missing headers added.
   */
  override writeHead(status: number, ...rest: unknown[]): this {
    if (!Array.isArray(rest[0])) this.addMissing();
    return (super.writeHead as (status: number, ...rest: unknown[]) => this).call(this, status, ...rest);
  }

  /** The flat header list of an answer, built at once: a single `setHeader` costs more than the whole list. */
  headersFor(contentType: string | undefined, contentLength: number | undefined): string[] {
    const headers = this.baseline();
    if (contentType !== undefined) headers.push('Content-Type', contentType);
    if (contentLength !== undefined) headers.push('Content-Length', String(contentLength));
    return headers;
  }

  /** Sends a complete body; `more` is a flat list of further headers. */
  sendWhole(status: number, contentType: string | undefined, body: Buffer, more: readonly string[] = []): void {
    // A 204 has no body headers (RFC 9110, section 8.6).
    const head = status === 204 ? this.headersFor(undefined, undefined) : this.headersFor(contentType, body.length);
    for (const part of more) head.push(part);
    this.writeHead(status, head);
    outbox.add(this, body);
  }

  private addMissing(): void {
    const headers = this.baseline();
    if (String(this.getHeader('Content-Type')).startsWith('text/html'))
      headers.push('Content-Security-Policy', PAGE_POLICY);
    for (let i = 0; i < headers.length; i += 2) {
      const [name = '', value = ''] = headers.slice(i, i + 2);
      if (!this.hasHeader(name)) this.setHeader(name, value);
    }
  }

  private baseline(): string[] {
    return ['X-Request-Id', this.req.requestId, 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'];
  }
}

// Random bytes per process and a counter per request: unique across replicas, at a hundredth of the cost of a UUID.
const PROCESS = randomBytes(9).toString('base64url');
let count = 0;

/** A new request id, for logs, problems and the platform. */
export function nextRequestId(): string {
  count = (count + 1) % Number.MAX_SAFE_INTEGER;
  return `${PROCESS}-${count.toString(36)}`;
}
