import type { Config } from '../../../src/config/config.js';
import { Keyring } from '../../../src/crypto/keyring.js';
import type { IdentityProvider } from '../../../src/identity/identity-provider.js';
import type { TokenVerifier } from '../../../src/identity/token.verifier.js';
import { AuditLog } from '../../../src/observability/audit.log.js';
import { Metrics } from '../../../src/observability/metrics.js';
import type { LiveSession } from '../../../src/session/live-session.js';
import { ProviderLogouts } from '../../../src/session/provider-logouts.js';
import { SessionCache } from '../../../src/session/session.cache.js';
import { SessionCensus } from '../../../src/session/session.census.js';
import { SessionEndings } from '../../../src/session/session.endings.js';
import { SessionRecords } from '../../../src/session/session.records.js';
import { SessionService } from '../../../src/session/session.service.js';
import { TokenRefresher } from '../../../src/session/token.refresher.js';
import { SqliteStore } from '../../../src/store/sqlite.store.js';
import { configOf } from './settings.js';
import { TokenProvider } from './token.provider.js';

/** A request without a trace. */
export const ORIGIN = { requestId: 'request-1', span: undefined };

/** What two replicas share. */
interface Shared {
  readonly store: SqliteStore;
  readonly provider: TokenProvider;
}

/** What stands in the place of the provider in memory. */
interface Identity {
  readonly provider: IdentityProvider;
  readonly verifier: TokenVerifier;
}

type IdentityFactory = (config: Config, metrics: Metrics) => Identity;

/** The sessions of one replica, from the real classes over SQLite in memory. Only the identity provider is a double. */
export class SessionRoom {
  readonly config: Config;
  readonly store: SqliteStore;
  readonly provider: TokenProvider;
  readonly metrics = new Metrics();
  readonly audited: Record<string, unknown>[] = [];
  readonly keyring: Keyring;
  readonly cache = new SessionCache();
  readonly logouts: ProviderLogouts;
  readonly census: SessionCensus;
  readonly records: SessionRecords;
  readonly endings: SessionEndings;
  readonly refresher: TokenRefresher;
  readonly service: SessionService;

  constructor(settings: Readonly<Record<string, string>> = {}, shared?: Shared, createIdentity?: IdentityFactory) {
    const config = (this.config = configOf(settings));
    const store = (this.store = shared?.store ?? new SqliteStore(':memory:'));
    this.provider = shared?.provider ?? new TokenProvider();
    const identity = createIdentity?.(config, this.metrics);
    const provider = identity?.provider ?? (this.provider as unknown as IdentityProvider);
    const verifier = identity?.verifier ?? (this.provider as unknown as TokenVerifier);
    const write = (line: string): void => void this.audited.push(JSON.parse(line) as Record<string, unknown>);
    const audit = new AuditLog(config.oidcIssuer.href, { write, dropped: 0 });
    const keyring = (this.keyring = new Keyring(config.sessionKeys));
    const logouts = (this.logouts = new ProviderLogouts(store));
    const census = (this.census = new SessionCensus(store, this.metrics));
    const records = (this.records = new SessionRecords(store, config));
    const { cache, metrics } = this;
    const endings = new SessionEndings(config, provider, cache, logouts, metrics, audit, census, store, store);
    this.endings = endings;
    const refresher = new TokenRefresher(config, provider, verifier, records, metrics, endings, store);
    this.refresher = refresher;
    this.service = new SessionService(config, refresher, records, cache, endings, logouts, metrics, store, keyring);
  }

  /** Signs a person in; gives the cookie's value. */
  async signIn(subject = 'ann', claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const tokens = this.provider.issue(subject, claims);
    const cookie = await this.service.begin({
      person: { subject, name: undefined, email: undefined, claims: {} },
      tokens,
      idToken: { token: tokens.idToken, claims: this.provider.claimsOf(tokens.idToken) },
      device: 'Firefox',
      startedAt: Date.now(),
    });
    if (cookie === undefined) throw new Error('the sign-in became no session');
    return cookie;
  }

  /** Signs a person in and loads the session. */
  async enter(subject = 'ann', claims: Readonly<Record<string, unknown>> = {}): Promise<LiveSession> {
    const session = await this.service.find(await this.signIn(subject, claims));
    if (session === undefined) throw new Error('there is no session');
    return session;
  }
}
