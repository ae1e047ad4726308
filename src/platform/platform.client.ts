import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Agent, type Dispatcher, type FormData, Pool } from 'undici';
import { Config } from '../config/config.js';
import { createEgress, hasProxy } from '../http/egress.js';
import { formatQuery, type Query } from '../http/query.js';
import { Metrics, serverOf } from '../observability/metrics.js';
import { exposePlatform, type PlatformVitals } from './platform.metrics.js';
import { Admission, type BreakerState, MAX_IN_FLIGHT } from './admission.js';
import { CallStatistics } from './call.statistics.js';
import type { PlatformPath } from './path.js';
import { PlatformCall, type Upstream } from './platform.call.js';
import type { Bearer, PlatformRequest } from './platform.request.js';

/**
 * One connection per call in flight. With fewer, one caller could occupy all of them, and other calls would queue
 * inside the pool, where neither timeouts nor disconnects are noticed.
 */
const CONNECTIONS = MAX_IN_FLIGHT;
const CONNECT_TIMEOUT_MS = 3_000;

/** A JSON body as it is sent. */
interface JsonBytes {
  readonly bytes: Buffer;
}

/** The only class that calls the platform. Each method describes a call; it is sent when the handler returns it. */
@Injectable()
export class PlatformClient implements OnApplicationShutdown, PlatformVitals {
  private readonly upstream: Upstream;

  constructor(config: Config, metrics: Metrics) {
    const { platformUrl, platformTimeoutMs } = config;
    const options = {
      connections: CONNECTIONS,
      // The limits assume one call per connection; HTTP/2 would multiplex a hundred callers on one.
      allowH2: false,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, platformTimeoutMs) },
      headersTimeout: platformTimeoutMs,
      bodyTimeout: platformTimeoutMs,
    };
    const pool = hasProxy(config) ? viaProxy(config, options) : new Pool(platformUrl.origin, options);
    this.upstream = {
      admission: new Admission(),
      statistics: new CallStatistics(),
      durations: metrics.calls.source(serverOf(platformUrl)),
      pool,
      basePath: platformUrl.pathname.replace(/\/$/, ''),
      timeoutMs: platformTimeoutMs,
      sendsCaller: config.platformCallerHeaders,
    };
    exposePlatform(metrics, this);
  }

  get calls(): CallStatistics['byOutcome'] {
    return this.upstream.statistics.byOutcome;
  }

  get retried(): number {
    return this.upstream.admission.retried;
  }

  get inFlight(): number {
    return this.upstream.admission.inFlight;
  }

  get breaker(): BreakerState {
    return this.upstream.admission.breaker;
  }

  /**
   * Refuses what a call of this person would be refused with now. Under overload a body is neither read nor checked.
   * @throws Problem 503 `platform_paused`, `platform_busy` | 429 `too_many_calls`
   */
  assertRoom(person: string): void {
    this.upstream.admission.assertRoom(person);
  }

  get(as: Bearer, path: PlatformPath, query?: object): PlatformCall {
    return this.call(as, 'GET', path, query);
  }

  /** Gets a file of one of these media types, which a browser must not show as a page of the gateway. */
  getFile(as: Bearer, path: PlatformPath, answerTypes: RegExp): PlatformCall {
    return new PlatformCall(this.upstream, as, { method: 'GET', path, query: '', body: null, answerTypes });
  }

  post(as: Bearer, path: PlatformPath, body?: JsonBytes): PlatformCall {
    return this.call(as, 'POST', path, undefined, body);
  }

  /** Sends a form, whose files are streamed from the disk. */
  postForm(as: Bearer, path: PlatformPath, form: FormData): PlatformCall {
    return new PlatformCall(this.upstream, as, { method: 'POST', path, query: '', body: form });
  }

  put(as: Bearer, path: PlatformPath, body: JsonBytes): PlatformCall {
    return this.call(as, 'PUT', path, undefined, body);
  }

  delete(as: Bearer, path: PlatformPath, query?: object, body?: JsonBytes): PlatformCall {
    return this.call(as, 'DELETE', path, query, body);
  }

  /** Runs last; calls in flight have ended by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.upstream.pool.close();
  }

  private call(
    as: Bearer,
    method: PlatformRequest['method'],
    path: PlatformPath,
    query?: object,
    body?: JsonBytes,
  ): PlatformCall {
    return new PlatformCall(this.upstream, as, {
      method,
      path,
      query: query === undefined ? '' : formatQuery(query as Query),
      body: body?.bytes ?? null,
    });
  }
}

/** A pool has a fixed origin; a proxy agent needs the origin with each request. */
function viaProxy(config: Config, options: Agent.Options): Dispatcher {
  const { origin } = config.platformUrl;
  const egress = createEgress(config, options);
  return egress.compose((dispatch) => (request, handler) => dispatch({ ...request, origin }, handler));
}
