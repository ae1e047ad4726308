import { Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey, errors } from 'jose';
import * as oidc from 'openid-client';
import { ClientError } from 'openid-client';
import { type Dispatcher, fetch } from 'undici';
import { Config } from '../config/config.js';
import { createEgress } from '../http/egress.js';
import { describeError, Problem } from '../http/problem.js';
import type { Span } from '../http/tracing.js';
import type { LoginAttempt } from './login-attempt.js';
import { sparedIdToken, sparingIdToken } from './refresh-response.js';

const PROVIDER_TIMEOUT_MS = 10_000;
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_MAX_AGE_MS = 600_000;

/** What the provider gave for a code or a refresh token. */
export interface TokenSet {
  readonly idToken: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds; undefined where the provider does not say. */
  readonly accessTokenExpiresAt: number | undefined;
}

/** How a refresh ended when it did not give tokens: `over` ends the session, `unavailable` says nothing about it. */
export class RefreshFailure extends Error {
  override readonly name = 'RefreshFailure';

  constructor(
    readonly kind: 'over' | 'unavailable',
    cause: unknown,
  ) {
    super(`refresh: ${kind}`, { cause });
  }
}

/** A provider that is found and whose keys can be asked for. */
interface Provider {
  readonly client: oidc.Configuration;
  readonly keys: JWTVerifyGetKey;
}

/**
 * The company's OpenID Connect provider, over openid-client. Found when it is first needed and asked again when that
 * failed: a provider that is down does not keep the gateway from starting, nor signed-in people from working.
 */
@Injectable()
export class IdentityProvider {
  private readonly logger = new Logger('IdentityProvider');
  private readonly agent: Dispatcher;
  private found: Promise<Provider> | undefined;

  constructor(private readonly config: Config) {
    const timeouts = { headersTimeout: PROVIDER_TIMEOUT_MS, bodyTimeout: PROVIDER_TIMEOUT_MS };
    this.agent = createEgress(config, { connections: 32, ...timeouts });
    config.onReload(() => this.useNewSecret());
  }

