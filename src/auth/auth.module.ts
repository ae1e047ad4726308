import { Module } from '@nestjs/common';
import { CryptoModule } from '../crypto/crypto.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SessionModule } from '../session/session.module.js';
import { StoreModule } from '../store/store.module.js';
import { AuthController } from './auth.controller.js';
import { BackchannelLogout } from './backchannel-logout.js';
import { Login } from './login.js';
import { SessionLiveness } from './session.liveness.js';
import { SessionCookie } from './session.cookie.js';
import { SessionGuard } from './session.guard.js';
import { SsoTokens } from './sso-tokens.js';

/** The HTTP side of sessions: sign-in, sign-out, and the guard before every route. */
@Module({
  imports: [CryptoModule, IdentityModule, SessionModule, StoreModule],
  controllers: [AuthController],
  providers: [BackchannelLogout, Login, SessionLiveness, SessionCookie, SessionGuard, SsoTokens],
  exports: [SessionLiveness, SessionGuard],
})
export class AuthModule {}
