import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import type { RequestOrigin } from '../http/tracing.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { describeFailure } from '../identity/provider.failure.js';
import type { TokenSet } from '../identity/token.response.js';
import { TokenVerifier } from '../identity/token.verifier.js';
import { Metrics, type RefreshOutcome } from '../observability/metrics.js';
import { LeaseStore } from '../store/lease.store.js';
import { StoreUnavailable } from '../store/store-unavailable.js';
import type { LiveSession, Refresher } from './live-session.js';
import { refreshedRecord, type SessionRecord, type VerifiedIdToken } from './session.record.js';
import { SessionEndings } from './session.endings.js';
import { SessionRecords } from './session.records.js';
import { unauthenticated } from './unauthenticated.js';

interface Lease {
  readonly name: string;
  readonly holder: string;
}

/** How long a replica that died during a refresh blocks the others. */
const LEASE_MS = 5_000;
/** How old a lease may be when its refresh begins: it must not expire before it is renewed for the first time. */
const FRESH_MS = LEASE_MS / 2;
const NO_TOKENS = { refreshToken: undefined };
/** How often a replica checks whether another one's refresh has finished. */
const POLL_MS = 100;
/** How long a request waits for a refresh, of this or another replica. */
const PATIENCE_MS = 25_000;
/** How long a new token is kept in memory while the store is unavailable. */
const KEEP_MS = 900_000;
/** Pause after a failure of the provider. */
const RETRY_MS = 5_000;

/**
 * Refreshes the token of a session once, however many requests and replicas want it: one lease per session, a second
 * look at the record under the lease, a compare-and-set on the write. Runs to its end even if the requesting client
 * disconnects: a rotated refresh token that is not stored signs a person out.
 */
