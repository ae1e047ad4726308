import { Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../http/exchange.js';
import { SessionCookie } from './session.cookie.js';
import { SessionService } from '../session/session.service.js';
import { SsoTokens } from './sso-tokens.js';

/** Whether whoever sent a request is still there: for answers that take longer than a session may. */
@Injectable()
export class SessionLiveness {
  constructor(
    private readonly sessions: SessionService,
    private readonly sso: SsoTokens,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Asks without keeping anything alive.
   * @throws StoreUnavailable
   */
  async isSignedIn(req: GatewayRequest): Promise<boolean> {
    const value = this.cookie.read(req);
    const session = value === undefined ? undefined : await this.sessions.find(value);
    return session?.isUsable(Date.now()) === true || (await this.sso.enter(req)) !== undefined;
  }
}
