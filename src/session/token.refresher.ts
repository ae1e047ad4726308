import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '../config/config.js';
import { describeError, Problem } from '../http/problem.js';
import type { Span } from '../http/tracing.js';
import { IdTokenStrategy } from '../identity/id-token.verifier.js';
import { IdentityProvider, RefreshFailure, type TokenSet } from '../identity/identity-provider.js';
import { Metrics, type RefreshOutcome } from '../observability/metrics.js';
import { LeaseStore } from '../store/lease.store.js';
import { StoreUnavailable } from '../store/store-unavailable.js';
import type { LiveSession, Refresher } from './live-session.js';
import type { SessionRecord } from './session.record.js';
import { SessionEndings } from './session.endings.js';
import { SessionRecords } from './session.records.js';
import { unauthenticated } from './unauthenticated.js';

interface Lease {
  readonly name: string;
  readonly holder: string;
}

/** How long a replica that died in a refresh keeps the others waiting. */
const LEASE_MS = 5_000;
const NO_TOKENS = { refreshToken: undefined };
/** How often a replica looks whether another one's refresh is done. */
const POLL_MS = 100;
/** How long somebody waits for a refresh, ours or another replica's. */
const PATIENCE_MS = 25_000;
/** How long a new token is kept for a store that does not take it. */
const KEEP_MS = 900_000;
/** How long a provider that failed is left alone. */
const RETRY_MS = 5_000;

/**
 * Gets a session its next token, once, however many requests and replicas want it: one lease per session, a second look
 * at the record once it is held, a compare-and-set on the write. Runs to its end whoever asked for it goes away: a
 * rotated refresh token that is not written down logs a person out.
 */
