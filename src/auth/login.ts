import { Inject, Injectable, Logger } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Config } from '../config/config.js';
import { type Keyring, KEYRING } from '../crypto/keyring.js';
import type { GatewayRequest } from '../http/exchange.js';
import { describeError, Problem } from '../http/problem.js';
import { type IdTokenClaims, IdTokenStrategy } from '../identity/id-token.verifier.js';
import { IdentityProvider, type TokenSet } from '../identity/identity-provider.js';
import { type LoginAttempt, LoginAttempts } from '../identity/login-attempt.js';
import { SessionService } from '../session/session.service.js';
import { LOGIN_PATH } from '../session/unauthenticated.js';
import { checkReturnTo } from './return-to.js';
import { SessionCookie } from './session.cookie.js';

/** Where a browser goes next, and the cookies it takes along. */
export interface Redirection {
  readonly url: string;
  readonly cookies: readonly string[];
}

/** The authorization code flow with PKCE, state and nonce (RFC 9700, OpenID Connect Core section 3.1). */
@Injectable()
export class Login {
  private readonly logger = new Logger('Login');
  private readonly attempts: LoginAttempts;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly idTokens: IdTokenStrategy,
    private readonly sessions: SessionService,
    private readonly cookie: SessionCookie,
    @Inject(KEYRING) keyring: Keyring,
  ) {
    this.attempts = new LoginAttempts(keyring, config);
  }

  /** Opens an attempt and says where to sign in. */
  async start(returnTo: string | undefined, req: GatewayRequest): Promise<Redirection> {
    const attempt: LoginAttempt = {
      state: this.attempts.newState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      returnTo: checkReturnTo(returnTo, this.config.publicUrl, this.config.allowedOrigins),
      startedAt: Date.now(),
    };
    const url = await this.provider.authorizationUrl(attempt);
    return { url: url.href, cookies: this.attempts.open(attempt, req.headers.cookie) };
  }

  /** Closes an attempt and begins a session; the one that the browser had before, if any, ends. */
  async finish(req: GatewayRequest): Promise<Redirection> {
    const query = (req.url ?? '').slice(req.path.length);
    const { state } = req.query;
    const attempt = typeof state === 'string' ? this.attempts.find(state, req.headers.cookie) : undefined;
    if (attempt === undefined) return this.stale(req);
    const before = this.cookie.read(req);
    const tokens = await this.exchange(query, attempt);
    const device = req.headers['user-agent'] ?? '';
    const value = await this.sessions.begin(tokens, tokens.claims, device, attempt.startedAt);
    if (value === undefined) throw refused('The identity provider has signed you out meanwhile; begin again.');
    if (before !== undefined) await this.sessions.end(before);
    return { url: attempt.returnTo, cookies: [this.cookie.set(value), this.attempts.close(attempt.state)] };
  }

  /** Where the browser ends its session at the provider; the login page where the provider has no such place. */
  async logoutUrl(): Promise<string> {
    return (await this.provider.logoutUrl()) ?? LOGIN_PATH;
  }

  /** A callback nobody waits for: an old tab, the back button. Somebody who is signed in just goes on. */
  private async stale(req: GatewayRequest): Promise<Redirection> {
    const value = this.cookie.read(req);
    if (value !== undefined && (await this.sessions.find(value))) return { url: '/', cookies: [] };
    throw new Problem('login_attempt_unknown', { members: { loginUrl: LOGIN_PATH } });
  }

  private async exchange(
    query: string,
    attempt: LoginAttempt,
  ): Promise<TokenSet & { idToken: string; claims: IdTokenClaims }> {
    const tokens = await this.provider.exchange(query, attempt).catch((error: unknown) => {
      throw this.refused(error);
    });
    const claims = tokens.idToken === undefined ? undefined : await this.idTokens.verify(tokens.idToken);
    if (tokens.idToken === undefined || claims === undefined)
      throw this.refused(new Error('the id_token is not valid'));
    return { ...tokens, idToken: tokens.idToken, claims };
  }

  private refused(error: unknown): Problem {
    if (error instanceof Problem) return error;
    this.logger.warn(describeError(error), 'a sign-in failed');
    const members = { loginUrl: LOGIN_PATH };
    if (error instanceof oidc.AuthorizationResponseError)
      return refused('The identity provider did not sign you in; begin again.', error);
    if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant')
      return new Problem('login_code_invalid', { members, cause: error });
    return new Problem('login_failed', { members, cause: error });
  }
}

function refused(sentence: string, cause?: unknown): Problem {
  return new Problem('login_refused', { message: sentence, members: { loginUrl: LOGIN_PATH }, cause });
}
