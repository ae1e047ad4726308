import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { AuditLog } from '../observability/audit.log.js';
import { Metrics } from '../observability/metrics.js';
import { RecordStore } from '../store/record.store.js';
import { SessionStore, type StoredSession } from '../store/session.store.js';
import { ProviderLogouts } from './provider-logouts.js';
import { SessionCensus } from './session.census.js';
import { SessionCache } from './session.cache.js';
import { namesOf } from './session.record.js';

/**
 * Why a session ended: its idle or absolute limit; its owner signed out, or ended it from another session; the identity
 * provider ended its own session; or no further token can be obtained for it.
 */
export type SessionEndReason = 'idle' | 'absolute' | 'logout' | 'revoked' | 'provider' | 'token';

/** A session as its owner sees it in a list. */
export type OwnSession = Pick<StoredSession, 'id' | 'device' | 'createdAt' | 'expiresAt' | 'idleExpiresAt'>;

interface Tokens {
  readonly refreshToken: string | undefined;
}

/**
 * Ends sessions. The one place where a session ends, for every reason. Sessions past a limit end too while they are stored:
 * a clock that was wrong and is set right would bring them back.
 */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly cache: SessionCache,
    private readonly logouts: ProviderLogouts,
    private readonly metrics: Metrics,
    private readonly audit: AuditLog,
    private readonly census: SessionCensus,
    private readonly store: SessionStore,
    private readonly records: RecordStore,
  ) {}

  /**
   * Ends a session for good, on every replica, and revokes its refresh token at the provider where that is known: given
   * here, or of a session in this process's memory. All others are sealed, and only their own cookies open them.
   * @returns false when there was no such session
   * @throws StoreUnavailable
   */
  async end(
    id: string,
    reason: SessionEndReason,
    tokens: Tokens | undefined = this.cache.get(id)?.record,
  ): Promise<boolean> {
    const subject = this.cache.get(id)?.record.subject;
    // Before the session goes: whoever is told of its end asks why.
    await this.keepReason(id, reason);
    const removed = await this.store.remove(id);
    this.cache.end(id);
    if (tokens?.refreshToken !== undefined) void this.provider.revoke(tokens.refreshToken);
    if (!removed) return false;
    this.metrics.session(reason === 'idle' || reason === 'absolute' ? 'expired' : 'revoked');
    this.audit.event({ operation: 'sessionEnded', subject, sessionId: id, reason });
    return true;
  }

  /** Why a session was ended; undefined where it reached a limit, or never was. */
  async reasonOf(id: string): Promise<SessionEndReason | undefined> {
    return (await this.records.readRecord(reasonName(id)))?.holder as SessionEndReason | undefined;
  }

  /** For as long as a browser may still send the cookie. That it is not kept costs an explanation, nothing else. */
  private async keepReason(id: string, reason: SessionEndReason): Promise<void> {
    const record = { holder: reason, version: 1, sealed: Buffer.alloc(0) };
    const milliseconds = this.config.sessionMaxSeconds * 1000;
    await this.records.putRecord(reasonName(id), undefined, record, milliseconds).catch(() => false);
  }

  /** A session in memory has reached one of its limits, and so have others perhaps. The store forgets them by itself. */
  expire(id: string): void {
    if (this.cache.end(id)) void this.census.sweep();
  }

  /** The living sessions of a person, the newest first. */
  async listOwn(subject: string): Promise<OwnSession[]> {
    return this.store.listByOwner(this.ownerOf(subject));
  }

  /** Ends one of a person's sessions; false when that person has no such session. */
  async endOwn(subject: string, id: string): Promise<boolean> {
    const own = await this.store.listByOwner(this.ownerOf(subject), 'stored');
    return own.some((session) => session.id === id) && this.end(id, 'revoked');
  }

  /** Ends every session of a person. */
  async endAllOwn(subject: string): Promise<void> {
    await this.endAll(await this.store.listByOwner(this.ownerOf(subject), 'stored'), 'revoked');
  }

  /**
   * Ends the sessions that came of one of the provider's, which its page has named in a frame. Nothing proves who asks,
   * so that nothing is remembered for sign-ins that are under way.
   */
  async endByFrame(sid: string): Promise<void> {
    const { providerSession } = namesOf({ sid, sub: '' }, this.config);
    if (providerSession !== null) await this.endAllOf(providerSession);
  }

  /**
   * Ends the sessions that a logout at the provider covers: those of one of its sessions, or all of a person. A sign-in
   * that began before and is still under way does not become a session either.
   */
  async endByProvider({ sid, sub }: { sid: string | undefined; sub: string | undefined }): Promise<void> {
    const { owner, providerSession } = namesOf({ sid, sub: sub ?? '' }, this.config);
    await this.logouts.note(providerSession ?? owner);
    if (providerSession === null) await this.endAll(await this.store.listByOwner(owner, 'stored'), 'provider');
    else await this.endAllOf(providerSession);
  }

  private async endAllOf(providerSession: string): Promise<void> {
    await this.endAll(await this.store.listByProviderSession(providerSession, 'stored'), 'provider');
  }

  private ownerOf(subject: string): string {
    return namesOf({ sub: subject }, this.config).owner;
  }

  private async endAll(sessions: readonly OwnSession[], reason: SessionEndReason): Promise<void> {
    for (const { id } of sessions) await this.end(id, reason);
  }
}

function reasonName(id: string): string {
  return `session-ended:${id}`;
}
