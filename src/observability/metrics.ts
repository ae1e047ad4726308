import { collectDefaultMetrics, Counter, Gauge, type Metric, Registry } from 'prom-client';
import { PROBLEMS } from '../http/problem.catalogue.js';
import { type HistogramSource, LatencyHistogram } from './latency.histogram.js';

/** Why a session was created or ended. */
export type SessionEvent = 'created' | 'expired' | 'revoked';

/** The outcome of a refresh: a new token from the provider, one that another replica got, a final or a temporary failure. */
export type RefreshOutcome = 'renewed' | 'adopted' | 'over' | 'unavailable';

/** A call of the gateway to the identity provider. */
export type ProviderCall = 'discovery' | 'keys' | 'pushed_request' | 'code' | 'userinfo' | 'refresh' | 'revocation';

/** The outcome of such a call: an OAuth error, no response, or an unusable one. */
export type ProviderOutcome = 'ok' | 'refused' | 'unavailable' | 'failed';

/** A value that is read with the metrics; each entry is one series. */
export type Reading = () => Promise<readonly Sample[]> | readonly Sample[];

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The name and help text of a metric. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** How the values of several WORKERS are aggregated: by default, summed. */
  readonly aggregator?: 'sum' | 'max';
}

/** The address of a server as the HTTP client conventions define it. */
export function serverOf({ hostname, port, protocol }: URL): Record<string, string> {
  const usual = protocol === 'https:' ? '443' : '80';
  return { server_address: hostname, server_port: port === '' ? usual : port };
}

const PROVIDER_CALLS: readonly ProviderCall[] = [
  'discovery',
  'keys',
  'pushed_request',
  'code',
  'userinfo',
  'refresh',
  'revocation',
];
const PROVIDER_OUTCOMES: readonly ProviderOutcome[] = ['ok', 'refused', 'unavailable', 'failed'];
/** The problems that a sign-in can end with. */
const SIGN_IN_CODES = Object.keys(PROBLEMS).filter(
  (code) => code.startsWith('login_') || code === 'identity_provider_unavailable',
);
const SESSION_EVENTS: readonly SessionEvent[] = ['created', 'expired', 'revoked'];
const REFRESH_OUTCOMES: readonly RefreshOutcome[] = ['renewed', 'adopted', 'over', 'unavailable'];
/** Far below the bounds for whole requests: the gateway's own share of a request is a tenth of a millisecond. */
const OVERHEAD_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const SERVER_ERROR = 500;

