import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { describeError } from '../problems/describe-error.js';
import type { Span } from '../server/trace.js';
import { IdentityProvider, type TokenSet } from './identity-provider.js';
import type { IdTokenClaims } from './id-token.strategy.js';
import type { Keyring } from './keyring.js';
import { LiveSession } from './live-session.js';
import { digest, endedName, newRecord, openRecord, sealRecord } from './session-record.js';
import { SessionMemory } from './session.memory.js';
import { SessionRecords } from './session.records.js';
import { issueTicket, readTicket, resignTicket, type SessionTicket } from './session.ticket.js';
import type { SessionStore, StoredSession } from './stores/session-store.js';
import { TokenRefresher } from './token-refresher.js';
import { KEYRING, SESSION_STORE } from './tokens.js';
import { traced } from './traced.js';

const MAX_DEVICE_CHARACTERS = 200;
/** How long a refresh that nobody waits for is put off after it failed, or each request would try again. */
const RETRY_AHEAD_MS = 5_000;
/** How long a provider's logout waits for sign-ins that began before it. */
const ENDED_MS = 900_000;

/** A session as its owner sees it in a list. */
export type OwnSession = Pick<StoredSession, 'id' | 'device' | 'createdAt' | 'expiresAt' | 'idleExpiresAt'>;

/** The life of sessions: begun, found, extended, ended. */
@Injectable()
export class Sessions implements OnApplicationShutdown {
  private readonly logger = new Logger('Sessions');
  private readonly memory = new SessionMemory();
  private readonly idleMs: number;
  private readonly maxMs: number;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly refresher: TokenRefresher,
    private readonly records: SessionRecords,
    private readonly metrics: Metrics,
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {
    this.idleMs = config.sessionIdleSeconds * 1000;
    this.maxMs = config.sessionMaxSeconds * 1000;
    store.onChange((id) => this.memory.forget(id));
  }

  /** A session that can be used at once: in memory, alive, with a token that needs no waiting for. */
  ready(cookie: string, span?: Span): LiveSession | undefined {
    const session = this.memory.known(cookie);
    const now = Date.now();
    if (session === undefined || !session.isAlive(now) || !session.hasToken(now)) return undefined;
    if (session.wantsRefresh(now)) this.refreshInBackground(session, span);
    this.touch(session, now);
    return session;
  }

  /**
   * The session of a cookie, from the store where need be, with a token that can be forwarded.
   * @returns undefined when there is no such session (any more)
   * @throws StoreUnavailable, or a Problem when no valid token can be had now
   */
  async enter(cookie: string, span?: Span): Promise<LiveSession | undefined> {
    const session = await this.find(cookie, span);
    if (session === undefined) return undefined;
    if (!session.hasToken(Date.now())) await this.refresher.refresh(session, true, span);
    if (session.ended) return undefined;
    this.touch(session, Date.now());
    return session;
  }

  /** The session of a cookie as it is: neither extended nor refreshed. */
  async find(cookie: string, span?: Span): Promise<LiveSession | undefined> {
    const known = this.memory.known(cookie);
    if (known?.isAlive(Date.now())) return known;
    const ticket = readTicket(cookie, this.keyring);
    if (ticket === undefined) return undefined;
    const moment = this.memory.now();
    const held = this.memory.get(ticket.id);
    const hasExpired = held?.isAlive(Date.now()) === false;
    const session = await traced(span, 'open session', async () => {
      const opened = held ?? (await this.open(ticket));
      if (opened !== undefined) await this.records.reread(opened);
      return opened;
    });
    if (session?.isAlive(Date.now()) !== true) {
      if (hasExpired) this.metrics.session('expired');
      this.memory.end(ticket.id);
      return undefined;
    }
    this.memory.vouch(session, cookie, moment);
    return session;
  }

