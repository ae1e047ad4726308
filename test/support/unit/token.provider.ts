import type { RefreshAnswer } from '../../../src/identity/identity-provider.js';
import { TokenRefused } from '../../../src/identity/provider.failure.js';
import type { TokenSet } from '../../../src/identity/token.response.js';
import type { IdTokenClaims } from '../../../src/identity/token.verifier.js';

/** What the next refreshes bring. */
export type Mood =
  | 'tokens'
  | 'no answer'
  | 'no id_token'
  | 'an invalid id_token'
  | 'an id_token of another person'
  | 'no refresh_token';

/**
 * An identity provider in memory, in the place of `IdentityProvider` and `TokenVerifier`. As strict as the standards let
 * one be: a refresh token is good once (RFC 9700, section 4.14.2), and only id_tokens that it has issued verify.
 */
export class TokenProvider {
  mood: Mood = 'tokens';
  /** Lifetime of the tokens it issues. */
  seconds = 300;
  /** Refresh tokens that were sent to it, and those that were revoked. */
  readonly sent: string[] = [];
  readonly revoked: string[] = [];
  private readonly grants = new Map<string, IdTokenClaims>();
  private readonly issued = new Map<string, IdTokenClaims>();
  private count = 0;
  private gate: Promise<void> = Promise.resolve();

  /** The tokens of a new sign-in. */
  issue(sub: string, more: Readonly<Record<string, unknown>> = {}): TokenSet & { readonly idToken: string } {
    return this.tokensFor({ ...more, sub, exp: 0 });
  }

  claimsOf(idToken: string): IdTokenClaims {
    const claims = this.issued.get(idToken);
    if (claims === undefined) throw new TokenRefused('the token was not issued here', undefined);
    return claims;
  }

  /** Answers no call from now on until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }

  async refresh(refreshToken: string): Promise<RefreshAnswer> {
    this.sent.push(refreshToken);
    await this.gate;
    if (this.mood === 'no answer') return { outcome: 'unavailable', cause: new Error('no answer') };
    const claims = this.grants.get(refreshToken);
    if (claims === undefined) return { outcome: 'over' };
    this.grants.delete(refreshToken);
    return { outcome: 'tokens', tokens: this.tokensInMood(claims) };
  }

  async revoke(refreshToken: string): Promise<void> {
    this.revoked.push(refreshToken);
    this.grants.delete(refreshToken);
  }

  /** In the place of `TokenVerifier`. */
  async idToken(token: string): Promise<IdTokenClaims> {
    return this.claimsOf(token);
  }

  private tokensInMood(claims: IdTokenClaims): TokenSet {
    if (this.mood === 'an id_token of another person') return this.tokensFor({ ...claims, sub: 'eve' });
    const tokens = this.tokensFor(claims);
    if (this.mood === 'no id_token') return { ...tokens, idToken: undefined };
    if (this.mood === 'an invalid id_token') return { ...tokens, idToken: 'not issued here' };
    return this.mood === 'no refresh_token' ? { ...tokens, refreshToken: undefined } : tokens;
  }

  private tokensFor(former: IdTokenClaims): TokenSet & { readonly idToken: string } {
    this.count += 1;
    const end = Date.now() + this.seconds * 1000;
    const claims = { ...former, exp: end / 1000 };
    const idToken = `id-${this.count}`;
    const refreshToken = `refresh-${this.count}`;
    this.issued.set(idToken, claims);
    this.grants.set(refreshToken, claims);
    return { idToken, accessToken: `access-${this.count}`, refreshToken, accessTokenExpiresAt: end };
  }
}