  /** The URL that a browser is sent to (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1). */
  async authorizationUrl(attempt: LoginAttempt): Promise<URL> {
    const { client } = await this.provider();
    return oidc.buildAuthorizationUrl(client, {
      redirect_uri: this.redirectUri,
      scope: this.config.oidcScopes,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
  }

  /**
   * Exchanges the code of a callback; checks state, nonce, issuer and the claims of the id_token. Its
   * signature is `IdTokenStrategy`'s to verify.
   * @param query the callback's query with its question mark
   * @throws Problem 503 `identity_provider_unavailable` when nobody answers
   */
  async exchange(query: string, attempt: LoginAttempt): Promise<TokenSet> {
    const { client } = await this.provider();
    const checks = {
      pkceCodeVerifier: attempt.codeVerifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    };
    const callback = new URL(this.redirectUri + query);
    return toTokenSet(
      await oidc.authorizationCodeGrant(client, callback, checks).catch((error: unknown) => {
        throw isWithoutAnswer(error) ? providerUnavailable(error) : error;
      }),
    );
  }

  /**
   * Trades a refresh token for new tokens. Nothing of the id_token among them has been checked.
   * @throws RefreshFailure `over` for `invalid_grant` alone: whatever else goes wrong says nothing about the session
   */
  async refresh(refreshToken: string, request?: Span): Promise<TokenSet> {
    const span = request?.call('refresh token', { 'http.request.method': 'POST' });
    try {
      const { client } = await this.provider();
      const tokens = toTokenSet(await oidc.refreshTokenGrant(client, refreshToken));
      span?.end({});
      return tokens;
    } catch (error) {
      const isOver = error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant';
      span?.end({}, isOver ? 'invalid_grant' : 'identity_provider_unavailable');
      throw new RefreshFailure(isOver ? 'over' : 'unavailable', error);
    }
  }

  /** Revokes a refresh token and what came of it (RFC 7009). Best effort: the session is over either way. */
  async revoke(refreshToken: string): Promise<void> {
    try {
      const { client } = await this.provider();
      if (client.serverMetadata().revocation_endpoint === undefined) return;
      await oidc.tokenRevocation(client, refreshToken, { token_type_hint: 'refresh_token' });
    } catch (error) {
      this.logger.warn(describeError(error), 'a refresh token could not be revoked');
    }
  }

  /**
   * Where a browser ends its session at the provider (OpenID Connect RP-Initiated Logout 1.0); undefined where the
   * provider cannot do it or is away. Without `id_token_hint`: no token ever is in a browser's address bar.
   */
  async logoutUrl(): Promise<string | undefined> {
    try {
      const { client } = await this.provider();
      if (client.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(client, { post_logout_redirect_uri: `${this.config.publicUrl.origin}/` }).href;
    } catch {
      return undefined;
    }
  }

  /**
   * The key that a token names, from the provider's key set and from nowhere else.
   * @throws Problem 503 `identity_provider_unavailable` when the key set cannot be had
   */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    const { keys } = await this.provider();
    try {
      return await keys(header, token);
    } catch (error) {
      throw isAboutTheToken(error) ? error : providerUnavailable(error);
    }
  };

  private get redirectUri(): string {
    return `${this.config.publicUrl.origin}/auth/callback`;
  }

  /** What was found out about the provider stays good; only the client authenticates anew. */
  private useNewSecret(): void {
    this.found = this.found?.then(({ client, keys }) => {
      const renewed = new oidc.Configuration(
        client.serverMetadata(),
        this.config.oidcClientId,
        this.config.oidcClientSecret,
      );
      renewed.timeout = client.timeout;
      if (client[oidc.customFetch] !== undefined) renewed[oidc.customFetch] = client[oidc.customFetch];
      if (this.config.oidcIssuer.protocol === 'http:') oidc.allowInsecureRequests(renewed);
      return { client: renewed, keys };
    });
  }

  /** @throws Problem 503 `identity_provider_unavailable` */
  private async provider(): Promise<Provider> {
    const attempt = (this.found ??= this.discover());
    try {
      return await attempt;
    } catch (cause) {
      if (this.found === attempt) this.found = undefined;
      throw providerUnavailable(cause);
    }
  }

  private async discover(): Promise<Provider> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.config;
    const providerFetch = ((url: string, init: object) => fetch(url, { ...init, dispatcher: this.agent })) as unknown;
    const client = await oidc.discovery(oidcIssuer, oidcClientId, oidcClientSecret, undefined, {
      [oidc.customFetch]: sparingIdToken(providerFetch as oidc.CustomFetch),
      timeout: PROVIDER_TIMEOUT_MS / 1000,
      execute: oidcIssuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
    });
    const keys = createRemoteJWKSet(new URL(client.serverMetadata().jwks_uri ?? ''), {
      cooldownDuration: JWKS_COOLDOWN_MS,
      timeoutDuration: PROVIDER_TIMEOUT_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      [joseFetch]: pausing(providerFetch as typeof globalThis.fetch),
    });
    // Old keys stay good while the provider is away; the timer, not a request, looks for new and retired ones.
    setInterval(() => void keys.reload().catch(() => undefined), JWKS_MAX_AGE_MS).unref();
    return { client, keys };
  }
}

function toTokenSet(response: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): TokenSet {
  const seconds = response.expiresIn();
  return {
    idToken: response.id_token ?? sparedIdToken(response),
    accessToken: response.access_token,
    refreshToken: response.refresh_token,
    accessTokenExpiresAt: seconds === undefined ? undefined : Date.now() + seconds * 1000,
  };
}

const PAUSE_MS = 2_000;

/** Keys that could not be had are not asked for again at once: any stranger's token may name one that is not known. */
export function pausing(fetchKeys: typeof globalThis.fetch): typeof globalThis.fetch {
  let retryAt = 0;
  return async (url, init) => {
    if (Date.now() < retryAt) throw new Error('the key set could not be had a moment ago');
    retryAt = Date.now() + PAUSE_MS;
    const answer = await fetchKeys(url, init);
    if (answer.ok) retryAt = 0;
    return answer;
  };
}

/** A token that names no key of the set. Whatever else goes wrong says nothing about the token. */
export function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** What fetch rejects with when no answer came, and openid-client when none came in time. */
export function isWithoutAnswer(error: unknown): boolean {
  if (error instanceof ClientError) return error.code === 'OAUTH_TIMEOUT';
  return error instanceof TypeError && error.cause !== undefined;
}

/** Nobody can tell what the identity provider would have said. */
export function providerUnavailable(cause: unknown): Problem {
  const message = 'The identity provider cannot be reached; try again later.';
  return new Problem('identity_provider_unavailable', { message, retryAfterSeconds: 5, cause });
}
