import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { Config } from '../config/config.js';
import { ALGORITHMS, type TokenSource } from './key-set.js';
import { ProviderDiscovery } from './provider.discovery.js';
import { TokenRefused } from './provider.failure.js';

/** The claims of an id_token about the person (OpenID Connect Core, section 2). */
export interface IdTokenClaims extends JWTPayload {
  readonly sub: string;
  /** Epoch seconds. */
  readonly exp: number;
  readonly sid?: string;
}

/** The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4): a session, a person, or both. */
export interface LogoutTokenClaims {
  readonly jti: string;
  readonly sid: string | undefined;
  readonly sub: string | undefined;
}

/** What a sign-in expects of its id_token. */
export interface Expected {
  /** The nonce of the authorization request; undefined for a refresh, whose id_token need not have one. */
  readonly nonce?: string | undefined;
  /** `max_age` of the authorization request, in seconds, and the time of that request, in epoch milliseconds. */
  readonly maxAge?: { readonly seconds: number; readonly askedAt: number } | undefined;
}

/** Tolerated clock skew of the provider. Expiry is checked again, exactly, before a token is used. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Maximum age of a logout token, and so how long its id must be remembered. */
export const LOGOUT_TOKEN_SECONDS = 300;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

interface Token {
  readonly claims: JWTPayload;
  readonly clientId: string;
}

/** A check of one kind of token; `fault` completes "the token …". */
interface Check {
  readonly fault: string;
  readonly holds: (token: Token, expected: Expected) => boolean;
}

/** The checks of each kind of token, beyond signature, algorithm, issuer, audience, `exp`, `nbf` and `crit`. */
const KINDS = {
  id_token: {
    // Core, section 2, defines no typ; providers that send one send JWT.
    types: [undefined, 'jwt'],
    options: { requiredClaims: ['sub', 'exp', 'iat'] },
    checks: [
      { fault: 'is a logout token', holds: ({ claims }) => claims['events'] === undefined },
      { fault: 'is an access or refresh token', holds: ({ claims }) => isIdTokenOf(claims['typ']) },
      { fault: 'has no sub', holds: ({ claims }) => typeof claims.sub === 'string' && claims.sub !== '' },
      // Core, section 3.1.3.7, rules 4 and 5.
      {
        fault: 'was issued to another client (azp)',
        holds: ({ claims, clientId }) => claims['azp'] === undefined || claims['azp'] === clientId,
      },
      {
        fault: 'has another nonce than the sign-in',
        holds: ({ claims }, { nonce }) => nonce === undefined || claims['nonce'] === nonce,
      },
      { fault: 'says of a sign-in that is older than max_age', holds: isRecent },
    ],
  },
  logout_token: {
    // Back-Channel Logout, section 2.4, recommends logout+jwt; older providers send JWT or none.
    types: [undefined, 'jwt', 'logout+jwt'],
    options: { maxTokenAge: LOGOUT_TOKEN_SECONDS },
    checks: [
      { fault: 'has no jti', holds: ({ claims }) => typeof claims.jti === 'string' && claims.jti !== '' },
      { fault: 'does not say that it is a logout (events)', holds: ({ claims }) => isLogoutEvent(claims['events']) },
      { fault: 'has a nonce, as id_tokens have', holds: ({ claims }) => claims['nonce'] === undefined },
      {
        fault: 'names neither a session nor a person',
        holds: ({ claims }) => typeof claims['sid'] === 'string' || typeof claims.sub === 'string',
      },
    ],
  },
} satisfies Record<string, { types: (string | undefined)[]; options: JWTVerifyOptions; checks: Check[] }>;

