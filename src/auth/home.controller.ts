import { Controller, Get, Inject, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import type { Frontend } from '../frontend/frontend.js';
import { FRONTEND } from '../frontend/frontend.module.js';
import type { GatewayResponse } from '../http/exchange.js';
import { personOf, type Person } from '../identity/person.js';
import { SessionService } from '../session/session.service.js';
import { type AuthenticatedRequest, Navigation, Public } from './caller.js';
import { sendHomePage } from './pages.js';
import { redirect } from './redirect.js';
import { SessionCookie } from './session.cookie.js';
import { SignInFilter } from './sign-in.filter.js';
import { SignOut } from './sign-out.js';
import { SsoGuard } from './sso.guard.js';
import type { SsoCaller } from './sso.strategy.js';

/** What there is at the gateway's own address. */
@Controller()
@ApiExcludeController()
@UseFilters(SignInFilter)
export class HomeController {
  constructor(
    private readonly config: Config,
    private readonly signOut: SignOut,
    private readonly sessions: SessionService,
    private readonly cookie: SessionCookie,
    @Inject(FRONTEND) private readonly frontend: Frontend | undefined,
  ) {}

  /**
   * Where the identity provider sends the browser after a logout, which continues from here; else the frontend, the
   * company's own page, or one that says what this is and who is signed in.
   */
  @Get()
  @Public()
  @Navigation()
  @UseGuards(SsoGuard)
  async home(@Req() req: AuthenticatedRequest, @Res() res: GatewayResponse): Promise<void> {
    const afterLogout = this.signOut.destination(req.query['state']);
    if (afterLogout !== undefined) return redirect(res, 302, afterLogout, []);
    if (this.frontend !== undefined) return this.frontend.sendPage(req, res);
    if (this.config.homeUrl !== undefined) return redirect(res, 302, this.config.homeUrl.href, []);
    sendHomePage(res, await this.personOf(req));
  }

  private async personOf(req: AuthenticatedRequest): Promise<Person | undefined> {
    const cookie = this.cookie.read(req);
    const session = cookie === undefined ? undefined : await this.sessions.find(cookie, req.span);
    if (session?.isUsable === true) return session.record;
    const caller = req.caller as SsoCaller | undefined;
    return caller && personOf(caller.claims, []);
  }
}
