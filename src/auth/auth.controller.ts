import { Problems } from '../contract/validation/answers.js';
import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { readBody } from '../http/body.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { Problem } from '../http/problem.js';
import { ApiConsumes, ApiFoundResponse, ApiResponse } from '@nestjs/swagger';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import { LoginQuery, LogoutAnswer, OwnSessionAnswer, OwnSessionPath, SessionAnswer } from './auth.dto.js';
import { BackchannelLogout } from './backchannel-logout.js';
import { Caller, FromServers, Navigation, Public } from './caller.js';
import { Login } from './login.js';
import { SessionCookie } from './session.cookie.js';
import { SessionEndings } from '../session/session.endings.js';
import { personOf } from '../session/session.record.js';
import { SessionService } from '../session/session.service.js';
import { SsoTokens } from './sso-tokens.js';
import { LOGIN_PATH } from '../session/unauthenticated.js';

const FORM = 'application/x-www-form-urlencoded';
const MAX_FORM_BYTES = 65_536;

/** Signing in and out, and what a frontend may know of the session. Nothing here ever answers with a token. */
@Controller('auth')
export class AuthController {
  constructor(
    private readonly login: Login,
    private readonly sessions: SessionService,
    private readonly endings: SessionEndings,
    private readonly cookie: SessionCookie,
    private readonly sso: SsoTokens,
    private readonly backchannel: BackchannelLogout,
  ) {}

  /** Go to the identity provider to sign in, and come back to `returnTo`. */
  @Get('login')
  @ApiFoundResponse({ description: 'To the identity provider.' })
  @Public()
  @Navigation()
  @Problems('invalid_return_to', 'identity_provider_unavailable')
  async start(
    @QueryParams() { returnTo }: LoginQuery,
    @Req() req: GatewayRequest,
    @Res() res: GatewayResponse,
  ): Promise<void> {
    const { url, cookies } = await this.login.start(returnTo, req);
    redirect(res, 302, url, cookies);
  }

  /** Where the identity provider sends the browser back to. */
  @Get('callback')
  @ApiResponse({ status: 303, description: 'To where the sign-in was begun for.' })
  @Public()
  @Navigation()
  @Problems(
    'malformed_query',
    'login_attempt_unknown',
    'login_code_invalid',
    'login_refused',
    'login_failed',
    'identity_provider_unavailable',
    'session_store_unavailable',
  )
  async callback(@Req() req: GatewayRequest, @Res() res: GatewayResponse): Promise<void> {
    const { url, cookies } = await this.login.finish(req);
    redirect(res, 303, url, cookies);
  }

  /** End the session here; the answer says where to end it at the identity provider too. */
  @Post('logout')
  @Public()
  @HttpCode(200)
  @Problems('session_store_unavailable')
  async logout(@Req() req: GatewayRequest, @Res({ passthrough: true }) res: GatewayResponse): Promise<LogoutAnswer> {
    const value = this.cookie.read(req);
    if (value !== undefined) await this.sessions.end(value);
    res.setHeader('Set-Cookie', this.cookie.clear());
    return { logoutUrl: await this.login.logoutUrl() };
  }

  /** The identity provider says that a person has left (OpenID Connect Back-Channel Logout). */
  @Post('backchannel-logout')
  @Public()
  @FromServers()
  @HttpCode(200)
  @ApiConsumes(FORM)
  @Problems(
    'unsupported_media_type',
    'content_too_large',
    'invalid_logout_token',
    'identity_provider_unavailable',
    'session_store_unavailable',
    'request_timeout',
  )
  async providerLogout(@Req() req: GatewayRequest): Promise<void> {
    if (req.headers['content-type']?.split(';', 1)[0]?.trim() !== FORM)
      throw new Problem('unsupported_media_type', { message: `Send the logout token as ${FORM}.` });
    req.sendContinue();
    const form = new URLSearchParams((await readBody(req, MAX_FORM_BYTES)).toString('utf8'));
    await this.backchannel.receive(form.get('logout_token') ?? '');
  }

  /** Whether somebody is signed in, who, and until when. Asking does not keep the session alive. */
  @Get('session')
  @Public()
  @Problems('session_store_unavailable')
  async session(@Req() req: GatewayRequest, @Res({ passthrough: true }) res: GatewayResponse): Promise<SessionAnswer> {
    const value = this.cookie.read(req);
    const session = value === undefined ? undefined : await this.sessions.find(value, req.span);
    if (value === undefined || session?.isUsable(Date.now()) !== true) return this.withoutSession(req);
    const current = this.sessions.resigned(value);
    if (current !== undefined) res.setHeader('Set-Cookie', this.cookie.set(current));
    return SessionAnswer.of(session.record, session.limits);
  }

  /** Whom the company's sign-on names without a session of ours, until its token ends. */
  private async withoutSession(req: GatewayRequest): Promise<SessionAnswer> {
    const caller = await this.sso.enter(req);
    if (caller === undefined) return { authenticated: false, loginUrl: LOGIN_PATH };
    const end = caller.claims.exp * 1000;
    return SessionAnswer.of(personOf(caller.claims), { expiresAt: end, idleExpiresAt: end });
  }

  /** List the caller's own sessions, the newest first. */
  @Get('sessions')
  async list(@Caller() caller: Caller): Promise<OwnSessionAnswer[]> {
    const sessions = await this.endings.listOwn(caller.subject);
    return sessions.map((session) => OwnSessionAnswer.of(session, caller));
  }

  /** End one of the caller's own sessions. */
  @Delete('sessions/:id')
  @HttpCode(204)
  @Problems('session_not_found')
  async endOne(@Caller() caller: Caller, @PathParams() { id }: OwnSessionPath): Promise<void> {
    if (!(await this.endings.endOwn(caller.subject, id))) throw new Problem('session_not_found');
  }

  /** End all of the caller's own sessions, this one included. */
  @Delete('sessions')
  @HttpCode(204)
  async endAll(@Caller() caller: Caller, @Res({ passthrough: true }) res: GatewayResponse): Promise<void> {
    await this.endings.endAllOwn(caller.subject);
    res.setHeader('Set-Cookie', this.cookie.clear());
  }
}

function redirect(res: GatewayResponse, status: 302 | 303, url: string, cookies: readonly string[]): void {
  res.setHeader('Set-Cookie', cookies);
  res.setHeader('Location', url);
  res.writeHead(status);
  res.end();
}
