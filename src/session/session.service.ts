import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Config } from '../config/config.js';
import { type Keyring, KEYRING } from '../crypto/keyring.js';
import { describeError } from '../http/problem.js';
import { type RequestOrigin, type Span, withSpan } from '../http/tracing.js';
import type { Person } from '../identity/person.js';
import type { TokenSet } from '../identity/token.response.js';
import { Metrics } from '../observability/metrics.js';
import { SessionStore } from '../store/session.store.js';
import { LiveSession } from './live-session.js';
import { ProviderLogouts } from './provider-logouts.js';
import { SessionCache } from './session.cache.js';
import { type SessionEndReason, SessionEndings } from './session.endings.js';
import { namesOf, newRecord, sealRecord, type SessionRecord, type VerifiedIdToken } from './session.record.js';
import { SessionRecords } from './session.records.js';
import { issueTicket, readTicket, resignTicket, type SessionTicket } from './session.ticket.js';
import { TokenRefresher } from './token.refresher.js';

const MAX_DEVICE_CHARACTERS = 200;
/** Pause after a failed background refresh; without it each request would try again. */
const RETRY_AHEAD_MS = 5_000;

/** A sign-in that becomes a session. */
export interface NewSession {
  readonly person: Person;
  readonly tokens: TokenSet;
  readonly idToken: VerifiedIdToken;
  /** The browser's User-Agent. */
  readonly device: string;
  /** When the sign-in began, in epoch milliseconds. */
  readonly startedAt: number;
}

/** Begins, finds and extends sessions. */
@Injectable()
export class SessionService implements OnApplicationShutdown {
  private readonly logger = new Logger('Sessions');
  private readonly idleMs: number;
  private readonly maxMs: number;

