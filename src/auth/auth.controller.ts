import { Controller, Delete, Get, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiConsumes, ApiExcludeEndpoint, ApiFoundResponse, ApiResponse } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { Problems } from '../contract/validation/answers.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { readBody } from '../http/body.js';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import { sendPage, html } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { personOf } from '../identity/person.js';
import { SessionEndings } from '../session/session.endings.js';
import { SessionService } from '../session/session.service.js';
import { LOGIN_PATH } from '../session/unauthenticated.js';
import { LoginQuery, LogoutAnswer, LogoutQuery, OwnSessionAnswer, OwnSessionPath, SessionAnswer } from './auth.dto.js';
import { type AuthenticatedRequest, Caller, FromServers, Navigation, Public } from './caller.js';
import { sendLogoutForm, sendSignedOutPage } from './pages.js';
import { ProviderLogout } from './provider-logout.js';
import { redirect } from './redirect.js';
import { SessionCookie } from './session.cookie.js';
import { SignIn } from './sign-in.js';
import { SignInFilter } from './sign-in.filter.js';
import { isPrefetch, publicAddressOf } from './sign-in.request.js';
import { SIGNED_OUT_PATH, SignOut } from './sign-out.js';
import { SsoGuard } from './sso.guard.js';
import type { SsoCaller } from './sso.strategy.js';

const FORM = 'application/x-www-form-urlencoded';
const MAX_FORM_BYTES = 65_536;

/** Sign-in, sign-out and the session. */
@Controller('auth')
export class AuthController {
  constructor(
    private readonly config: Config,
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly sessions: SessionService,
    private readonly endings: SessionEndings,
    private readonly cookie: SessionCookie,
    private readonly providerLogout: ProviderLogout,
  ) {}

  /** Go to the identity provider to sign in, and come back to `returnTo`. */
  @Get('login')
  @ApiFoundResponse({ description: 'To the identity provider.' })
  @Public()
  @Navigation()
  @UseFilters(SignInFilter)
  @Problems('invalid_return_to', 'identity_provider_unavailable', 'login_failed', 'sign_ins_busy', 'prefetch_refused')
  async login(
    @QueryParams() query: LoginQuery,
    @Req() req: GatewayRequest,
    @Res() res: GatewayResponse,
  ): Promise<void> {
    if (isPrefetch(req)) throw new Problem('prefetch_refused');
    const elsewhere = publicAddressOf(req, this.config.publicUrl, query);
    if (elsewhere !== undefined) return redirect(res, 302, elsewhere, []);
    const { url, cookies } = await this.signIn.start(query, req);
    redirect(res, 302, url, cookies);
  }

  /** Where the identity provider sends the browser back to. */
  @Get('callback')
  @ApiResponse({
    status: 303,
    description: 'To where the sign-in began; after a failure with `login_error` in its query.',
  })
  @Public()
  @Navigation()
  @UseFilters(SignInFilter)
  @Problems(
    'malformed_query',
    'login_attempt_unknown',
    'login_code_invalid',
    'login_refused',
    'login_required',
    'interaction_required',
    'consent_required',
    'account_selection_required',
    'temporarily_unavailable',
    'server_error',
    'login_failed',
    'sign_ins_busy',
    'prefetch_refused',
    'identity_provider_unavailable',
    'session_store_unavailable',
  )
  async callback(@Req() req: GatewayRequest, @Res() res: GatewayResponse): Promise<void> {
    if (isPrefetch(req)) throw new Problem('prefetch_refused');
    const { url, cookies } = await this.signIn.finish(req);
    redirect(res, 303, url, cookies);
  }

  /** End the session here; the answer says where to send the browser then. */
  @Post('logout')
  @Public()
  @HttpCode(200)
  @Problems('invalid_return_to', 'session_store_unavailable')
  async logout(
    @QueryParams() { returnTo }: LogoutQuery,
    @Req() req: GatewayRequest,
    @Res({ passthrough: true }) res: GatewayResponse,
  ): Promise<LogoutAnswer> {
    const { logoutUrl, cookies, subject } = await this.signOut.end(this.cookie.read(req), returnTo);
    req.person = subject;
    res.setHeader('Set-Cookie', [...this.cookie.clear(), ...cookies]);
    return { logoutUrl };
  }

