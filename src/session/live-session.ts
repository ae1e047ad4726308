import type { RequestOrigin } from '../http/tracing.js';
import type { CallerIdentity } from './caller-identity.js';
import type { SessionRecord } from './session.record.js';
import type { SessionFacts, StoredSession } from '../store/session.store.js';

/** A token with less remaining life is not forwarded: it could expire on the way. */
const MIN_LEFT_MS = 5_000;
/** The same as a share of the token's life, for tokens that live only seconds. */
const MIN_LEFT_SHARE = 0.1;
/** A refresh begins when this share of a token's life is left, but never earlier than AHEAD_MS before its end. */
const AHEAD_SHARE = 0.2;
const AHEAD_MS = 60_000;
/** Minimum time between two refreshes caused by refusals of the platform. */
const RENEW_PAUSE_MS = 30_000;

/** Renews the token of a session. */
export interface Refresher {
  /** Epoch milliseconds by the store's clock, which the limits of sessions go by. */
  now(): number;
  /** A token that can be forwarded, in place of one that has too little left. */
  fresh(session: LiveSession, origin: RequestOrigin): Promise<string>;
  /** A token other than the refused one; undefined if there is none. */
  renew(session: LiveSession, refused: string, origin: RequestOrigin): Promise<string | undefined>;
}

/** A session in this process's memory: loaded once, used by every request. */
export class LiveSession implements CallerIdentity {
  readonly id: string;
  /** The refresh in progress; every request that needs it waits for it. */
  refreshing: Promise<void> | undefined;
  /** When a failed refresh may be tried again, by the monotonic clock. */
  private retryAt = 0;
  /** Cookie values that were verified for this session. */
  readonly cookies = new Set<string>();
  /**
   * The epoch of `SessionCache` when the store was last read; if it is older than the current one, the store may have
   * changed.
   */
  seenEpoch = -1;
  private renewedAt = Number.NEGATIVE_INFINITY;
  /** Set when the session has ended; requests that still hold the object must not use it. */
  ended = false;
  /** The version of the stored record that `record` was read from. */
  version: number;
  /** What is plain of it in the store, and bound to the record. */
  readonly facts: SessionFacts;
  private idleExpiresAt: number;
  private readonly jitter = Math.random();

  constructor(
    private readonly refresher: Refresher,
    readonly key: Buffer,
    stored: StoredSession,
    private current: SessionRecord,
    private readonly tokenKind: 'id_token' | 'access_token',
  ) {
    this.id = stored.id;
    this.version = stored.version;
    this.idleExpiresAt = stored.idleExpiresAt;
    const { id, owner, providerSession, device, createdAt, expiresAt } = stored;
    this.facts = { id, owner, providerSession, device, createdAt, expiresAt };
  }

  get record(): SessionRecord {
    return this.current;
  }

  get subject(): string {
    return this.current.subject;
  }

  get token(): string {
    return this.tokenKind === 'id_token' ? this.current.idToken : this.current.accessToken;
  }

  freshToken(origin: RequestOrigin): string | Promise<string> {
    return this.hasToken ? this.token : this.refresher.fresh(this, origin);
  }

  renew(refused: string, origin: RequestOrigin): Promise<string | undefined> {
    return this.refresher.renew(this, refused, origin);
  }

  /**
   * Whether a token may be refreshed early. Rate-limited: a platform that refuses everything would cause a refresh per
   * request.
   */
  mayRenew(): boolean {
    const now = performance.now();
    if (now - this.renewedAt < RENEW_PAUSE_MS) return false;
    this.renewedAt = now;
    return true;
  }

  /** Takes over the record that a refresh in this process has written. */
  adopt(version: number, record: SessionRecord): void {
    this.version = version;
    this.current = record;
    this.retryAt = 0;
  }

  /** Takes over what other processes have stored. A read that was overtaken by a newer write changes nothing. */
  update({ version, idleExpiresAt }: StoredSession, record: SessionRecord): void {
    this.idleExpiresAt = Math.max(this.idleExpiresAt, idleExpiresAt);
    if (version > this.version) this.adopt(version, record);
  }

  get isAlive(): boolean {
    const now = this.refresher.now();
    return !this.ended && now < this.facts.expiresAt && now < this.idleExpiresAt;
  }

  /** Whether a call would be admitted: the token is valid, or can be refreshed. */
  get isUsable(): boolean {
    return this.isAlive && (this.hasToken || this.current.renewable);
  }

  /** Whether the token can be forwarded. Its end was set by the provider, so the wall clock counts. */
  get hasToken(): boolean {
    return this.current.tokenExpiresAt - Date.now() > this.minLeftMs;
  }

  /** Whether a refresh is due; the exact time varies per session, to spread the load. */
  get wantsRefresh(): boolean {
    const { tokenExpiresAt, tokenReceivedAt, renewable } = this.current;
    const ahead = Math.min(AHEAD_MS, (tokenExpiresAt - tokenReceivedAt) * AHEAD_SHARE);
    const left = tokenExpiresAt - Date.now();
    return renewable && left < this.minLeftMs + ahead * (0.75 + this.jitter / 2) && performance.now() >= this.retryAt;
  }

  /** Puts the next refresh off: each request would try again otherwise. */
  retryAfter(milliseconds: number): void {
    this.retryAt = Math.max(this.retryAt, performance.now() + milliseconds);
  }

  /** How much life its token must have left to be forwarded, in milliseconds. */
  get minLeftMs(): number {
    const { tokenExpiresAt, tokenReceivedAt } = this.current;
    return Math.min(MIN_LEFT_MS, Math.max(0, tokenExpiresAt - tokenReceivedAt) * MIN_LEFT_SHARE);
  }

  /**
   * Records that the session is used.
   * @returns the new idle limit if it should be stored: when it moved by a tenth of the idle time
   */
  touch(idleMs: number): number | undefined {
    const limit = Math.min(this.refresher.now() + idleMs, this.facts.expiresAt);
    if (limit - this.idleExpiresAt < idleMs / 10) return undefined;
    this.idleExpiresAt = limit;
    return limit;
  }

  /** The absolute and the idle limit, and the current time, in epoch milliseconds by the store's clock. */
  get limits(): { expiresAt: number; idleExpiresAt: number; now: number } {
    return { expiresAt: this.facts.expiresAt, idleExpiresAt: this.idleExpiresAt, now: this.refresher.now() };
  }
}