/**
 * The gateway's metrics. Names and labels are those of the OpenTelemetry semantic conventions where these are stable,
 * in Prometheus' spelling. Labels have few values: templates and names, never ids. Every series starts at 0: a rate over
 * a series that starts with its first event does not include that event.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly requests: HistogramSource;
  readonly overhead: HistogramSource;
  /** Calls to other servers; each kind of server has its own source. */
  readonly calls: LatencyHistogram;
  readonly storeCommands: LatencyHistogram;
  /** Requests in progress. */
  activeRequests = 0;
  private readonly sessions: Counter<'event'>;
  private readonly refreshes: Counter<'outcome' | 'waited'>;
  private readonly signIns: Counter<'outcome'>;
  private readonly providerCalls: Counter<'call' | 'outcome'>;
  private readonly providerLogouts: Counter<'channel' | 'outcome'>;
  private readonly departures: Counter<'operation' | 'member'>;
  private readonly failures: Counter<'code'>;
  private readonly refusals: Counter<'code'>;
  private readonly reloads: Counter<'outcome'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // Gauges under counter names, which Prometheus' own check rejects; the metrics by type say more.
    for (const kind of ['handles', 'requests', 'resources'])
      this.registry.removeSingleMetric(`nodejs_active_${kind}_total`);
    this.requests = this.histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of requests, by route template.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
    }).source();
    this.calls = this.histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Duration of calls to the platform and the identity provider, by operation.',
      labelNames: ['http_request_method', 'url_template', 'http_response_status_code', 'error_type'],
    });
    this.storeCommands = this.histogram({
      name: 'db_client_operation_duration_seconds',
      help: 'Duration of operations on the session store.',
      labelNames: ['db_system_name', 'db_operation_name', 'error_type', ''],
    });
    this.overhead = this.histogram({
      name: 'gateway_overhead_seconds',
      help: 'Duration of reads from the platform less the time that the platform took.',
      labelNames: ['http_request_method', 'http_route', '', ''],
      bounds: OVERHEAD_BOUNDS,
    }).source();
    this.gauge({ name: 'http_server_active_requests', help: 'Requests in progress.' }, () => [
      { labels: {}, value: this.activeRequests },
    ]);
    this.sessions = this.counter({
      name: 'gateway_sessions_total',
      help: 'Sessions created, expired and revoked.',
      labelNames: ['event'],
    });
    this.refreshes = this.counter({
      name: 'gateway_token_refreshes_total',
      help: 'Token refreshes by outcome, and whether a caller waited.',
      labelNames: ['outcome', 'waited'],
    });
    this.signIns = this.counter({
      name: 'gateway_sign_ins_total',
      help: 'Sign-ins by outcome.',
      labelNames: ['outcome'],
    });
    this.providerCalls = this.counter({
      name: 'gateway_identity_provider_calls_total',
      help: 'Calls of the identity provider by outcome.',
      labelNames: ['call', 'outcome'],
    });
    this.providerLogouts = this.counter({
      name: 'gateway_provider_logouts_total',
      help: 'Logouts that the identity provider sent, by outcome.',
      labelNames: ['channel', 'outcome'],
    });
    this.departures = this.counter({
      name: 'gateway_platform_departures_total',
      help: 'Values in answers of the platform that its contract does not allow, by operation and member.',
      labelNames: ['operation', 'member'],
    });
    this.failures = this.counter({
      name: 'gateway_failures_total',
      help: 'Responses with a 5xx status, by problem code.',
      labelNames: ['code'],
    });
    this.refusals = this.counter({
      name: 'gateway_refusals_total',
      help: 'Responses with a 4xx status, by problem code; platform for those that the platform decided.',
      labelNames: ['code'],
    });
    this.reloads = this.counter({
      name: 'gateway_secret_reloads_total',
      help: 'Secrets read again from their files, by outcome.',
      labelNames: ['outcome'],
    });
    this.beginAtZero();
  }

  session(event: SessionEvent, count = 1): void {
    this.sessions.inc({ event }, count);
  }

  refresh(outcome: RefreshOutcome, waited: boolean): void {
    this.refreshes.inc({ outcome, waited: String(waited) });
  }

  /** A completed sign-in: `ok`, or the code of the problem. */
  signIn(outcome: string): void {
    this.signIns.inc({ outcome });
  }

  providerCall(call: ProviderCall, outcome: ProviderOutcome): void {
    this.providerCalls.inc({ call, outcome });
  }

  providerLogout(channel: 'back' | 'front', outcome: 'accepted' | 'refused'): void {
    this.providerLogouts.inc({ channel, outcome });
  }

  /** `member` is a member of the contract, such as `responses[].status`; there are few. */
  departure(operation: string, member: string): void {
    this.departures.inc({ operation, member });
  }

  secretReload(outcome: 'success' | 'failed'): void {
    this.reloads.inc({ outcome });
  }

  /** A response that is a problem. Codes that the platform chose are counted as one. */
  problem(status: number, code: string): void {
    if (status >= SERVER_ERROR) this.failures.inc({ code });
    else this.refusals.inc({ code: code in PROBLEMS ? code : 'platform' });
  }

  /** Registers values that are read with the metrics; where none is read, the gauge has no series. */
  gauge(spec: MetricSpec, read: Reading): void {
    const { labelNames = [], ...rest } = spec;
    const gauge = new Gauge({
      ...rest,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        const samples = await read();
        this.reset();
        // A gauge without labels is 0 after a reset.
        if (labelNames.length === 0) this.remove();
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
    void gauge;
  }

  /** Registers totals that are kept elsewhere and read with the metrics. */
  total(spec: MetricSpec, read: Reading): void {
    const { labelNames = [], ...rest } = spec;
    const counter = new Counter({
      ...rest,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels, value } of samples) this.inc(labels, value);
      },
    });
    void counter;
  }

  private histogram(spec: ConstructorParameters<typeof LatencyHistogram>[0]): LatencyHistogram {
    const histogram = new LatencyHistogram(spec);
    this.registry.registerMetric(histogram as unknown as Metric);
    return histogram;
  }

  private counter<L extends string>({ name, help, labelNames }: MetricSpec & { labelNames: L[] }): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private beginAtZero(): void {
    for (const event of SESSION_EVENTS) this.sessions.inc({ event }, 0);
    this.signIns.inc({ outcome: 'ok' }, 0);
    for (const outcome of SIGN_IN_CODES) this.signIns.inc({ outcome }, 0);
    for (const call of PROVIDER_CALLS)
      for (const outcome of PROVIDER_OUTCOMES) this.providerCalls.inc({ call, outcome }, 0);
    for (const channel of ['back', 'front'])
      for (const outcome of ['accepted', 'refused']) this.providerLogouts.inc({ channel, outcome }, 0);
    for (const outcome of REFRESH_OUTCOMES)
      for (const waited of ['true', 'false']) this.refreshes.inc({ outcome, waited }, 0);
    for (const outcome of ['success', 'failed']) this.reloads.inc({ outcome }, 0);
    this.refusals.inc({ code: 'platform' }, 0);
    for (const [code, { status, on }] of Object.entries(PROBLEMS)) {
      // Statuses of the reverse proxy, which the gateway never sends.
      if ((on as readonly string[]).includes('proxy')) continue;
      if (status >= SERVER_ERROR) this.failures.inc({ code }, 0);
      else this.refusals.inc({ code }, 0);
    }
  }
}
