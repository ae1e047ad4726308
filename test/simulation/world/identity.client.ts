import type { RefreshAnswer } from '../../../src/identity/identity-provider.js';
import { providerUnavailable } from '../../../src/identity/key-set.js';
import { TokenRefused } from '../../../src/identity/provider.failure.js';
import type { TokenSet } from '../../../src/identity/token.response.js';
import type { IdTokenClaims, LogoutTokenClaims } from '../../../src/identity/token.verifier.js';
import { theUniverse, timeOf, trace } from '../engine/globals.js';
import type { SimProcess } from '../engine/sim.process.js';
import type { Network } from './network.js';
import { InvalidGrant, type Provider, type TokenAnswer } from './provider.js';

const TIMEOUT_MS = 10_000;
const CLOCK_TOLERANCE_MS = 30_000;

/**
 * In the place of `IdentityProvider`: the same methods over the simulated network. What it leaves out is HTTP and
 * signatures, which have tests of their own.
 */
export class SimIdentityClient {
  constructor(
    private readonly process: SimProcess,
    private readonly provider: Provider,
    private readonly network: Network,
  ) {}

  async authorizationUrl({ state }: { state: string }): Promise<URL> {
    return new URL(`https://provider.example/authorize?state=${encodeURIComponent(state)}`);
  }

  async exchange(query: string): Promise<TokenSet> {
    const code = new URLSearchParams(query).get('code') ?? '';
    try {
      return toTokenSet(await this.ask(() => this.provider.exchange(code)));
    } catch (error) {
      if (error instanceof InvalidGrant) throw new TokenRefused('invalid_grant', undefined);
      throw providerUnavailable(error);
    }
  }

  async refresh(refreshToken: string): Promise<RefreshAnswer> {
    const grant = this.provider.grantOf(refreshToken);
    grant?.askedBy.set(this.process, theUniverse().scheduler.now);
    try {
      const answer = await this.ask(() => {
        const tokens = this.provider.refresh(refreshToken, this.process);
        this.provider.answers(this.process);
        return tokens;
      });
      return { outcome: 'tokens', tokens: toTokenSet(answer) };
    } catch (cause) {
      return cause instanceof InvalidGrant ? { outcome: 'over' } : { outcome: 'unavailable', cause };
    } finally {
      grant?.askedBy.delete(this.process);
    }
  }

  async userInfo(): Promise<object | undefined> {
    return undefined;
  }

  async revoke(refreshToken: string): Promise<void> {
    await this.ask(() => this.provider.revoke(refreshToken)).catch(() => undefined);
  }

  async logoutUrl(): Promise<URL | undefined> {
    return undefined;
  }

  /** One call: the answer may be late, or never come although the provider has done its part. */
  private ask<T>(act: () => T): Promise<T> {
    const { scheduler, random } = theUniverse();
    const { process, provider, network } = this;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('OAUTH_TIMEOUT')), TIMEOUT_MS);
      const answer = (delayMs: number, settle: () => void): void =>
        void scheduler.schedule(delayMs, process, () => {
          clearTimeout(timer);
          settle();
        });
      scheduler.schedule(network.delayMs(), undefined, () => {
        const { now } = provider;
        if (now === 'silent') return;
        const slowness = now === 'slow' ? random.between(3_000, 8_000) : 0;
        scheduler.schedule(slowness, undefined, () => {
          trace(() => `the provider (${now}) is asked by ${process.name}`);
          try {
            const result = act();
            if (now !== 'losing answers') answer(network.delayMs(), () => resolve(result));
          } catch (error) {
            answer(network.delayMs(), () => reject(error));
          }
        });
      });
    });
  }
}

/** In the place of `TokenVerifier`: a token of this provider that has not ended; a logout token is its claims. */
export class SimTokenVerifier {
  constructor(private readonly provider: Provider) {}

  async idToken(token: string): Promise<IdTokenClaims> {
    const claims = this.provider.tokens.get(token);
    const now = timeOf(theUniverse().scheduler.current);
    if (claims === undefined || claims.exp * 1000 + CLOCK_TOLERANCE_MS <= now)
      throw new TokenRefused('the token has ended', undefined);
    return { ...claims };
  }

  async logoutToken(token: string): Promise<LogoutTokenClaims> {
    return JSON.parse(token) as LogoutTokenClaims;
  }
}

function toTokenSet({ seconds, ...tokens }: TokenAnswer): TokenSet {
  return { ...tokens, accessTokenExpiresAt: timeOf(theUniverse().scheduler.current) + seconds * 1000 };
}
