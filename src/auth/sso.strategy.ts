import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader } from 'jose';
import { KeyObject } from 'node:crypto';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { Config } from '../config/config.js';
import { cookieValues } from '../http/cookies.js';
import type { GatewayRequest } from '../http/exchange.js';
import { ALGORITHMS } from '../identity/key-set.js';
import { ProviderDiscovery } from '../identity/provider.discovery.js';
import { faultOfIdToken, hasTypeOf, type IdTokenClaims } from '../identity/token.verifier.js';
import type { CallerIdentity } from '../session/caller-identity.js';
import { unauthenticated } from '../session/unauthenticated.js';

/** The strategy's name, for `AuthGuard`. */
export const SSO = 'company-sso';

/** The algorithms that the gateway accepts and jsonwebtoken, the verifier behind passport-jwt, supports. */
const JWT_ALGORITHMS = ALGORITHMS.filter((algorithm) => !algorithm.startsWith('Ed')) as 'RS256'[];
/** Tolerated clock skew of the provider. Expiry is checked again, exactly, before a token is used. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** A caller authenticated by the company's sign-on. */
export interface SsoCaller extends CallerIdentity {
  readonly claims: IdTokenClaims;
}

/** Verifies the id_token in the company sign-on's cookie (`SSO_COOKIE`). */
@Injectable()
export class SsoStrategy extends PassportStrategy(Strategy, SSO) {
  private readonly clientId: string;
  private readonly discovery: ProviderDiscovery;
  private readonly cookie: string | undefined;

  constructor({ ssoCookie, oidcClientId }: Config, discovery: ProviderDiscovery) {
    super({
      jwtFromRequest: (req: GatewayRequest) => ssoTokenOf(req, ssoCookie) ?? null,
      secretOrKeyProvider: keyProvider(discovery),
      audience: oidcClientId,
      algorithms: JWT_ALGORITHMS,
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE_SECONDS },
      passReqToCallback: true,
    });
    this.clientId = oidcClientId;
    this.discovery = discovery;
    this.cookie = ssoCookie;
  }

  /** A token for several audiences must name this client as `azp`: any other audience could have forwarded it. */
  validate(req: GatewayRequest, claims: IdTokenClaims): SsoCaller | false {
    const isOurs = !Array.isArray(claims.aud) || claims.aud.length === 1 || claims['azp'] === this.clientId;
    const isIssuers = claims.iss === this.discovery.known?.metadata.issuer;
    const isIdToken = faultOfIdToken({ claims, clientId: this.clientId }) === undefined;
    const token = ssoTokenOf(req, this.cookie);
    if (token === undefined || !isOurs || !isIssuers || !isIdToken || typeof claims.exp !== 'number') return false;
    const freshToken = (): string => {
      if (claims.exp * 1000 <= Date.now()) throw unauthenticated('reauthentication_required');
      return token;
    };
    return { subject: claims.sub, token, claims, freshToken, renew: () => Promise.resolve(undefined) };
  }
}

/**
 * Reads the token from the company sign-on's cookie.
 * @throws Problem 401 `ambiguous_cookie` for two of them
 */
export function ssoTokenOf(req: GatewayRequest, cookie: string | undefined): string | undefined {
  const tokens = cookie === undefined ? [] : cookieValues(req.headers.cookie, cookie);
  if (tokens.length > 1) throw unauthenticated('ambiguous_cookie');
  return tokens[0] === '' ? undefined : tokens[0];
}

/** Only the provider's key set is used: `jku`, `jwk` and `x5u` in a token are never followed, `crit` is rejected. */
function keyProvider(discovery: ProviderDiscovery): SecretOrKeyProvider {
  return (_request: unknown, token: string, done) => {
    void findKey(discovery, token).then(
      // passport-jwt's types accept PEM only; verifying with a KeyObject is twice as fast.
      (key) => done(null, key as unknown as string),
      (error: unknown) => done(error),
    );
  };
}

async function findKey(discovery: ProviderDiscovery, token: string): Promise<KeyObject> {
  const { alg, typ, crit } = decodeProtectedHeader(token);
  if (crit !== undefined) throw new Error('the token has critical extensions');
  if (!JWT_ALGORITHMS.some((allowed) => allowed === alg)) throw new Error('the algorithm is not allowed');
  if (!hasTypeOf('id_token', typ)) throw new Error('the token is no id_token (typ)');
  const { keys } = await discovery.found();
  return KeyObject.from(await keys.signingKey(token, 'stranger'));
}