  /** Where a sign-out goes on whose provider wants the id_token, which the page posts to it. */
  @Get('logout/continue')
  @ApiExcludeEndpoint()
  @Public()
  @Navigation()
  @UseFilters(SignInFilter)
  async continueLogout(@Req() req: GatewayRequest, @Res() res: GatewayResponse): Promise<void> {
    if (isPrefetch(req)) throw new Problem('prefetch_refused');
    const form = await this.signOut.takeForm(req);
    if (form === undefined) return redirect(res, 303, SIGNED_OUT_PATH, [this.signOut.clearForm()]);
    res.setHeader('Set-Cookie', this.signOut.clearForm());
    sendLogoutForm(res, form);
  }

  /** Where a sign-out ends. */
  @Get('signed-out')
  @ApiExcludeEndpoint()
  @Public()
  @Navigation()
  signedOut(@Res() res: GatewayResponse): void {
    sendSignedOutPage(res);
  }

  /** Receive a logout token (OpenID Connect Back-Channel Logout 1.0). */
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
  async backchannelLogout(@Req() req: GatewayRequest): Promise<void> {
    if (req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== FORM)
      throw new Problem('unsupported_media_type', { message: `Send the logout token as ${FORM}.` });
    req.sendContinue();
    const form = new URLSearchParams((await readBody(req, MAX_FORM_BYTES)).toString('utf8'));
    await this.providerLogout.receiveToken(form.get('logout_token') ?? '', req.requestId);
  }

  /** The identity provider's logout page loads this in a frame (OpenID Connect Front-Channel Logout). */
  @Get('frontchannel-logout')
  @ApiExcludeEndpoint()
  @Public()
  @FromServers()
  async frontchannelLogout(@Req() req: GatewayRequest, @Res() res: GatewayResponse): Promise<void> {
    const origin = await this.providerLogout.receiveFrame(req.query['iss'], req.query['sid'], req.requestId);
    res.setHeader('Content-Security-Policy', `default-src 'none'; frame-ancestors ${origin}`);
    sendPage(res, 200, 'Signed out', html`<p>The session here has ended.</p>`);
  }

  /** Whether a person is signed in, who, and until when. Asking does not keep the session alive. */
  @Get('session')
  @Public()
  @UseGuards(SsoGuard)
  @Problems('session_store_unavailable')
  async session(
    @Req() req: AuthenticatedRequest,
    @Res({ passthrough: true }) res: GatewayResponse,
  ): Promise<SessionAnswer> {
    const value = this.cookie.read(req);
    const session = value === undefined ? undefined : await this.sessions.find(value, req.span);
    if (value === undefined || session?.isUsable !== true) return this.withoutSession(req, value);
    const current = this.sessions.resigned(value) ?? (this.cookie.isFormer(req) ? value : undefined);
    if (current !== undefined) res.setHeader('Set-Cookie', this.cookie.set(current));
    return SessionAnswer.of(session.record, session.limits);
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

  /** The company's sign-on may name the caller without a session of ours, until its token ends. */
  private async withoutSession(req: AuthenticatedRequest, cookie: string | undefined): Promise<SessionAnswer> {
    const caller = req.caller as SsoCaller | undefined;
    if (caller !== undefined) {
      const end = caller.claims.exp * 1000;
      return SessionAnswer.of(personOf(caller.claims, this.config.sessionClaims), {
        expiresAt: end,
        idleExpiresAt: end,
      });
    }
    const reason = cookie === undefined ? undefined : await this.sessions.endOf(cookie);
    return { authenticated: false, loginUrl: LOGIN_PATH, ...(reason !== undefined && { reason }) };
  }
}
