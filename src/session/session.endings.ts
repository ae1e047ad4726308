import { Inject, Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { ProviderLogouts } from './provider-logouts.js';
import { namesOf } from './session.record.js';
import { SessionCache } from './session.cache.js';
import { type SessionStore, type StoredSession, SESSION_STORE } from '../store/session-store.js';

/** A session as its owner sees it in a list. */
export type OwnSession = Pick<StoredSession, 'id' | 'device' | 'createdAt' | 'expiresAt' | 'idleExpiresAt'>;

interface Tokens {
  readonly refreshToken: string | undefined;
}

/** The end of sessions, whoever wants it: their owner, from here or from elsewhere, or the identity provider. */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly memory: SessionCache,
    private readonly logouts: ProviderLogouts,
    private readonly metrics: Metrics,
    @Inject(SESSION_STORE) private readonly store: SessionStore,
  ) {}

  /**
   * Ends a session for good, and revokes its refresh token at the provider where that is known: told here, or open in
   * this process's memory. All others are sealed, and only their own cookies open them.
   * @returns false when there was no such session
   */
  async end(id: string, tokens: Tokens | undefined = this.memory.get(id)?.record): Promise<boolean> {
    const removed = await this.store.remove(id);
    this.memory.end(id);
    if (tokens?.refreshToken !== undefined) void this.provider.revoke(tokens.refreshToken);
    if (removed) this.metrics.session('revoked');
    return removed;
  }

  /** The living sessions of a person, the newest first. */
  async listOwn(subject: string): Promise<OwnSession[]> {
    return this.store.listByOwner(namesOf({ sub: subject }, this.config).owner);
  }

  /** Ends one of a person's sessions; false when that person has no such session. */
  async endOwn(subject: string, id: string): Promise<boolean> {
    const own = await this.listOwn(subject);
    return own.some((session) => session.id === id) && this.end(id);
  }

  /** Ends every session of a person. */
  async endAllOwn(subject: string): Promise<void> {
    await this.endAll(await this.listOwn(subject));
  }

  /**
   * Ends what a provider's logout means: the sessions that came of one of its own, or every session of the person. One
   * that is just being begun dies too.
   */
  async endByProvider({ sid, sub }: { sid?: string; sub?: string }): Promise<void> {
    const { owner, providerSession } = namesOf({ sid, sub: sub ?? '' }, this.config);
    await this.logouts.note(providerSession ?? owner);
    if (providerSession === null) await this.endAll(await this.store.listByOwner(owner));
    else await this.endAll(await this.store.listByProviderSession(providerSession));
  }

  private async endAll(sessions: readonly OwnSession[]): Promise<void> {
    for (const { id } of sessions) await this.end(id);
  }
}