/** Whether a token of a kind may carry this `typ` header (RFC 7515, section 4.1.9: "application/" may be left out). */
export function hasTypeOf(kind: keyof typeof KINDS, typ: unknown): boolean {
  if (typ !== undefined && typeof typ !== 'string') return false;
  const types: readonly (string | undefined)[] = KINDS[kind].types;
  return types.includes(typ?.toLowerCase().replace(/^application\//, ''));
}

/** The check that these id_token claims fail, if any. */
export function faultOfIdToken(token: Token, expected: Expected = {}): string | undefined {
  return KINDS.id_token.checks.find(({ holds }) => !holds(token, expected))?.fault;
}

/** Verifies the tokens that the provider issues to the gateway. */
@Injectable()
export class TokenVerifier {
  constructor(
    private readonly config: Config,
    private readonly discovery: ProviderDiscovery,
  ) {}

  /**
   * The claims of an id_token that came from the token endpoint.
   * @throws TokenRefused | Problem 503 `identity_provider_unavailable` while the keys cannot be fetched
   */
  async idToken(token: string, expected: Expected = {}): Promise<IdTokenClaims> {
    return (await this.verify('id_token', token, 'provider', expected)) as IdTokenClaims;
  }

  /**
   * The claims of a logout token that was posted to the gateway.
   * @throws TokenRefused | Problem 503 `identity_provider_unavailable` while the keys cannot be fetched
   */
  async logoutToken(token: string): Promise<LogoutTokenClaims> {
    const { jti, sid, sub } = await this.verify('logout_token', token, 'stranger', {});
    return { jti: String(jti), sid: typeof sid === 'string' ? sid : undefined, sub };
  }

  private async verify(
    kind: keyof typeof KINDS,
    token: string,
    source: TokenSource,
    expected: Expected,
  ): Promise<JWTPayload> {
    const { keys, metadata } = await this.discovery.found();
    const clientId = this.config.oidcClientId;
    const { options, checks } = KINDS[kind];
    try {
      checkHeader(kind, token);
      const { payload: claims } = await jwtVerify(token, await keys.signingKey(token, source), {
        ...options,
        issuer: metadata.issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const failed = checks.find(({ holds }) => !holds({ claims, clientId }, expected));
      if (failed !== undefined) throw new TokenRefused(`the token ${failed.fault}`, undefined);
      return claims;
    } catch (error) {
      throw error instanceof errors.JOSEError ? refused(error, metadata.issuer) : error;
    }
  }
}

/** @throws TokenRefused | JOSEError for anything but a JWS */
function checkHeader(kind: keyof typeof KINDS, token: string): void {
  const { alg, typ, crit } = readHeader(token);
  if (crit !== undefined) throw new TokenRefused('the token has critical extensions', undefined);
  if (alg === undefined || !ALGORITHMS.includes(alg))
    throw new TokenRefused(
      `the token’s algorithm ${String(alg).slice(0, 16)} is not allowed`,
      'ERR_JOSE_ALG_NOT_ALLOWED',
    );
  if (!hasTypeOf(kind, typ)) throw new TokenRefused('the token is of another type (typ)', undefined);
}

function readHeader(token: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new errors.JWSInvalid('Invalid Compact JWS');
  }
}

function refused(error: errors.JOSEError, expected: string): TokenRefused {
  const { claim, payload } = error as { claim?: string; payload?: JWTPayload };
  const received = payload?.iss;
  const issuers =
    claim === 'iss' && typeof received === 'string' ? { expected, received: received.slice(0, 256) } : undefined;
  return new TokenRefused(error.message, error.code, issuers);
}

/** Keycloak signs all its tokens with the same keys and names their kind in a claim. */
function isIdTokenOf(typ: unknown): boolean {
  return typ === undefined || typ === 'ID';
}

function isLogoutEvent(events: unknown): boolean {
  const event = (events as Record<string, unknown> | null | undefined)?.[LOGOUT_EVENT];
  return typeof event === 'object' && event !== null;
}

/** Core, section 3.1.2.1: a person who removes `max_age` from the authorization request must not bypass it. */
function isRecent({ claims }: Token, { maxAge }: Expected): boolean {
  if (maxAge === undefined) return true;
  const authTime = claims['auth_time'];
  const earliest = maxAge.askedAt / 1000 - maxAge.seconds - CLOCK_TOLERANCE_SECONDS;
  return typeof authTime === 'number' && authTime >= earliest;
}