@Injectable()
export class TokenRefresher implements Refresher {
  private readonly logger = new Logger('TokenRefresher');
  private readonly running = new Set<Promise<void>>();
  /** Sessions whose next record waits for the store, and until when. */
  private readonly unwritten = new Map<LiveSession, Promise<void>>();
  private isEnding = false;
  private hasWarned = false;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly verifier: TokenVerifier,
    private readonly records: SessionRecords,
    private readonly metrics: Metrics,
    private readonly endings: SessionEndings,
    private readonly leases: LeaseStore,
  ) {}

  now(): number {
    return this.records.now();
  }

  /**
   * Resolves when the session has its next token, or has ended.
   * @param isAwaited whether a request waits for it
   * @throws Problem 503 while the provider is unavailable | 401 when there is no next token and the current one has
   * expired
   */
  refresh(session: LiveSession, isAwaited: boolean, origin: RequestOrigin): Promise<void> {
    session.refreshing ??= this.track(
      this.counted(session, isAwaited, origin).finally(() => (session.refreshing = undefined)),
    );
    return session.refreshing;
  }

  /**
   * The next token of a session whose own has too little left.
   * @throws Problem 401 if the session has ended | what `refresh` throws
   */
  async fresh(session: LiveSession, origin: RequestOrigin): Promise<string> {
    await this.refresh(session, true, origin);
    if (session.ended) throw unauthenticated('session_ended');
    return session.token;
  }

  /** The next token after the platform refused a valid one, if there is another. */
  async renew(session: LiveSession, refused: string, origin: RequestOrigin): Promise<string | undefined> {
    const isCurrent = session.token === refused && session.record.renewable;
    // Of several calls refused at once, one causes the refresh and the others wait for it.
    const isDue = isCurrent && (session.refreshing !== undefined || session.mayRenew());
    if (isDue || !session.hasToken) await this.refresh(session, true, origin);
    return session.ended || session.token === refused ? undefined : session.token;
  }

  /** Resolves when no refresh is in progress and no obtained token is left to store. */
  async settled(): Promise<void> {
    this.isEnding = true;
    await Promise.allSettled(this.running);
  }

  private track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
    return tracked;
  }

  private async counted(session: LiveSession, isAwaited: boolean, origin: RequestOrigin): Promise<void> {
    let outcome: RefreshOutcome = 'unavailable';
    try {
      outcome = await this.run(session, origin);
      await this.demandToken(session);
    } finally {
      this.metrics.refresh(session.ended ? 'over' : outcome, isAwaited);
    }
  }

  private async run(session: LiveSession, origin: RequestOrigin): Promise<RefreshOutcome> {
    if (this.unwritten.has(session)) throw new StoreUnavailable(new Error('its next record is not written yet'));
    const { version } = session;
    const lease = { name: `refresh:${session.id}`, holder: randomUUID() };
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(POLL_MS)) {
      const askedAt = performance.now();
      const isTaken = await this.leases.lease(lease.name, lease.holder, LEASE_MS);
      await this.records.reread(session);
      // A process that was paused meanwhile may have lost the lease, and the record may be older than another's refresh.
      const isOurs = isTaken && performance.now() - askedAt < FRESH_MS;
      const isDone = session.ended || session.version !== version;
      if (isOurs)
        await this.holding(lease, session, async () => (isDone ? undefined : this.renewTokens(session, origin)));
      if (isDone) return 'adopted';
      if (isOurs) return session.version === version ? 'unavailable' : 'renewed';
    }
    throw unavailable('another replica');
  }

  /**
   * Renews the lease while the provider is slow, and until the next record is written: the provider has used up the
   * refresh token that is stored. The lease of a replica that dies expires.
   */
  private async holding({ name, holder }: Lease, session: LiveSession, act: () => Promise<void>): Promise<void> {
    const keep = (): unknown => this.leases.lease(name, holder, LEASE_MS).catch(() => undefined);
    const keepAlive = setInterval(keep, LEASE_MS / 3);
    const letGo = async (): Promise<void> => {
      clearInterval(keepAlive);
      await this.leases.release(name, holder).catch(() => undefined);
    };
    try {
      await act();
    } finally {
      const writing = this.unwritten.get(session);
      if (writing === undefined) await letGo();
      else void this.track(writing.then(letGo));
    }
  }

  private async renewTokens(session: LiveSession, origin: RequestOrigin): Promise<void> {
    const { version } = session;
    const { refreshToken, renewable } = session.record;
    if (refreshToken === undefined || !renewable) return;
    const answer = await this.provider.refresh(refreshToken, origin);
    switch (answer.outcome) {
      case 'tokens':
        return this.take(session, answer.tokens, origin);
      case 'over':
        return this.endUnlessRefreshed(session, version);
      case 'unavailable':
        session.retryAfter(RETRY_MS);
        if (!session.hasToken) throw unavailable('the identity provider', answer.cause);
    }
  }

  /** A refresh may bring no token to forward: the current one is used until it expires, then the session ends. */
  private async demandToken(session: LiveSession): Promise<void> {
    if (session.ended || session.hasToken) return;
    if (session.record.renewable) throw unavailable('the identity provider');
    await this.endings.end(session.id, 'token');
    throw unauthenticated('reauthentication_required');
  }

  /** `invalid_grant` ends a session unless another replica has refreshed it since `version`; nothing else does. */
  private async endUnlessRefreshed(session: LiveSession, version: number): Promise<void> {
    await this.records.reread(session);
    // The provider has forgotten the refresh token already; there is nothing to revoke.
    if (!session.ended && session.version === version) await this.endings.end(session.id, 'token', NO_TOKENS);
  }

  private async take(session: LiveSession, tokens: TokenSet, origin: RequestOrigin): Promise<void> {
    const { record } = session;
    const idToken = await this.verify(tokens, origin);
    // Tokens of another person: end the session and revoke them.
    if (idToken !== undefined && idToken.claims.sub !== record.subject) {
      this.logger.warn({ requestId: origin.requestId }, 'a refresh brought an id_token of another person');
      return void (await this.endings.end(session.id, 'token', tokens));
    }
    await this.write(session, refreshedRecord(record, tokens, idToken, this.config));
    // Do not immediately ask again after a token that cannot be forwarded.
    if (session.wantsRefresh) session.retryAfter(RETRY_MS);
  }

  /** The new id_token, if it is valid. The refresh token that came with it is kept in any case. */
  private async verify(
    { idToken: token }: TokenSet,
    { requestId }: RequestOrigin,
  ): Promise<VerifiedIdToken | undefined> {
    if (token === undefined) return this.warnWithoutIdToken(requestId);
    try {
      return { token, claims: await this.verifier.idToken(token) };
    } catch (error) {
      this.logger.warn(
        { requestId, ...describeFailure(error) },
        'a refresh brought an id_token that cannot be accepted',
      );
      return undefined;
    }
  }

  /** Logged once: where the id_token is forwarded, every session ends with its first one. */
  private warnWithoutIdToken(requestId: string): undefined {
    if (this.hasWarned || this.config.platformToken !== 'id_token') return;
    this.hasWarned = true;
    const hint =
      'let the provider give an id_token for refreshes, or set PLATFORM_TOKEN=access_token if the platform takes it';
    this.logger.warn({ requestId, hint }, 'a refresh brought no id_token: sessions end with their first one');
  }

  /** A session that has ended meanwhile has no record to write to and stays ended: a logout beats a refresh. */
  private async write(session: LiveSession, next: SessionRecord): Promise<void> {
    const isWritten = await this.records.write(session, next).catch((error: unknown) => {
      this.unwritten.set(session, this.track(this.keep(session, next)));
      throw error;
    });
    if (isWritten) return;
    await this.records.reread(session);
    if (session.ended && next.refreshToken !== undefined) void this.provider.revoke(next.refreshToken);
  }

  /** The old refresh token must not be used while its successor waits to be stored. */
  private async keep(session: LiveSession, next: SessionRecord): Promise<void> {
    const deadline = performance.now() + KEEP_MS;
    await this.records.keepWriting(session, next, () => !this.isEnding && performance.now() < deadline);
    this.unwritten.delete(session);
  }
}

function unavailable(who: string, cause?: unknown): Problem {
  const message = `No new token could be obtained from ${who} in time; please retry.`;
  return new Problem('identity_provider_unavailable', { message, retryAfterSeconds: 5, cause });
}