@Injectable()
export class TokenRefresher implements Refresher {
  private readonly logger = new Logger('TokenRefresher');
  private readonly running = new Set<Promise<void>>();
  private readonly unwritten = new Set<LiveSession>();
  private isEnding = false;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly idTokens: IdTokenStrategy,
    private readonly records: SessionRecords,
    private readonly metrics: Metrics,
    private readonly endings: SessionEndings,
    private readonly leases: LeaseStore,
  ) {}

  /**
   * Resolves once the session has its next token, or has ended.
   * @param isAwaited whether a caller cannot go on without it
   * @throws Problem 503 while the provider is away | 401 when there is no next token and the old one is used up
   */
  refresh(session: LiveSession, isAwaited: boolean, span?: Span): Promise<void> {
    session.refreshing ??= this.track(
      this.counted(session, isAwaited, span).finally(() => (session.refreshing = undefined)),
    );
    return session.refreshing;
  }

  /** After the platform refused a token that is valid: the next one, if there is another. */
  async renew(session: LiveSession, refused: string, span?: Span): Promise<string | undefined> {
    const isCurrent = session.token === refused && session.record.renewable;
    // Of calls that were refused together one causes the refresh, and the others wait for it.
    if (isCurrent && (session.refreshing || session.mayRenew(Date.now()))) await this.refresh(session, true, span);
    return session.ended || session.token === refused ? undefined : session.token;
  }

  /** Resolves when no refresh is under way any more, nor a token unwritten that can be written. */
  async settled(): Promise<void> {
    this.isEnding = true;
    await Promise.allSettled(this.running);
  }

  private track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
    return tracked;
  }

  private async counted(session: LiveSession, isAwaited: boolean, span: Span | undefined): Promise<void> {
    let outcome: RefreshOutcome = 'unavailable';
    try {
      outcome = await this.run(session, span);
      await this.demandToken(session);
    } finally {
      this.metrics.refresh(session.ended ? 'over' : outcome, isAwaited);
    }
  }

  private async run(session: LiveSession, span: Span | undefined): Promise<RefreshOutcome> {
    if (this.unwritten.has(session)) throw new StoreUnavailable(new Error('its next record is not written yet'));
    const { version } = session;
    const lease = { name: `refresh:${session.id}`, holder: randomUUID() };
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
      const isOurs = await this.leases.lease(lease.name, lease.holder, LEASE_MS);
      await this.records.reread(session);
      const isDone = session.ended || session.version !== version;
      if (isOurs) await this.holding(lease, () => (isDone ? Promise.resolve() : this.renewTokens(session, span)));
      if (isDone) return 'adopted';
      if (isOurs) return session.version === version ? 'unavailable' : 'renewed';
    }
    throw unavailable('another replica');
  }

  /** Keeps the lease while the provider is slow; a replica that dies lets it run out. */
  private async holding({ name, holder }: Lease, act: () => Promise<void>): Promise<void> {
    const keep = (): unknown => this.leases.lease(name, holder, LEASE_MS).catch(() => undefined);
    const keepAlive = setInterval(keep, LEASE_MS / 3);
    try {
      await act();
    } finally {
      clearInterval(keepAlive);
      await this.leases.release(name, holder).catch(() => undefined);
    }
  }

  private async renewTokens(session: LiveSession, span: Span | undefined): Promise<void> {
    const { refreshToken, renewable } = session.record;
    if (refreshToken === undefined || !renewable) return;
    try {
      const tokens = await this.provider.refresh(refreshToken, span);
      const next = await this.nextRecord(session.record, tokens);
      // Tokens of another person: the session ends, and they are given back.
      if (next === undefined) return void (await this.endings.end(session.id, 'token', tokens));
      await this.write(session, next);
      // One that came and cannot be forwarded is not asked for again at once.
      if (session.wantsRefresh(Date.now())) session.retryAt = Date.now() + RETRY_MS;
    } catch (error) {
      await this.onFailure(session, error);
    }
  }

  /** A refresh may bring nothing to forward: the token there is serves to its end, and nobody is let in behind it. */
  private async demandToken(session: LiveSession): Promise<void> {
    if (session.ended || session.hasToken(Date.now())) return;
    if (session.record.renewable) throw unavailable('the identity provider');
    await this.endings.end(session.id, 'token');
    throw unauthenticated('reauthentication_required', 'Your sign-in has run out; sign in again.');
  }

  /** `invalid_grant` ends a session unless somebody else has refreshed it meanwhile; nothing else does. */
  private async onFailure(session: LiveSession, error: unknown): Promise<void> {
    if (!(error instanceof RefreshFailure)) throw error;
    const { version } = session;
    if (error.kind === 'over') {
      await this.records.reread(session);
      // The provider has forgotten the refresh token already; there is nothing to revoke.
      if (!session.ended && session.version === version) await this.endings.end(session.id, 'token', NO_TOKENS);
      return;
    }
    this.logger.warn(describeError(error.cause), 'the identity provider gave no new token');
    session.retryAt = Date.now() + RETRY_MS;
    if (!session.hasToken(Date.now())) throw unavailable('the identity provider', error);
  }

  /** A session that ended meanwhile (a logout beats a refresh) has no record to write to, and stays ended. */
  private async write(session: LiveSession, next: SessionRecord): Promise<void> {
    const isWritten = await this.records.write(session, next).catch((error: unknown) => {
      void this.track(this.keep(session, next));
      throw error;
    });
    if (isWritten) return;
    await this.records.reread(session);
    if (session.ended && next.refreshToken !== undefined) void this.provider.revoke(next.refreshToken);
  }

  /** Nobody may use the old refresh token as long as its successor waits to be written. */
  private async keep(session: LiveSession, next: SessionRecord): Promise<void> {
    const deadline = Date.now() + KEEP_MS;
    this.unwritten.add(session);
    await this.records.keepWriting(session, next, () => !this.isEnding && Date.now() < deadline);
    this.unwritten.delete(session);
  }

  /** The record after a refresh, with its refresh token whatever else came; undefined where it speaks of somebody else. */
  private async nextRecord(record: SessionRecord, tokens: TokenSet): Promise<SessionRecord | undefined> {
    const { idToken } = tokens;
    const claims = idToken === undefined ? undefined : await this.idTokens.verify(idToken).catch(() => undefined);
    if (claims !== undefined && claims.sub !== record.subject) return undefined;
    const next = {
      ...record,
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? record.refreshToken,
      idToken: claims === undefined ? record.idToken : (idToken ?? record.idToken),
    };
    const end =
      this.config.platformToken === 'access_token' ? tokens.accessTokenExpiresAt : claims && claims.exp * 1000;
    if (end === undefined) return { ...next, renewable: idToken !== undefined };
    return { ...next, tokenExpiresAt: end, tokenReceivedAt: Date.now(), renewable: true };
  }
}

function unavailable(who: string, cause?: unknown): Problem {
  const message = `No valid token could be had from ${who} in time; try again.`;
  return new Problem('identity_provider_unavailable', { message, retryAfterSeconds: 5, cause });
}
