import type { ArgumentsHost } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { parseQuery, type Query } from './query.js';
import { ResponseBatcher } from './response.batcher.js';
import type { Span } from './tracing.js';

/** The gateway's pages load nothing from elsewhere and stand in nobody's frame. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const outbox = new ResponseBatcher();

/** An answer that writes itself: a handler returns it, the adapter hands it the response. */
export abstract class Responder {
  /** Writes the whole answer; rejects only while its head is not complete. */
  abstract sendTo(res: GatewayResponse): Promise<unknown>;
}

/** A request as the gateway sees it. */
export class GatewayRequest extends IncomingMessage {
  readonly requestId = nextRequestId();
  readonly startedAt = performance.now();
  /** Decoded path parameters of the matched route. */
  params: Record<string, string | undefined> = {};
  /** The matched route's template, for logs and metrics; never the raw path, whose values are endless. */
  route: string | undefined;
  /** Where a trace is made of this request: the whole of it. */
  span: Span | undefined;
  /** The code of the problem that it ended in, where that is a 5xx. */
  failure: string | undefined;
  /** The caller's address; what `X-Forwarded-For` says counts from TRUSTED_PROXIES only. Express's. */
  declare readonly ip: string | undefined;
  /** The name that was asked for; what `X-Forwarded-Host` says counts from TRUSTED_PROXIES only. Express's. */
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

  /** Whether the request target carries a query, however it is written. */
  get hasQuery(): boolean {
    const target = this.url ?? '/';
    const start = target.indexOf('?');
    return start !== -1 && start < target.length - 1;
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
   * The body before anyone has read it, as `Request.body` is in the Fetch standard: the stream itself. Whoever parses a
   * body puts the result in its place.
   */
  get body(): unknown {
    return this.parsedBody ?? this;
  }

  set body(parsed: unknown) {
    this.parsedBody = parsed;
  }

  /** Tells a client that waits for it to send the body (RFC 9110, section 10.1.1). */
  sendContinue(): void {
    if (this.headers.expect?.toLowerCase() === '100-continue') this.res?.writeContinue();
  }
}

/** The request that a guard or a handler is asked for. Nest's `switchToHttp` makes three functions each time to say so. */
export function requestOf(host: ArgumentsHost): GatewayRequest {
  return host.getArgByIndex<GatewayRequest>(0);
}

/** A response that always carries the headers which every answer of the gateway has. */
export class GatewayResponse extends ServerResponse<GatewayRequest> {
  /** Set by a guard to replace what the handler returned before it is sent, as `@Idempotent()` does. */
  replacesResponder: ((returned: Responder) => Responder) | undefined;
  /** Whether it breaks off because the rest of it cannot be had, and not because its caller left. */
  isCutOff = false;

  /**
   * Completes the head. A flat list of headers is taken as it stands (`headersFor` makes one); whatever else wrote the
   * answer, a library or a parser, gets the missing ones added here.
   */
  override writeHead(status: number, ...rest: unknown[]): this {
    if (!Array.isArray(rest[0])) this.addMissing();
    return (super.writeHead as (status: number, ...rest: unknown[]) => this).call(this, status, ...rest);
  }

  /** The flat header list of a JSON answer: made in one go, since each `setHeader` costs more than the whole list. */
  headersFor(contentType: string | undefined, contentLength: number | undefined): string[] {
    const headers = this.baseline();
    if (contentType !== undefined) headers.push('Content-Type', contentType);
    if (contentLength !== undefined) headers.push('Content-Length', String(contentLength));
    return headers;
  }

  /** Answers with a body that is whole; `more` is a flat list of further headers. */
  sendWhole(status: number, contentType: string | undefined, body: Buffer, more: readonly string[] = []): void {
    // A 204 has neither (RFC 9110, section 8.6).
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

// Random bytes once per process and a counter per request: unique across replicas at a hundredth of a UUID's cost.
const PROCESS = randomBytes(9).toString('base64url');
let count = 0;

/** A new request id: names one request in logs, problems and towards the platform. */
export function nextRequestId(): string {
  count = (count + 1) % Number.MAX_SAFE_INTEGER;
  return `${PROCESS}-${count.toString(36)}`;
}