  /** Begins a session with a new id; the value is for its cookie. */
  async begin(tokens: TokenSet & { idToken: string }, claims: IdTokenClaims, device: string): Promise<string> {
    const { ticket, value } = issueTicket(this.keyring);
    const now = Date.now();
    await this.store.create({
      id: ticket.id,
      version: 1,
      sealed: sealRecord(ticket.key, ticket.id, newRecord(tokens, claims, this.config.platformToken)),
      owner: this.ownerOf(claims.sub),
      providerSession: claims.sid === undefined ? null : this.providerSessionOf(claims.sid),
      device: device.slice(0, MAX_DEVICE_CHARACTERS),
      createdAt: now,
      expiresAt: now + this.maxMs,
      idleExpiresAt: now + Math.min(this.idleMs, this.maxMs),
    });
    this.metrics.session('created');
    const ended = claims.sid !== undefined && endedName(this.providerSessionOf(claims.sid));
    // The provider may have ended its session while ours was on its way.
    if (ended && (await this.store.remembers(ended))) await this.remove(ticket.id);
    return value;
  }

  /** Ends the session of a cookie for good, here and at the provider; nothing happens when there is none. */
  async end(cookie: string): Promise<void> {
    const session = await this.find(cookie);
    if (session === undefined) return;
    await this.remove(session.id);
    if (session.record.refreshToken !== undefined) void this.provider.revoke(session.record.refreshToken);
  }

  /** The cookie's value signed with the first key, when it was signed with one that is about to be retired. */
  resigned(cookie: string): string | undefined {
    return readTicket(cookie, this.keyring)?.stale === true ? resignTicket(cookie, this.keyring) : undefined;
  }

  /** The living sessions of a person, the newest first. */
  async listOwn(subject: string): Promise<OwnSession[]> {
    return this.store.listByOwner(this.ownerOf(subject));
  }

  /** Ends one of a person's sessions; false when that person has no such session. */
  async endOwn(subject: string, id: string): Promise<boolean> {
    const own = await this.listOwn(subject);
    return own.some((session) => session.id === id) && this.remove(id);
  }

  /**
   * Ends what a provider's logout means: the sessions that came of one of its own, or every session of the person. One
   * that is just being begun dies too, since the provider's session that it comes from is marked.
   */
  async endByProvider({ sid, sub }: { sid?: string; sub?: string }): Promise<void> {
    if (sid !== undefined) await this.store.rememberOnce(endedName(this.providerSessionOf(sid)), ENDED_MS);
    const named = sid === undefined ? [] : await this.store.listByProviderSession(this.providerSessionOf(sid));
    const all = sid === undefined && sub !== undefined ? await this.listOwn(sub) : [];
    for (const { id } of [...named, ...all]) await this.remove(id);
  }

  /** Ends every session of a person. */
  async endAllOwn(subject: string): Promise<void> {
    for (const { id } of await this.listOwn(subject)) await this.remove(id);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.refresher.settled();
    await this.store.close();
  }

  private async open(ticket: SessionTicket): Promise<LiveSession | undefined> {
    const stored = await this.store.read(ticket.id);
    const record = stored && openRecord(ticket.key, stored.id, stored.sealed);
    if (stored === undefined || record === undefined) return undefined;
    return this.memory.add(new LiveSession(this.refresher, ticket.key, stored, record, this.config.platformToken));
  }

  private async remove(id: string): Promise<boolean> {
    const removed = await this.store.remove(id);
    this.memory.end(id);
    if (removed) this.metrics.session('revoked');
    return removed;
  }

  private touch(session: LiveSession, now: number): void {
    const idleExpiresAt = session.touch(now, this.idleMs);
    if (idleExpiresAt === undefined) return;
    this.store
      .extend(session.id, idleExpiresAt)
      .catch((error: unknown) => this.logger.warn(describeError(error), 'a session could not be extended'));
  }

  private refreshInBackground(session: LiveSession, span: Span | undefined): void {
    this.refresher.refresh(session, false, span).catch((error: unknown) => {
      session.retryAt = Math.max(session.retryAt, Date.now() + RETRY_AHEAD_MS);
      this.logger.warn(describeError(error), 'a refresh ahead of time failed');
    });
  }

  private ownerOf(subject: string): string {
    return digest(this.config.oidcIssuer.href, subject);
  }

  private providerSessionOf(sid: string): string {
    return digest(this.config.oidcIssuer.href, 'sid', sid);
  }
}
