import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import type { GatewayRequest } from '../http/exchange.js';
import type { CallerIdentity } from '../session/caller-identity.js';
import { cookieValues } from '../http/cookies.js';
import { type IdTokenClaims, IdTokenStrategy } from '../identity/id-token.verifier.js';
import { unauthenticated } from '../session/unauthenticated.js';

const MAX_REMEMBERED = 20_000;
/** A token with less than this left is not forwarded: it could end on its way. */
const MIN_LEFT_MS = 5_000;

/** A caller of the company's sign-on. */
export interface SsoCaller extends CallerIdentity {
  readonly claims: IdTokenClaims;
}

/** Callers whose company sign-on already put an id_token into a cookie (`SSO_COOKIE`); no session is kept for them. */
@Injectable()
export class SsoTokens {
  // A token that was verified stays verified until it ends: the signature costs more than the rest of the request.
  private readonly verified = new LRUCache<string, SsoCaller>({ max: MAX_REMEMBERED });
  private readonly cookie: string | undefined;

  constructor(
    config: Config,
    private readonly idTokens: IdTokenStrategy,
  ) {
    this.cookie = config.ssoCookie;
  }

  /** The caller that the sign-on's cookie names; undefined without one, or with one that is not valid. */
  async enter(req: GatewayRequest): Promise<SsoCaller | undefined> {
    if (this.cookie === undefined) return undefined;
    const tokens = cookieValues(req.headers.cookie, this.cookie);
    if (tokens.length > 1)
      throw unauthenticated('ambiguous_cookie', 'The request carries two sign-on cookies; sign in again.');
    const [token] = tokens;
    return token === undefined ? undefined : (this.verified.get(token) ?? this.verify(token));
  }

  private async verify(token: string): Promise<SsoCaller | undefined> {
    const claims = await this.idTokens.verify(token);
    const left = claims === undefined ? 0 : claims.exp * 1000 - Date.now() - MIN_LEFT_MS;
    if (claims === undefined || left <= 0) return undefined;
    const caller: SsoCaller = { subject: claims.sub, token, claims, renew: () => Promise.resolve(undefined) };
    this.verified.set(token, caller, { ttl: left });
    return caller;
  }
}
