import { Injectable } from '@nestjs/common';
import type * as oidc from 'openid-client';
import { type Dispatcher, fetch } from 'undici';
import { Config } from '../config/config.js';
import { createEgress } from '../http/egress.js';
import type { HistogramSource } from '../observability/latency.histogram.js';
import { Metrics, serverOf } from '../observability/metrics.js';

/** Timeout of one call to the provider. */
export const PROVIDER_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The purposes of calls to the provider. Each has its own connection pool: however many anonymous callers start sign-ins
 * or send invalid codes, session refreshes wait for none of them.
 */
export type Purpose = 'sign-in' | 'session' | 'metadata';

const CONNECTIONS: Record<Purpose, number> = { 'sign-in': 32, session: 32, metadata: 4 };

/** Connections to the identity provider, with the client certificate if one is configured (RFC 8705). */
@Injectable()
export class ProviderHttp {
  private agents: Record<Purpose, Dispatcher>;

  private readonly durations = new Map<string, HistogramSource>();

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {
    this.agents = this.open();
    config.onReload(() => (this.agents = this.open()));
  }

  /** `fetch` over the connection pool of a purpose. */
  fetchFor(purpose: Purpose): oidc.CustomFetch {
    const fetchOver: unknown = async (url: string, init: { method?: string }) => {
      const startedAt = performance.now();
      let status = '';
      try {
        const response = await fetch(url, { ...init, dispatcher: this.agents[purpose] });
        status = String(response.status);
        return response;
      } finally {
        this.observe((performance.now() - startedAt) / 1_000, new URL(url), init.method ?? 'GET', status);
      }
    };
    return fetchOver as oidc.CustomFetch;
  }

  /** Maps an endpoint's path to its operation; a provider has only a few. */
  private observe(seconds: number, url: URL, method: string, status: string): void {
    let source = this.durations.get(url.host);
    if (source === undefined) this.durations.set(url.host, (source = this.metrics.calls.source(serverOf(url))));
    const error = status === '' ? 'unavailable' : status >= '400' ? status : '';
    source.observe(seconds, method, url.pathname, status, error);
  }

  private open(): Record<Purpose, Dispatcher> {
    const { oidcTlsCert: cert, oidcTlsKey: key } = this.config;
    const certificate = cert === undefined ? {} : { cert, key };
    const agentFor = (purpose: Purpose): Dispatcher => {
      const options = {
        connections: CONNECTIONS[purpose],
        headersTimeout: PROVIDER_TIMEOUT_MS,
        bodyTimeout: PROVIDER_TIMEOUT_MS,
        connect: { timeout: CONNECT_TIMEOUT_MS, ...certificate },
        // The same for connections through a forward proxy.
        requestTls: certificate,
      };
      return createEgress(this.config, options);
    };
    return { 'sign-in': agentFor('sign-in'), session: agentFor('session'), metadata: agentFor('metadata') };
  }
}
