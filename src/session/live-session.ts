import type { RequestOrigin } from '../http/tracing.js';
import type { CallerIdentity } from './caller-identity.js';
import type { SessionRecord } from './session.record.js';
import type { StoredSession } from '../store/session.store.js';

/** A token with less than this left is not forwarded: it could end on its way. */
const MIN_LEFT_MS = 5_000;
/** The same for tokens that live for seconds only, which would otherwise never be good enough. */
const MIN_LEFT_SHARE = 0.1;
/** A refresh begins when this share of a token's life is left, but never earlier than AHEAD_MS before its end. */
const AHEAD_SHARE = 0.2;
const AHEAD_MS = 60_000;
/** Between two renewals that the platform's refusals cause. */
const RENEW_PAUSE_MS = 30_000;

/** What a live session needs of whoever looks after it. */
export interface Refresher {
  /** A token other than the one that the platform refused; undefined when there is none to be had. */
  renew(session: LiveSession, refused: string, origin: RequestOrigin): Promise<string | undefined>;
}

/** A session in this process's memory: opened once, asked on every request. */
export class LiveSession implements CallerIdentity {
  readonly id: string;
  /** The refresh under way, which everybody waits for who needs it. */
  refreshing: Promise<void> | undefined;
  /** Epoch milliseconds before which a failed refresh is not tried again. */
  retryAt = 0;
  /** The cookie values that were found to carry this session's ticket. */
  readonly cookies = new Set<string>();
  /** The epoch of `SessionMemory` in which the store was asked last; behind it, the store may know more than this. */
  seenEpoch = -1;
  private renewedAt = Number.NEGATIVE_INFINITY;
  /** Set when the session has ended; whoever still holds it must not use it. */
  ended = false;
  /** The version of the stored record that `record` was read from. */
  version: number;
  private idleExpiresAt: number;
  private readonly expiresAt: number;
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
    this.expiresAt = stored.expiresAt;
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

  renew(refused: string, origin: RequestOrigin): Promise<string | undefined> {
    return this.refresher.renew(this, refused, origin);
  }

  /** Whether a token may be renewed before its time; now and then, or a platform that refuses all would ask for each. */
  mayRenew(now: number): boolean {
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

  isAlive(now: number): boolean {
    return !this.ended && now < this.expiresAt && now < this.idleExpiresAt;
  }

  /** Whether a call would be let in: there is a token to forward, or one to be had. */
  isUsable(now: number): boolean {
    return this.isAlive(now) && (this.hasToken(now) || this.current.renewable);
  }

  /** Whether the token can be forwarded. */
  hasToken(now: number): boolean {
    return this.current.tokenExpiresAt - now > this.minLeftMs;
  }

  /** Whether it is time to get the next token, a little earlier or later in each session so that they spread. */
  wantsRefresh(now: number): boolean {
    const { tokenExpiresAt, tokenReceivedAt, renewable } = this.current;
    const ahead = Math.min(AHEAD_MS, (tokenExpiresAt - tokenReceivedAt) * AHEAD_SHARE);
    return renewable && now >= this.retryAt && tokenExpiresAt - now < this.minLeftMs + ahead * (0.75 + this.jitter / 2);
  }

  private get minLeftMs(): number {
    const { tokenExpiresAt, tokenReceivedAt } = this.current;
    return Math.min(MIN_LEFT_MS, Math.max(0, tokenExpiresAt - tokenReceivedAt) * MIN_LEFT_SHARE);
  }

  /**
   * Notes that the session is used.
   * @returns the new idle limit when it has moved enough to be written down, a tenth of the idle time
   */
  touch(now: number, idleMs: number): number | undefined {
    const limit = Math.min(now + idleMs, this.expiresAt);
    if (limit - this.idleExpiresAt < idleMs / 10) return undefined;
    this.idleExpiresAt = limit;
    return limit;
  }

  /** When the session ends: in any case, and unless it is used. */
  get limits(): { expiresAt: number; idleExpiresAt: number } {
    return { expiresAt: this.expiresAt, idleExpiresAt: this.idleExpiresAt };
  }
}
