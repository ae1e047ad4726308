import { Module } from '@nestjs/common';
import { CryptoModule } from '../crypto/crypto.module.js';
import { FrontendModule } from '../frontend/frontend.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SessionModule } from '../session/session.module.js';
import { StoreModule } from '../store/store.module.js';
import { AuthController } from './auth.controller.js';
import { HomeController } from './home.controller.js';
import { ProviderLogout } from './provider-logout.js';
import { SessionEvents } from './session-events.js';
import { SessionEventsController } from './session-events.controller.js';
import { SessionLiveness } from './session.liveness.js';
import { SessionCookie } from './session.cookie.js';
import { SessionGuard } from './session.guard.js';
import { SignIn } from './sign-in.js';
import { SignInTurns } from './sign-in.turns.js';
import { SignOut } from './sign-out.js';
import { SsoGuard } from './sso.guard.js';
import { SsoStrategy } from './sso.strategy.js';
import { StreamSubscriptions } from './stream.subscriptions.js';

/** The HTTP side of sessions: sign-in, sign-out, and the guard before every route. */
@Module({
  imports: [CryptoModule, FrontendModule, IdentityModule, SessionModule, StoreModule],
  controllers: [AuthController, HomeController, SessionEventsController],
  providers: [
    ProviderLogout,
    SessionEvents,
    SessionLiveness,
    SessionCookie,
    SessionGuard,
    SignIn,
    SignInTurns,
    SignOut,
    SsoGuard,
    SsoStrategy,
    StreamSubscriptions,
  ],
  exports: [SessionLiveness, SessionGuard, StreamSubscriptions],
})
export class AuthModule {}
