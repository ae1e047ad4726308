import { Inject, Injectable, Logger } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Config } from '../config/config.js';
import { type Keyring, KEYRING } from '../crypto/keyring.js';
import type { GatewayRequest } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { type LoginAttempt, LoginAttempts } from '../identity/login-attempt.js';
import { lacksSomething, type Person, personOf } from '../identity/person.js';
import { describeFailure, TokenRefused } from '../identity/provider.failure.js';
import type { TokenSet } from '../identity/token.response.js';
import { type IdTokenClaims, TokenVerifier } from '../identity/token.verifier.js';
import { Metrics } from '../observability/metrics.js';
import { SessionService } from '../session/session.service.js';
import { LOGIN_PATH } from '../session/unauthenticated.js';
import type { LoginQuery } from './auth.dto.js';
import { checkReturnTo, withLoginError, withoutLoginError } from './return-to.js';
import { SessionCookie } from './session.cookie.js';
import { type SignInErrorCode, signInErrorOf } from './sign-in.failure.js';
import { type SignInEnding, SignInTurns } from './sign-in.turns.js';

/** When to retry a sign-in after a temporary failure. */
const RETRY_AFTER_SECONDS: Partial<Record<SignInErrorCode, number>> = {
  identity_provider_unavailable: 5,
  temporarily_unavailable: 5,
  sign_ins_busy: 5,
  session_store_unavailable: 1,
};

/** Where a browser goes next, and the cookies to set. */
export interface Redirection {
  readonly url: string;
  readonly cookies: readonly string[];
}

interface VerifiedTokens {
  readonly tokens: TokenSet;
  readonly idToken: string;
  readonly claims: IdTokenClaims;
}

