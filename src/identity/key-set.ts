import { compactVerify, createLocalJWKSet, type CryptoKey, errors, type JSONWebKeySet } from 'jose';
import { Problem } from '../http/problem.js';

/** Minimum time between two fetches caused by tokens from unknown senders. */
const COOLDOWN_MS = 30_000;
/** Minimum time after a failed fetch, for tokens from unknown senders. */
const PAUSE_MS = 2_000;
/** Keys are refetched at this age: retired keys are dropped, and new ones are known before they are used. */
const MAX_AGE_MS = 600_000;

/** Asymmetric only: `none`, and a public key used as an HMAC secret, never verify (RFC 8725, section 3.1). */
export const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/**
 * Who sent a token to the gateway: the provider itself, in response to our call, or an unknown sender. A token from the
 * provider justifies a fetch of the keys; one from an unknown sender must not cause many.
 */
export type TokenSource = 'provider' | 'stranger';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/**
 * The provider's key set (RFC 7517), and nothing else: `jku`, `jwk` and `x5u` in a token are never followed. Cached keys
 * stay valid while the provider is unavailable. Keys of other types or uses, malformed ones and duplicates are ignored.
 */
export class KeySet {
  private keys: LocalKeys | undefined;
  private loading: Promise<LocalKeys> | undefined;
  private loadedAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  /** @param fetchKeys fetches the key set's JSON; rejects on failure */
  constructor(private readonly fetchKeys: () => Promise<unknown>) {
    this.timer = setInterval(() => void this.load().catch(() => undefined), MAX_AGE_MS).unref();
  }

  /**
   * The key that a token is signed with. If the set has none, it is fetched once more: the provider may sign with a new
   * key, even one under an old key's id.
   * @throws JOSEError for a token that no key of the set has signed | Problem 503 `identity_provider_unavailable`
   */
  async signingKey(token: string, source: TokenSource): Promise<CryptoKey> {
    const keys = this.keys ?? (await this.first(source));
    try {
      return await keyThatSigned(token, keys);
    } catch (error) {
      if (!isAboutKeys(error) || !this.mayReload(source)) throw error;
      return keyThatSigned(token, await this.load());
    }
  }

  /** Stops refreshing the keys. */
  close(): void {
    clearInterval(this.timer);
  }

  private mayReload(source: TokenSource): boolean {
    const now = performance.now();
    return source === 'provider' || (now - this.loadedAt > COOLDOWN_MS && now - this.failedAt > PAUSE_MS);
  }

  private async first(source: TokenSource): Promise<LocalKeys> {
    if (source === 'stranger' && performance.now() - this.failedAt < PAUSE_MS)
      throw providerUnavailable(new Error('the key set could not be fetched a moment ago'));
    return this.load();
  }

  /** Fetches the set, once for all concurrent callers. */
  private load(): Promise<LocalKeys> {
    this.loading ??= this.fetchKeys()
      .then((json) => {
        this.keys = createLocalJWKSet(readableKeys(json));
        this.loadedAt = performance.now();
        return this.keys;
      })
      .catch((cause: unknown) => {
        this.failedAt = performance.now();
        throw providerUnavailable(cause);
      })
      .finally(() => (this.loading = undefined));
    return this.loading;
  }
}

/** The identity provider did not answer, so the outcome is unknown. */
export function providerUnavailable(cause: unknown): Problem {
  return new Problem('identity_provider_unavailable', { retryAfterSeconds: 5, cause });
}

async function keyThatSigned(token: string, keys: LocalKeys): Promise<CryptoKey> {
  const options = { algorithms: ALGORITHMS };
  try {
    return (await compactVerify(token, keys, options)).key;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const verified = await compactVerify(token, key, options).catch(() => undefined);
      if (verified !== undefined) return key;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whether another key set could make a token valid. An error that is not JOSE's means that a key could not be imported. */
function isAboutKeys(error: unknown): boolean {
  const isOther = error instanceof errors.JOSEError;
  return (
    !isOther || error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed
  );
}

/** An entry that is not an object must not invalidate the others. */
function readableKeys(json: unknown): JSONWebKeySet {
  const { keys } = (json ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new errors.JWKSInvalid('the key set has no keys');
  return { keys: keys.filter((key) => key !== null && typeof key === 'object' && !Array.isArray(key)) };
}
