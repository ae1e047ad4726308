import { Module } from '@nestjs/common';
import { CryptoModule } from '../crypto/crypto.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { StoreModule } from '../store/store.module.js';
import { ProviderLogouts } from './provider-logouts.js';
import { SessionEndings } from './session.endings.js';
import { SessionCensus } from './session.census.js';
import { SessionCache } from './session.cache.js';
import { SessionRecords } from './session.records.js';
import { SessionService } from './session.service.js';
import { TokenRefresher } from './token.refresher.js';

/** The life of sessions: how they begin, stay in memory, are refreshed and end. Knows nothing of HTTP. */
@Module({
  imports: [CryptoModule, IdentityModule, StoreModule],
  providers: [
    ProviderLogouts,
    SessionEndings,
    SessionCache,
    SessionCensus,
    SessionRecords,
    SessionService,
    TokenRefresher,
  ],
  exports: [ProviderLogouts, SessionCache, SessionEndings, SessionService],
})
export class SessionModule {}
