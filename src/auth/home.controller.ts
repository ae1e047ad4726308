import { Controller, Get, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Config } from '../config/config.js';
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
  ) {}

  /**
   * Where the identity provider sends the browser after a logout, which goes on from here; else the company's own page,
   * or one that says what this is and who is signed in.
   */
  @Get()
  @Public()
  @Navigation()
  @UseGuards(SsoGuard)
  async home(@Req() req: AuthenticatedRequest, @Res() res: GatewayResponse): Promise<void> {
    const destination = this.signOut.destination(req.query['state']) ?? this.config.homeUrl?.href;
    if (destination !== undefined) return redirect(res, 302, destination, []);
    sendHomePage(res, await this.personOf(req));
  }

  private async personOf(req: AuthenticatedRequest): Promise<Person | undefined> {
    const cookie = this.cookie.read(req);
    const session = cookie === undefined ? undefined : await this.sessions.find(cookie, req.span);
    if (session?.isUsable(Date.now()) === true) return session.record;
    const caller = req.caller as SsoCaller | undefined;
    return caller && personOf(caller.claims, []);
  }
}
