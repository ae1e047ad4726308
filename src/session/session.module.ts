import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { AuthController } from './auth.controller.js';
import { BackchannelLogout } from './backchannel-logout.js';
import { IdentityProvider } from './identity-provider.js';
import { IdTokenStrategy } from './id-token.strategy.js';
import { Keyring } from './keyring.js';
import { Login } from './login.js';
import { Presence } from './presence.js';
import { ProviderLogouts } from './provider-logouts.js';
import { SessionCookie } from './session.cookie.js';
import { SessionEndings } from './session-endings.js';
import { SessionGuard } from './session.guard.js';
import { SessionMemory } from './session.memory.js';
import { SessionRecords } from './session.records.js';
import { Sessions } from './sessions.js';
import { SsoTokens } from './sso-tokens.js';
import type { SessionStore } from './stores/session-store.js';
import { SqliteStore } from './stores/sqlite.store.js';
import { TokenRefresher } from './token-refresher.js';
import { KEYRING, SESSION_STORE } from './tokens.js';

/** Who is calling. Its guard is to stand before every route of the gateway. */
@Module({
  controllers: [AuthController],
  providers: [
    { provide: KEYRING, inject: [Config], useFactory: ({ sessionKeys }: Config) => new Keyring(sessionKeys) },
    {
      provide: SESSION_STORE,
      inject: [Config],
      useFactory: async ({ sessionStoreUrl: url }: Config): Promise<SessionStore> => {
        if (url.startsWith('sqlite:')) return new SqliteStore(url.slice('sqlite:'.length));
        // Redis's client takes 6 MB, for those who use it.
        const { RedisStore } = await import('./stores/redis.store.js');
        return RedisStore.open(url);
      },
    },
    BackchannelLogout,
    IdentityProvider,
    IdTokenStrategy,
    Login,
    Presence,
    ProviderLogouts,
    SessionCookie,
    SessionEndings,
    SessionGuard,
    SessionMemory,
    SessionRecords,
    Sessions,
    SsoTokens,
    TokenRefresher,
  ],
  exports: [KEYRING, Presence, SESSION_STORE, SessionGuard],
})
export class SessionModule {}
