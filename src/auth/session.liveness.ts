import { Injectable } from '@nestjs/common';
import { SessionCookie } from './session.cookie.js';
import { SessionService } from '../session/session.service.js';
import type { AuthenticatedRequest } from './caller.js';
import { isFresh } from './sso.guard.js';
import type { SsoCaller } from './sso.strategy.js';

/** Whether the caller of a request is still signed in; for responses that may outlast the session. */
@Injectable()
export class SessionLiveness {
  constructor(
    private readonly sessions: SessionService,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Checks the session without extending it.
   * @throws StoreUnavailable
   */
  async isSignedIn(req: AuthenticatedRequest): Promise<boolean> {
    const value = this.cookie.read(req);
    const session = value === undefined ? undefined : await this.sessions.find(value);
    if (session?.isUsable === true) return true;
    return req.caller !== undefined && 'claims' in req.caller && isFresh(req.caller as SsoCaller);
  }
}
