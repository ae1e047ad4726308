import { Injectable, Logger } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { FairTurns } from '../http/fair.turns.js';
import type { RequestOrigin } from '../http/tracing.js';
import { Metrics, type ProviderCall } from '../observability/metrics.js';
import { authorizationParameters, type FrontendParameters } from './authorization.parameters.js';
import { providerUnavailable } from './key-set.js';
import type { LoginAttempt } from './login-attempt.js';
import { ProviderDiscovery } from './provider.discovery.js';
import { describeFailure, oauthErrorOf } from './provider.failure.js';
import { type TokenSet, tokenSetOf } from './token.response.js';

/** Timeout of the userinfo call, which a sign-in can do without. */
const USERINFO_MS = 3_000;
/** How long a logout waits for a provider that has not been discovered yet. */
const LOGOUT_MS = 1_000;
/** Limits for sign-in calls: running at once; running or waiting per address; waiting in total. */
const SIGN_IN_CALLS = { running: 32, share: 128, waiting: 512 };
/** How long one of them waits in the queue. */
const TURN_MS = 10_000;

/** The request of a browser that signs in. */
interface Browser {
  readonly requestId: string;
  readonly ip: string | undefined;
}

/** The outcome of a refresh: only `over` says anything about the session. */
export type RefreshAnswer =
  | { readonly outcome: 'tokens'; readonly tokens: TokenSet }
  | { readonly outcome: 'over' }
  | { readonly outcome: 'unavailable'; readonly cause: unknown };

/** The grants and endpoints of the company's OpenID Connect provider, over openid-client. */
@Injectable()
export class IdentityProvider {
  private readonly logger = new Logger('IdentityProvider');
  private readonly turns = new FairTurns(SIGN_IN_CALLS.running, SIGN_IN_CALLS.share, SIGN_IN_CALLS.waiting);

  constructor(
    private readonly config: Config,
    private readonly discovery: ProviderDiscovery,
    private readonly metrics: Metrics,
  ) {}

  /**
   * The URL that a browser is sent to (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1), with the
   * parameters pushed beforehand if the provider requires it (RFC 9126).
   * @throws Problem 503 `identity_provider_unavailable`, or the error of the pushed request
   */
  async authorizationUrl(attempt: LoginAttempt, wishes: FrontendParameters, browser: Browser): Promise<URL> {
    const { signIns, metadata } = await this.discovery.found();
    const parameters = {
      ...authorizationParameters(this.config, metadata, wishes),
      redirect_uri: this.redirectUri,
      scope: this.config.oidcScopes,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    };
    if (metadata.require_pushed_authorization_requests !== true) return oidc.buildAuthorizationUrl(signIns, parameters);
    return this.signInCall('pushed_request', addressOf(browser), () =>
      oidc.buildAuthorizationUrlWithPAR(signIns, parameters),
    );
  }

  /**
   * Exchanges the code of a callback; checks state and issuer (RFC 9207). `TokenVerifier` verifies the id_token.
   * @param query the callback's query with its question mark
   * @throws Problem 503 `identity_provider_unavailable` | 503 `sign_ins_busy` | openid-client's errors for the rest
   */
  async exchange(query: string, attempt: LoginAttempt, browser: Browser): Promise<TokenSet> {
    const { signIns } = await this.discovery.found();
    const checks = { pkceCodeVerifier: attempt.codeVerifier, expectedState: attempt.state };
    const callback = new URL(this.redirectUri + query);
    return this.signInCall('code', addressOf(browser), async () =>
      tokenSetOf(await oidc.authorizationCodeGrant(signIns, callback, checks)),
    );
  }

  /** The claims from the userinfo endpoint (OpenID Connect Core, section 5.3); undefined if it cannot be called. */
  async userInfo({ accessToken }: TokenSet, subject: string, browser: Browser): Promise<object | undefined> {
    const { signIns, metadata } = await this.discovery.found();
    if (metadata.userinfo_endpoint === undefined) return undefined;
    try {
      return await this.signInCall('userinfo', addressOf(browser), () =>
        within(USERINFO_MS, oidc.fetchUserInfo(signIns, accessToken, subject)),
      );
    } catch (error) {
      this.logger.warn(
        { requestId: browser.requestId, ...describeFailure(error) },
        'the userinfo endpoint did not answer a sign-in',
      );
      return undefined;
    }
  }

