import { Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthController } from '../../../src/auth/auth.controller.js';
import { HomeController } from '../../../src/auth/home.controller.js';
import { ProviderLogout } from '../../../src/auth/provider-logout.js';
import { SessionCookie } from '../../../src/auth/session.cookie.js';
import { SessionEvents } from '../../../src/auth/session-events.js';
import { SessionGuard } from '../../../src/auth/session.guard.js';
import { SessionLiveness } from '../../../src/auth/session.liveness.js';
import { SignIn } from '../../../src/auth/sign-in.js';
import { SignInTurns } from '../../../src/auth/sign-in.turns.js';
import { SignOut } from '../../../src/auth/sign-out.js';
import { SsoGuard } from '../../../src/auth/sso.guard.js';
import { SsoStrategy } from '../../../src/auth/sso.strategy.js';
import type { Config } from '../../../src/config/config.js';
import type { Frontend } from '../../../src/frontend/frontend.js';
import { IdentityProvider } from '../../../src/identity/identity-provider.js';
import { ProviderDiscovery } from '../../../src/identity/provider.discovery.js';
import { TokenVerifier } from '../../../src/identity/token.verifier.js';
import type { Metrics } from '../../../src/observability/metrics.js';
import { cookieHeader, requestFor } from './exchange.js';
import { type LogLine, takeLog } from './log.js';
import { MemoryProvider, type SigningKey } from './memory.provider.js';
import { SessionRoom } from './session.room.js';

/** Everything about sign-in, sign-out and sessions, from the real classes; the provider answers in memory. */
export class AuthRoom {
  readonly log = takeLog();
  readonly memory: MemoryProvider;
  readonly sessions: SessionRoom;
  readonly cookie: SessionCookie;
  readonly turns: SignInTurns;
  readonly signIn: SignIn;
  readonly signOut: SignOut;
  readonly providerLogout: ProviderLogout;
  readonly sso: SsoGuard;
  readonly guard: SessionGuard;
  readonly liveness: SessionLiveness;
  readonly events: SessionEvents;
  readonly controller: AuthController;
  discovery!: ProviderDiscovery;
  identity!: IdentityProvider;
  verifier!: TokenVerifier;

  constructor(key: SigningKey, settings: Readonly<Record<string, string>> = {}) {
    this.memory = new MemoryProvider(key);
    this.sessions = new SessionRoom(settings, undefined, (...parts) => this.createIdentity(...parts));
    const { config, service, endings, cache, store, keyring, metrics } = this.sessions;
    const cookie = (this.cookie = new SessionCookie(config));
    const turns = (this.turns = new SignInTurns(store, keyring));
    const { identity, verifier, discovery } = this;
    this.signIn = new SignIn(config, identity, verifier, service, turns, cookie, metrics, keyring);
    this.signOut = new SignOut(config, identity, service, store, keyring);
    this.providerLogout = new ProviderLogout(verifier, discovery, endings, store, metrics);
    // Passport takes it by its name.
    void new SsoStrategy(config, discovery);
    this.sso = new SsoGuard(config);
    this.guard = new SessionGuard(config, service, this.sso, cookie, new Reflector());
    this.liveness = new SessionLiveness(service, cookie);
    this.events = new SessionEvents(config, service, endings, cache, cookie);
    this.controller = new AuthController(
      config,
      this.signIn,
      this.signOut,
      service,
      endings,
      cookie,
      this.providerLogout,
    );
  }

  get config(): Config {
    return this.sessions.config;
  }

  home(frontend?: Frontend): HomeController {
    return new HomeController(this.config, this.signOut, this.sessions.service, this.cookie, frontend);
  }

  /** The lines that are warnings or errors. */
  get warnings(): LogLine[] {
    return this.log.filter(({ level }) => level !== 'log');
  }

  /** Signs the person in as a browser does; gives the `Cookie` header of its session. */
  async browse(): Promise<string> {
    const started = await this.signIn.start({}, requestFor('/auth/login'));
    const query = this.memory.authorize(new URL(started.url));
    const headers = { cookie: cookieHeader(started.cookies), 'user-agent': 'Firefox' };
    const { cookies } = await this.signIn.finish(requestFor(`/auth/callback${query}`, { headers }));
    return cookieHeader(cookies);
  }

  async close(): Promise<void> {
    Logger.overrideLogger(true);
    this.discovery.onApplicationShutdown();
    await this.sessions.store.close();
  }

  private createIdentity(config: Config, metrics: Metrics): { provider: IdentityProvider; verifier: TokenVerifier } {
    this.discovery = new ProviderDiscovery(config, this.memory.http, metrics);
    this.identity = new IdentityProvider(config, this.discovery, metrics);
    this.verifier = new TokenVerifier(config, this.discovery);
    return { provider: this.identity, verifier: this.verifier };
  }
}
