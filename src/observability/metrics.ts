import { collectDefaultMetrics, Counter, type Metric, Registry } from 'prom-client';
import { RequestHistogram } from './request.histogram.js';

/** Why a session came to be or to end. */
export type SessionEvent = 'created' | 'expired' | 'revoked';

/** How a refresh ended: a new token from the provider, one that another replica got, none ever, or none just now. */
export type RefreshOutcome = 'renewed' | 'adopted' | 'over' | 'unavailable';

/** A call that the gateway makes of the identity provider. */
export type ProviderCall = 'discovery' | 'keys' | 'pushed_request' | 'code' | 'userinfo' | 'refresh' | 'revocation';

/** How such a call ended: with an OAuth error, without an answer, or with one that cannot be used. */
export type ProviderOutcome = 'ok' | 'refused' | 'unavailable' | 'failed';

/** What the gateway counts, in Prometheus's terms. Labels have few values: route templates and words, never ids. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new RequestHistogram();
  private readonly sessions = this.counter('gateway_sessions_total', 'Sessions created, expired and revoked.', [
    'event',
  ]);
  private readonly refreshes = this.counter(
    'gateway_token_refreshes_total',
    'Token refreshes by outcome, and whether a caller waited.',
    ['outcome', 'waited'],
  );
  private readonly failures = this.counter('gateway_failures_total', 'Answers with a 5xx status by problem code.', [
    'code',
  ]);
  private readonly departures = this.counter(
    'gateway_platform_departures_total',
    'Values in answers of the platform that its contract does not allow, by operation and member.',
    ['operation', 'member'],
  );
  private readonly signIns = this.counter('gateway_sign_ins_total', 'Sign-ins by outcome: ok, or the error code.', [
    'outcome',
  ]);
  private readonly providerCalls = this.counter(
    'gateway_identity_provider_calls_total',
    'Calls of the identity provider by outcome.',
    ['call', 'outcome'],
  );
  private readonly providerLogouts = this.counter(
    'gateway_provider_logouts_total',
    'Logouts that the identity provider sent, by outcome.',
    ['channel', 'outcome'],
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.registry.registerMetric(this.requests as unknown as Metric);
  }

  session(event: SessionEvent): void {
    this.sessions.inc({ event });
  }

  refresh(outcome: RefreshOutcome, waited: boolean): void {
    this.refreshes.inc({ outcome, waited: String(waited) });
  }

  /** `outcome` is `ok` or a code of the gateway's own. */
  signIn(outcome: string): void {
    this.signIns.inc({ outcome });
  }

  providerCall(call: ProviderCall, outcome: ProviderOutcome): void {
    this.providerCalls.inc({ call, outcome });
  }

  providerLogout(channel: 'back' | 'front', outcome: 'accepted' | 'refused'): void {
    this.providerLogouts.inc({ channel, outcome });
  }

  /** `code` is one of the gateway's own: what the platform says of a 4xx is not counted here. */
  failure(code: string): void {
    this.failures.inc({ code });
  }

  /** `member` is one that the contract has, such as `responses[].status`; there are few. */
  departure(operation: string, member: string): void {
    this.departures.inc({ operation, member });
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