  /** Exchanges a refresh token for new tokens. The id_token among them is not verified yet. */
  async refresh(refreshToken: string, { requestId, span: request }: RequestOrigin): Promise<RefreshAnswer> {
    const span = request?.call('refresh token', { 'http.request.method': 'POST' });
    try {
      const { sessions } = await this.discovery.found();
      const tokens = tokenSetOf(await oidc.refreshTokenGrant(sessions, refreshToken));
      span?.end({});
      this.metrics.providerCall('refresh', 'ok');
      return { outcome: 'tokens', tokens };
    } catch (cause) {
      const isOver = cause instanceof oidc.ResponseBodyError && cause.error === 'invalid_grant';
      span?.end({}, isOver ? 'invalid_grant' : 'identity_provider_unavailable');
      this.metrics.providerCall('refresh', outcomeOf(cause));
      this.logger.warn({ requestId, ...describeFailure(cause) }, 'a refresh failed');
      return isOver ? { outcome: 'over' } : { outcome: 'unavailable', cause };
    }
  }

  /** Revokes a refresh token, and the tokens obtained with it (RFC 7009). Best effort: the session is over either way. */
  async revoke(refreshToken: string): Promise<void> {
    try {
      const { sessions, metadata } = await this.discovery.found();
      if (metadata.revocation_endpoint === undefined) return;
      await oidc.tokenRevocation(sessions, refreshToken, { token_type_hint: 'refresh_token' });
      this.metrics.providerCall('revocation', 'ok');
    } catch (error) {
      this.metrics.providerCall('revocation', outcomeOf(error));
      this.logger.warn(describeFailure(error), 'a refresh token could not be revoked');
    }
  }

  /**
   * Where a browser ends its session at the provider: the vendor's URL in `OIDC_LOGOUT_URL`, or the provider's
   * end_session_endpoint (OpenID Connect RP-Initiated Logout 1.0). Undefined if there is neither, or the provider has
   * not been discovered. Sent without `id_token_hint`: no token appears in a browser's address bar.
   * @param state returned to `/` with the browser if the provider supports it
   */
  async logoutUrl(state: string): Promise<URL | undefined> {
    const { oidcLogoutUrl, oidcClientId } = this.config;
    const values: Record<string, string> = { client_id: oidcClientId, return_to: this.afterLogout };
    if (oidcLogoutUrl !== undefined)
      return new URL(
        oidcLogoutUrl.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '')),
      );
    const provider = this.discovery.known ?? (await within(LOGOUT_MS, this.discovery.found()).catch(() => undefined));
    if (provider?.metadata.end_session_endpoint === undefined) return undefined;
    return oidc.buildEndSessionUrl(provider.signIns, { post_logout_redirect_uri: this.afterLogout, state });
  }

  private get redirectUri(): string {
    return `${this.config.publicUrl.origin}/auth/callback`;
  }

  private get afterLogout(): string {
    return `${this.config.publicUrl.origin}/`;
  }

  /**
   * Runs a call for a sign-in. These have their own connection pool and are queued fairly by the browser's address:
   * however many calls one address starts, a call from another one is next.
   */
  private async signInCall<T>(call: ProviderCall, address: string, act: () => Promise<T>): Promise<T> {
    await this.takeTurn(address);
    try {
      const answer = await act();
      this.metrics.providerCall(call, 'ok');
      return answer;
    } catch (error) {
      this.metrics.providerCall(call, outcomeOf(error));
      throw isWithoutAnswer(error) ? providerUnavailable(error) : error;
    } finally {
      this.turns.leave(address);
    }
  }

  /** @throws Problem 503 `sign_ins_busy` */
  private async takeTurn(address: string): Promise<void> {
    if (!this.turns.mayEnter(address)) throw busy();
    const turn = this.turns.enter(address);
    try {
      await within(TURN_MS, turn);
    } catch {
      void turn.then(() => this.turns.leave(address));
      throw busy();
    }
  }
}

/** Without an address the client has disconnected, and gets no response. */
function addressOf({ ip = '' }: Browser): string {
  return ip;
}

function busy(): Problem {
  return new Problem('sign_ins_busy', { retryAfterSeconds: 5 });
}

function outcomeOf(error: unknown): 'refused' | 'unavailable' | 'failed' {
  if (oauthErrorOf(error) !== undefined) return 'refused';
  return isWithoutAnswer(error) || error instanceof Problem ? 'unavailable' : 'failed';
}

/** The errors of fetch without a response, and of openid-client on a timeout. */
function isWithoutAnswer(error: unknown): boolean {
  if (error instanceof oidc.ClientError) return error.code === 'OAUTH_TIMEOUT';
  return error instanceof TypeError && error.cause !== undefined;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