/** The authorization code flow with PKCE, state and nonce (RFC 9700, OpenID Connect Core section 3.1). */
@Injectable()
export class SignIn {
  private readonly logger = new Logger('SignIn');
  private readonly attempts: LoginAttempts;
  private hasWarned = false;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly verifier: TokenVerifier,
    private readonly sessions: SessionService,
    private readonly turns: SignInTurns,
    private readonly cookie: SessionCookie,
    private readonly metrics: Metrics,
    @Inject(KEYRING) keyring: Keyring,
  ) {
    this.attempts = new LoginAttempts(keyring, config);
  }

  /** Opens an attempt and returns the provider's sign-in URL. */
  async start({ returnTo, ...wishes }: LoginQuery, req: GatewayRequest): Promise<Redirection> {
    const { publicUrl, allowedOrigins, oidcAuthorizationParams } = this.config;
    const maxAge = oidcAuthorizationParams.get('max_age') ?? wishes.max_age;
    const attempt: LoginAttempt = {
      state: this.attempts.newState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      returnTo:
        returnTo === undefined ? undefined : withoutLoginError(checkReturnTo(returnTo, publicUrl, allowedOrigins)),
      maxAge: maxAge === undefined || maxAge === '' ? undefined : Number(maxAge),
      startedAt: this.sessions.now(),
    };
    try {
      const url = await this.provider.authorizationUrl(attempt, wishes, req);
      return { url: url.href, cookies: this.attempts.open(attempt, req.headers.cookie) };
    } catch (error) {
      throw this.problemOf(this.fail(error, req));
    }
  }

  /**
   * Completes a sign-in:
   * 1. finds the attempt that the state belongs to, in this browser;
   * 2. consumes it before its code is sent; a second request for the same callback gets the outcome of the first;
   * 3. exchanges the code and verifies the id_token;
   * 4. completes the person's claims;
   * 5. creates a session, unless the provider has ended its own meanwhile, and ends the browser's previous one;
   * 6. redirects the browser to the page it came from.
   */
  async finish(req: GatewayRequest): Promise<Redirection> {
    const attempt = this.findAttempt(req);
    if (attempt === undefined) return this.withoutAttempt(req);
    const ending = await this.endOnce(attempt, req).catch((error: unknown) => this.fail(error, req));
    return this.leave(ending, attempt, req);
  }

  private async endOnce(attempt: LoginAttempt, req: GatewayRequest): Promise<SignInEnding> {
    const before = this.cookie.read(req);
    // A provider error carries no code that could be sent twice.
    if (req.query['code'] === undefined) return this.run(attempt, before, req);
    const turn = await this.turns.take(attempt);
    if (!turn.isOurs) return turn.ending();
    const ending = await this.run(attempt, before, req).catch((error: unknown) => this.fail(error, req));
    // If the store fails here, only a second request for the same callback misses the outcome.
    await turn
      .end(ending)
      .catch((error: unknown) => this.logger.warn(describeFailure(error), 'an ending was not kept'));
    return ending;
  }

  private findAttempt(req: GatewayRequest): LoginAttempt | undefined {
    const { state } = req.query;
    return typeof state === 'string' ? this.attempts.find(state, req.headers.cookie, this.sessions.now()) : undefined;
  }

  /** A callback without an attempt in this browser: an old tab, a reload. With a session it simply continues. */
  private async withoutAttempt(req: GatewayRequest): Promise<Redirection> {
    const { state } = req.query;
    if (!(await this.isSignedIn(req)))
      throw new Problem('login_attempt_unknown', { members: { loginUrl: LOGIN_PATH } });
    const destination = typeof state === 'string' ? await this.turns.destination(state) : undefined;
    return { url: destination ?? '/', cookies: [] };
  }

  private async run(attempt: LoginAttempt, before: string | undefined, req: GatewayRequest): Promise<SignInEnding> {
    const verified = await this.exchange(attempt, req);
    const person = await this.identify(verified, req);
    const ending = await this.begin(verified, person, attempt, req);
    if (ending.outcome === 'signed_in' && before !== undefined) await this.sessions.end(before);
    return ending;
  }

  private async exchange(attempt: LoginAttempt, req: GatewayRequest): Promise<VerifiedTokens> {
    const query = (req.url ?? '').slice(req.path.length);
    const tokens = await this.provider.exchange(query, attempt, req);
    if (tokens.idToken === undefined)
      throw new TokenRefused('the token answer has no id_token: OIDC_SCOPES must contain openid', undefined);
    const maxAge = attempt.maxAge === undefined ? undefined : { seconds: attempt.maxAge, askedAt: attempt.startedAt };
    const claims = await this.verifier.idToken(tokens.idToken, { nonce: attempt.nonce, maxAge });
    this.warnWithoutRefreshToken(tokens, req);
    return { tokens, idToken: tokens.idToken, claims };
  }

  /** Many providers return name and e-mail address only from the userinfo endpoint. The id_token takes precedence. */
  private async identify({ tokens, claims }: VerifiedTokens, req: GatewayRequest): Promise<Person> {
    const { sessionClaims } = this.config;
    const more = lacksSomething(claims, sessionClaims)
      ? await this.provider.userInfo(tokens, claims.sub, req)
      : undefined;
    return personOf({ ...more, ...claims }, sessionClaims);
  }

  private async begin(
    { tokens, idToken, claims }: VerifiedTokens,
    person: Person,
    { startedAt }: LoginAttempt,
    req: GatewayRequest,
  ): Promise<SignInEnding> {
    req.person = claims.sub;
    const device = req.headers['user-agent'] ?? '';
    const verified = { token: idToken, claims };
    const cookie = await this.sessions.begin({ person, tokens, idToken: verified, device, startedAt });
    if (cookie === undefined) {
      this.logger.warn({ requestId: req.requestId }, 'a sign-in came after the provider’s logout of the same session');
      this.metrics.signIn('login_refused');
      return { outcome: 'failed', code: 'login_refused' };
    }
    this.metrics.signIn('ok');
    return { outcome: 'signed_in', cookie };
  }

  private async leave(ending: SignInEnding, attempt: LoginAttempt, req: GatewayRequest): Promise<Redirection> {
    const { returnTo } = attempt;
    const closing = this.attempts.close(attempt.state, req.headers.cookie);
    if (ending.outcome === 'signed_in')
      return { url: returnTo ?? '/', cookies: [...this.cookie.set(ending.cookie), ...closing] };
    // A second tab of the same person: the first one has signed in, and the provider rejects a second sign-in.
    if (await this.isSignedIn(req)) return { url: returnTo ?? '/', cookies: closing };
    if (returnTo !== undefined) return { url: withLoginError(returnTo, ending.code), cookies: closing };
    throw this.problemOf(ending);
  }

  private async isSignedIn(req: GatewayRequest): Promise<boolean> {
    const cookie = this.cookie.read(req);
    return cookie !== undefined && (await this.sessions.find(cookie)) !== undefined;
  }

  /** Logs why a sign-in failed, with what an operator needs to fix it, and returns the code for the person. */
  private fail(error: unknown, { requestId }: GatewayRequest): SignInEnding & { outcome: 'failed' } {
    const code = signInErrorOf(error);
    this.metrics.signIn(code);
    this.logger.warn({ requestId, code, ...describeFailure(error) }, 'a sign-in failed');
    return { outcome: 'failed', code };
  }

  private problemOf({ code }: { code: SignInErrorCode }): Problem {
    const retryAfterSeconds = RETRY_AFTER_SECONDS[code];
    return new Problem(code, {
      members: { loginUrl: LOGIN_PATH },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }

  /** Logged once: without a refresh token every person has to sign in again when the first token expires. */
  private warnWithoutRefreshToken({ refreshToken }: TokenSet, { requestId }: GatewayRequest): void {
    const { oidcScopes } = this.config;
    if (refreshToken !== undefined || this.hasWarned || !oidcScopes.split(' ').includes('offline_access')) return;
    this.hasWarned = true;
    this.logger.warn(
      {
        requestId,
        hint: 'allow the client refresh tokens at the provider; some want OIDC_AUTHORIZATION_PARAMS, such as access_type=offline or prompt=consent',
      },
      'OIDC_SCOPES asks for offline_access, and the provider gave no refresh token: sessions end with their first token',
    );
  }
}
