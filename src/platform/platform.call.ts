import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Problem } from '../http/problem.js';
import { Responder, type GatewayRequest, type GatewayResponse } from '../http/exchange.js';
import type { HistogramSource } from '../observability/latency.histogram.js';
import { type CallStatistics, outcomeOf, signOf } from './call.statistics.js';
import type { Bearer, PlatformRequest } from './platform.request.js';
import type { Admission } from './admission.js';
import { AnswerCollector, type WholeAnswer } from './answer.collector.js';
import type { AnswerReader } from './answer.reader.js';
import { AnswerRelay } from './answer.relay.js';
import { traceAttempt } from './call.trace.js';
import { problemOfFailure, problemOfRefusal } from './platform.problems.js';

/** How the platform is reached. */
export interface Upstream {
  readonly admission: Admission;
  readonly statistics: CallStatistics;
  readonly durations: HistogramSource;
  readonly pool: Dispatcher;
  readonly basePath: string;
  readonly timeoutMs: number;
  /** Whether it is sent the caller's address and user agent. */
  readonly sendsCaller: boolean;
}

const RETRY_MS = 30;
/** The answer to an upload may take this much longer: the platform reads, converts and stores the document first. */
const UPLOAD_FACTOR = 4;
/** A query that is not forwarded is refused and not dropped silently. */
const QUERY_UNKNOWN = new Problem('invalid_request', { message: 'This operation takes no query; leave it out.' });
/** Errors of a connection that was lost before any answer. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNREFUSED']);

/** Creates the reader of an answer, one per attempt. */
type NewReader<R extends AnswerReader> = () => R;

/** A call to the platform: described by a handler, carried out when the response is written. */
export class PlatformCall extends Responder {
  /** Whether the platform may have done what was asked although it did not say so. Set by `collect`. */
  mayHaveTakenEffect = false;
  /** How many times the call was sent; counted for traces only. */
  attempts = 0;
  private readonly timeoutMs: number;

  constructor(
    private readonly upstream: Upstream,
    private readonly bearer: Bearer,
    readonly request: PlatformRequest,
  ) {
    super();
    const isUpload = request.body !== null && !Buffer.isBuffer(request.body);
    this.timeoutMs = upstream.timeoutMs * (isUpload ? UPLOAD_FACTOR : 1);
  }

  /**
   * Relays the platform's answer.
   * @throws Problem for everything that is not a success
   */
  sendTo(res: GatewayResponse): Promise<unknown> {
    return this.carryOut(res.req, () => new AnswerRelay(res, this.timeoutMs, this.request.answerTypes));
  }

  /**
   * Keeps the platform's answer in memory. `origin` is the request that this is done for; without a signal the call is
   * carried through whether or not its caller stays.
   * @throws Problem for everything that is not a success
   */
  async collect(origin: GatewayRequest, signal?: AbortSignal): Promise<WholeAnswer> {
    let latest: AnswerCollector | undefined;
    const newReader = (): AnswerCollector =>
      (latest = new AnswerCollector(this.timeoutMs, signal, this.bearer.subject));
    try {
      const reader = await this.carryOut(origin, newReader);
      reader.countUntilAnswered(origin);
      return reader.answer;
    } catch (error) {
      this.mayHaveTakenEffect = latest?.mayHaveTakenEffect === true;
      throw error;
    }
  }

  /**
   * Keeps the answer to one of several calls that are made for one request, in memory. The request's query is the
   * gateway's own, not this call's.
   * @throws Problem for everything that is not a success
   */
  async collectPart(origin: GatewayRequest, signal: AbortSignal, maxBytes: number): Promise<WholeAnswer> {
    const newReader = (): AnswerCollector => new AnswerCollector(this.timeoutMs, signal, this.bearer.subject, maxBytes);
    const reader = await this.carryOut(origin, newReader, true);
    reader.countUntilAnswered(origin);
    return reader.answer;
  }

  private async carryOut<R extends AnswerReader>(
    origin: GatewayRequest,
    newReader: NewReader<R>,
    isPart = false,
  ): Promise<R> {
    if (!isPart && this.request.query === '' && origin.hasQuery) throw QUERY_UNKNOWN;
    const { admission, statistics } = this.upstream;
    admission.enter(this.bearer);
    const startedAt = performance.now();
    let outcome = 'success';
    let status = 0;
    try {
      const reader = await this.succeed(origin, newReader);
      status = reader.status;
      return reader;
    } catch (error) {
      outcome = outcomeOf(error);
      if (outcome === 'refused' && error instanceof Problem) status = error.status;
      throw error;
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000;
      origin.platformSeconds += seconds;
      admission.leave(this.bearer, signOf(outcome));
      statistics.add(outcome, seconds);
      this.observe(seconds, status, outcome);
    }
  }

