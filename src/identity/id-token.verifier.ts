import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader } from 'jose';
import { KeyObject } from 'node:crypto';
import passport from 'passport';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { IdentityProvider } from './identity-provider.js';

/** What an id_token says about the person (OpenID Connect Core, section 2). */
export interface IdTokenClaims {
  readonly sub: string;
  /** Epoch seconds. */
  readonly exp: number;
  readonly aud: string | string[];
  readonly azp?: string;
  readonly sid?: string;
  readonly name?: string;
  readonly email?: string;
}

/** Asymmetric only: `none` and a public key used as an HMAC secret never verify. */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;
/** How far the provider's clock may be off. Whether a token has ended is asked again, exactly, before it is used. */
const CLOCK_TOLERANCE_SECONDS = 30;
const STRATEGY = 'id-token';

interface TokenRequest {
  readonly idToken: string;
}

/** Verifies an id_token: signature by the provider's key set, issuer, audience, expiry, pinned algorithms. */
@Injectable()
export class IdTokenStrategy extends PassportStrategy(Strategy, STRATEGY) {
  private readonly clientId: string;

  constructor(config: Config, provider: IdentityProvider) {
    super({
      jwtFromRequest: (req: TokenRequest) => req.idToken,
      secretOrKeyProvider: keyProvider(provider),
      // The URL class writes a slash behind a bare host, some issuers do not.
      issuer: [config.oidcIssuer.href, config.oidcIssuer.href.replace(/\/$/, '')],
      audience: config.oidcClientId,
      algorithms: [...ALGORITHMS],
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE_SECONDS },
    });
    this.clientId = config.oidcClientId;
  }

  /** Section 3.1.3.7, rules 4 and 5: a token for several audiences must be issued to us. */
  validate(claims: IdTokenClaims): IdTokenClaims | false {
    const isOurs =
      claims.azp === undefined ? !Array.isArray(claims.aud) || claims.aud.length === 1 : claims.azp === this.clientId;
    return isOurs && typeof claims.sub === 'string' && typeof claims.exp === 'number' ? claims : false;
  }

  /** The claims of a valid id_token; undefined for every other. Rejects when the keys cannot be had. */
  verify(idToken: string): Promise<IdTokenClaims | undefined> {
    const request: TokenRequest = { idToken };
    return new Promise((resolve, reject) => {
      const done = (error: unknown, claims: IdTokenClaims | false, info: unknown): void => {
        const failure = error ?? (info instanceof KeysUnavailable ? info.cause : undefined);
        if (failure) reject(failure);
        else resolve(claims || undefined);
      };
      (
        passport.authenticate(STRATEGY, { session: false }, done) as (req: unknown, res: unknown, next: unknown) => void
      )(request, {}, reject);
    });
  }
}

/** Neither valid nor invalid: nobody can tell while the provider is away. */
class KeysUnavailable extends Error {}

/** Only the provider's key set is asked: `jku`, `jwk` and `x5u` in a token are never followed, `crit` is refused. */
function keyProvider(provider: IdentityProvider): SecretOrKeyProvider {
  return (_request: unknown, token: string, done) => {
    void lookUp(provider, token).then(
      // The types of passport-jwt know PEM texts only; verifying with a KeyObject is twice as fast.
      (key) => done(null, key as unknown as string),
      (error: unknown) => done(error),
    );
  };
}

async function lookUp(provider: IdentityProvider, token: string): Promise<KeyObject> {
  const header = decodeProtectedHeader(token);
  if (header.crit !== undefined) throw new Error('the token has critical extensions');
  if (header.alg === undefined || !ALGORITHMS.some((allowed) => allowed === header.alg))
    throw new Error('the algorithm is not allowed');
  try {
    const key = await provider.keyFor({ ...header, alg: header.alg }, { payload: '', signature: '' });
    return key instanceof KeyObject ? key : KeyObject.from(key as never);
  } catch (cause) {
    throw cause instanceof Problem ? new KeysUnavailable('the keys cannot be had', { cause }) : cause;
  }
}
