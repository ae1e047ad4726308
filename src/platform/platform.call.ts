import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
import { Problem } from '../problems/problem.js';
import { Answer, type GatewayResponse } from '../server/exchange.js';
import type { PlatformPath } from './path.js';
import type { Admission } from './admission.js';
import { AnswerRelay, type Refusal } from './answer.relay.js';
import { problemOfFailure, problemOfRefusal } from './platform.problems.js';

/** Who calls the platform: the token to forward, and a way to a newer one should the platform refuse it. */
export interface Bearer {
  readonly token: string;
  /** Another valid token, or undefined when there is none to be had. */
  renew(): Promise<string | undefined>;
}

/** One request to the platform. */
export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: PlatformPath;
  /** Encoded, with its question mark; empty for none. */
  readonly query: string;
  readonly body: Buffer | null;
}

/** How the platform is reached. */
export interface Upstream {
  readonly admission: Admission;
  readonly pool: Pool;
  readonly basePath: string;
  readonly timeoutMs: number;
}

/** Problem codes that speak against the platform, not against the request or the caller. */
const PLATFORM_IS_DOWN = new Set(['platform_unreachable', 'platform_timeout', 'platform_unavailable']);
const RETRY_MS = 30;
/** What is not passed on is not dropped in silence either. */
const QUERY_UNKNOWN = new Problem(400, 'invalid_request', 'This operation takes no query; leave it out.');
/** A failure before the request can have had an effect, or of a request that has none. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNREFUSED']);

/** A call to the platform that the handler has described and the response carries out. */
export class PlatformCall extends Answer {
  constructor(
    private readonly upstream: Upstream,
    private readonly bearer: Bearer,
    private readonly request: PlatformRequest,
  ) {
    super();
  }

  /**
   * Relays the platform's answer.
   * @throws Problem for everything that is not a success
   */
  async sendTo(res: GatewayResponse): Promise<void> {
    const { admission } = this.upstream;
    if (this.request.query === '' && res.req.hasQuery) throw QUERY_UNKNOWN;
    admission.enter(this.bearer);
    let isFailure = false;
    try {
      await this.relay(res);
    } catch (error) {
      isFailure = error instanceof Problem && PLATFORM_IS_DOWN.has(error.code);
      throw error;
    } finally {
      admission.leave(this.bearer, isFailure);
    }
  }

  private async relay(res: GatewayResponse): Promise<void> {
    const token = this.bearer.token;
    const refusal = await this.attempt(res, token);
    if (refusal === undefined) return;
    if (refusal.status !== 401) throw problemOfRefusal(refusal, token);
    await this.replay(res, refusal, token);
  }

  /** A 401 for a token that we hold valid: one newer token, one more try, then the caller is told. */
  private async replay(res: GatewayResponse, refused: Refusal, old: string): Promise<void> {
    const token = await this.bearer.renew();
    if (token === undefined) throw problemOfRefusal(refused, old);
    const refusal = await this.attempt(res, token);
    if (refusal !== undefined) throw problemOfRefusal(refusal, token);
  }

  private async attempt(res: GatewayResponse, token: string): Promise<Refusal | undefined> {
    try {
      return await this.dispatch(res, token);
    } catch (error) {
      if (!this.mayRetry(res, error)) throw problemOfFailure(error);
    }
    await sleep(RETRY_MS * (0.5 + Math.random()));
    return this.dispatch(res, token).catch((error: unknown) => {
      throw problemOfFailure(error);
    });
  }

  /** Once, and only what has no effect: a POST that was reset may have arrived. */
  private mayRetry(res: GatewayResponse, error: unknown): boolean {
    const code = (error as { code?: string }).code ?? '';
    return (
      this.request.method === 'GET' &&
      RESET_CODES.has(code) &&
      !res.headersSent &&
      !res.closed &&
      this.upstream.admission.mayRetry()
    );
  }

  private dispatch(res: GatewayResponse, token: string): Promise<Refusal | undefined> {
    const { pool, basePath, timeoutMs } = this.upstream;
    const { method, path, query, body } = this.request;
    const relay = new AnswerRelay(res, timeoutMs);
    const headers = ['authorization', `Bearer ${token}`, 'accept', ACCEPT, 'x-request-id', res.req.requestId];
    const { 'accept-language': language, traceparent, tracestate } = res.req.headers;
    if (language !== undefined) headers.push('accept-language', language);
    if (typeof traceparent === 'string') headers.push('traceparent', traceparent);
    if (typeof tracestate === 'string') headers.push('tracestate', tracestate);
    if (body !== null) headers.push('content-type', 'application/json');
    try {
      pool.dispatch({ method, path: basePath + path + query, headers, body }, relay);
    } catch (error) {
      relay.onResponseError(undefined, error as Error);
    }
    return relay.outcome;
  }
}

/** What the platform may answer with. Compression is not asked for: nothing here would look inside it. */
const ACCEPT = 'application/json, application/*+json';