  private observe(seconds: number, status: number, outcome: string): void {
    const { method, path } = this.request;
    const error = outcome === 'success' ? '' : outcome;
    this.upstream.durations.observe(seconds, method, path.template, status === 0 ? '' : String(status), error);
  }

  /** On a 401 for a valid token: one forced refresh and one replay, then the caller gets the 401. */
  private async succeed<R extends AnswerReader>(origin: GatewayRequest, newReader: NewReader<R>): Promise<R> {
    const fresh = this.bearer.freshToken(origin);
    const token = typeof fresh === 'string' ? fresh : await fresh;
    const first = await this.attempt(origin, newReader, token);
    if (first.refusal === undefined) return first;
    if (first.refusal.status !== 401) throw problemOfRefusal(first.refusal, token);
    const newer = await this.bearer.renew(token, origin);
    if (newer === undefined) throw problemOfRefusal(first.refusal, token);
    const second = await this.attempt(origin, newReader, newer);
    if (second.refusal !== undefined) throw problemOfRefusal(second.refusal, newer);
    return second;
  }

  /** Sends the call, and once more if the connection was lost. */
  private attempt<R extends AnswerReader>(origin: GatewayRequest, newReader: NewReader<R>, token: string): Promise<R> {
    const reader = newReader();
    return this.dispatch(origin, reader, token).catch(async (error: unknown) => {
      if (!this.mayRetry(reader, error)) throw problemOfFailure(error);
      await sleep(RETRY_MS * (0.5 + Math.random()));
      // A token that expired meanwhile is not sent again.
      if ((await this.bearer.freshToken(origin)) !== token) throw problemOfFailure(error);
      return this.dispatch(origin, newReader(), token).catch((again: unknown) => {
        throw problemOfFailure(again);
      });
    });
  }

  /** Only calls without effect are retried, once: a POST that was reset may have arrived. */
  private mayRetry(reader: AnswerReader, error: unknown): boolean {
    const code = (error as { code?: string }).code ?? '';
    return (
      this.request.method === 'GET' && RESET_CODES.has(code) && reader.isUntouched && this.upstream.admission.mayRetry()
    );
  }

  private dispatch<R extends AnswerReader>(origin: GatewayRequest, reader: R, token: string): Promise<R> {
    const { pool, basePath } = this.upstream;
    const { method, path, query, body } = this.request;
    const headers = ['authorization', `Bearer ${token}`, ...ACCEPTED, 'x-request-id', origin.requestId];
    const { 'accept-language': language } = origin.headers;
    if (language !== undefined) headers.push('accept-language', language);
    if (this.upstream.sendsCaller) addCaller(headers, origin);
    this.addTraceContext(headers, origin, reader);
    // undici sets the media type of a form, with its boundary.
    if (Buffer.isBuffer(body)) headers.push('content-type', 'application/json');
    try {
      pool.dispatch(
        {
          method,
          path: basePath + path.text + query,
          headers,
          body,
          headersTimeout: this.timeoutMs,
          bodyTimeout: this.timeoutMs,
        },
        reader,
      );
    } catch (error) {
      reader.onResponseError(undefined, error as Error);
    }
    return reader.outcome;
  }

  /** Adds the trace context: ours when the request is traced, else the caller's own. */
  private addTraceContext(headers: string[], origin: GatewayRequest, reader: AnswerReader): void {
    if (origin.span !== undefined)
      return void headers.push(...traceAttempt(origin.span, this.request, this.attempts++, reader));
    const { traceparent, tracestate } = origin.headers;
    if (typeof traceparent === 'string') headers.push('traceparent', traceparent);
    if (typeof tracestate === 'string') headers.push('tracestate', tracestate);
  }
}

/**
 * Adds the caller's address and user agent for the platform's logs and abuse detection (RFC 10017, operational
 * considerations), in headers of our own that no request can bring: `X-Forwarded-For` counts from TRUSTED_PROXIES only.
 */
function addCaller(headers: string[], { ip, headers: { 'user-agent': agent } }: GatewayRequest): void {
  if (ip !== undefined) headers.push('x-connect-gateway-client-address', ip);
  if (agent !== undefined) headers.push('x-connect-gateway-client-agent', agent.slice(0, MAX_AGENT_CHARACTERS));
}

const MAX_AGENT_CHARACTERS = 512;

/** Media ranges of RFC 9110, section 12.5.1, which has none for all types that end in +json; others are refused here. */
const ACCEPT = 'application/json, application/*;q=0.9';
/** Compression is declined: nothing here would look inside it. */
const ACCEPTED = ['accept', ACCEPT, 'accept-encoding', 'identity'] as const;