  constructor(
    private readonly config: Config,
    private readonly refresher: TokenRefresher,
    private readonly records: SessionRecords,
    private readonly cache: SessionCache,
    private readonly endings: SessionEndings,
    private readonly logouts: ProviderLogouts,
    private readonly metrics: Metrics,
    private readonly store: SessionStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {
    this.idleMs = config.sessionIdleSeconds * 1000;
    this.maxMs = config.sessionMaxSeconds * 1000;
    store.onChange((id) => this.cache.forget(id));
    // Cookies that were verified with a key which is gone are looked at again.
    config.onReload(() => this.cache.forget());
  }

  /** A session that can be used without waiting: in memory, alive, with a valid token. */
  ready(cookie: string, origin: RequestOrigin): LiveSession | undefined {
    const session = this.cache.known(cookie);
    if (session === undefined || !session.isAlive || !session.hasToken) return undefined;
    if (session.wantsRefresh) this.refreshInBackground(session, origin);
    this.touch(session);
    return session;
  }

  /**
   * The session of a cookie, from the store where need be, with a token that can be forwarded.
   * @returns undefined when there is no such session (any more)
   * @throws StoreUnavailable, or a Problem when no valid token can be had now
   */
  async enter(cookie: string, origin: RequestOrigin): Promise<LiveSession | undefined> {
    const session = await this.find(cookie, origin.span);
    if (session === undefined) return undefined;
    if (!session.hasToken) await this.refresher.refresh(session, true, origin);
    if (session.ended) return undefined;
    this.touch(session);
    return session;
  }

  /** The session of a cookie as it is: neither extended nor refreshed. */
  async find(cookie: string, span?: Span): Promise<LiveSession | undefined> {
    const known = this.cache.known(cookie);
    if (known?.isAlive) return known;
    const ticket = readTicket(cookie, this.keyring);
    if (ticket === undefined) return undefined;
    const moment = this.cache.now();
    const session = await withSpan(span, 'open session', () => this.load(ticket));
    if (session === undefined) return undefined;
    if (!session.isAlive) {
      this.endings.expire(session.id);
      return undefined;
    }
    this.cache.vouch(session, cookie, moment);
    return session;
  }

  /** Epoch milliseconds by the store's clock, which all replicas share. */
  now(): number {
    return this.store.now();
  }

  /**
   * Begins a session with a new id; the value is for its cookie. Undefined where the provider has ended meanwhile the
   * session of its own that the sign-in comes from.
   */
  async begin({ person, tokens, idToken, device, startedAt }: NewSession): Promise<string | undefined> {
    const { ticket, value } = issueTicket(this.keyring);
    const now = this.store.now();
    const { owner, providerSession } = namesOf(idToken.claims, this.config);
    const facts = {
      id: ticket.id,
      owner,
      providerSession,
      device: device.slice(0, MAX_DEVICE_CHARACTERS).toWellFormed(),
      createdAt: now,
      expiresAt: now + this.maxMs,
    };
    await this.store.create({
      ...facts,
      version: 1,
      sealed: sealRecord(ticket.key, facts, newRecord(person, tokens, idToken, this.config)),
      idleExpiresAt: now + this.idleMs,
    });
    this.metrics.session('created');
    // Asked when it is stored: a logout that comes later finds it.
    if (!(await this.logouts.beat({ owner, providerSession, startedAt }))) return value;
    await this.endings.end(ticket.id, 'provider', tokens);
    return undefined;
  }

  /**
   * Ends the session of a cookie for good, here and at the provider; nothing happens when there is none.
   * @returns what was known of it; its id_token is what a provider may want as a hint for its own logout
   */
  async end(cookie: string): Promise<SessionRecord | undefined> {
    const session = await this.find(cookie);
    if (session === undefined) return this.endPastLimit(cookie);
    await this.endings.end(session.id, 'logout');
    return session.record;
  }

  /** A clock that was wrong and is set right would bring it back. */
  private async endPastLimit(cookie: string): Promise<SessionRecord | undefined> {
    const ticket = readTicket(cookie, this.keyring);
    if (ticket === undefined) return undefined;
    const stored = await this.store.read(ticket.id, 'stored');
    const record = stored && this.records.open(ticket.key, stored);
    if (record !== undefined) await this.endings.end(ticket.id, 'logout', record);
    return record;
  }

  /**
   * Why the session of a cookie is over; undefined for a cookie that the gateway never issued. A session that nothing
   * else ended was not used for too long: a browser forgets the cookie of one that reaches its absolute limit.
   */
  async endOf(cookie: string): Promise<SessionEndReason | undefined> {
    const ticket = readTicket(cookie, this.keyring);
    return ticket && ((await this.endings.reasonOf(ticket.id)) ?? 'idle');
  }

  /** Whether the gateway issued this cookie, for a living session or not. */
  hasIssued(cookie: string): boolean {
    return readTicket(cookie, this.keyring) !== undefined;
  }

  /** The cookie's value signed with the first key, when it was signed with one that is about to be retired. */
  resigned(cookie: string): string | undefined {
    return readTicket(cookie, this.keyring)?.stale === true ? resignTicket(cookie, this.keyring) : undefined;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.refresher.settled();
  }

  /** Loads a session with one read of the store, and updates the one in memory. */
  private async load(ticket: SessionTicket): Promise<LiveSession | undefined> {
    const held = this.cache.get(ticket.id);
    // Signed, but not with the secret of this session: a signing key alone opens nothing.
    if (held !== undefined && !timingSafeEqual(held.key, ticket.key)) return undefined;
    const stored = await this.store.read(ticket.id);
    if (stored === undefined) {
      if (held?.isAlive === false) this.endings.expire(ticket.id);
      else this.cache.end(ticket.id);
      return undefined;
    }
    const record = this.records.open(ticket.key, stored);
    if (record === undefined) return undefined;
    const current = this.cache.get(ticket.id);
    current?.update(stored, record);
    return (
      current ?? this.cache.add(new LiveSession(this.refresher, ticket.key, stored, record, this.config.platformToken))
    );
  }

  private touch(session: LiveSession): void {
    const idleExpiresAt = session.touch(this.idleMs);
    if (idleExpiresAt === undefined) return;
    this.store
      .extend(session.id, idleExpiresAt)
      .catch((error: unknown) => this.logger.warn(describeError(error), 'a session could not be extended'));
  }

  private refreshInBackground(session: LiveSession, origin: RequestOrigin): void {
    this.refresher.refresh(session, false, origin).catch((error: unknown) => {
      session.retryAfter(RETRY_AHEAD_MS);
      this.logger.warn(describeError(error), 'a refresh ahead of time failed');
    });
  }
}
