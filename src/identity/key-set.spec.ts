import { CompactSign } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKey, type SigningKey } from '../../test/support/unit/memory.provider.js';
import { ALGORITHMS, KeySet, providerUnavailable } from './key-set.js';

const first = await createKey('first');
const second = await createKey('second');

/** What the provider serves, and how often it was asked. */
let served: unknown;
let asked: number;
let keys: KeySet;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  served = { keys: [first.jwk] };
  asked = 0;
  keys = new KeySet(async () => {
    asked += 1;
    if (served instanceof Error) throw served;
    return served;
  });
});
afterEach(() => {
  keys.close();
  vi.useRealTimers();
});

async function tokenOf({ privateKey, jwk }: SigningKey, kid: string | null = jwk.kid ?? null): Promise<string> {
  const header = { alg: jwk.alg ?? '', ...(kid !== null && { kid }) };
  return new CompactSign(Buffer.from('{}')).setProtectedHeader(header).sign(privateKey);
}

const NO_KEY = { code: 'ERR_JWKS_NO_MATCHING_KEY' };
const UNAVAILABLE = { status: 503, code: 'identity_provider_unavailable', extras: { retryAfterSeconds: 5 } };

describe('S14: the provider’s keys', () => {
  it('are fetched when they are first needed, once for all that need them, and kept', async () => {
    const token = await tokenOf(first);
    expect(asked).toBe(0);
    await Promise.all([keys.signingKey(token, 'provider'), keys.signingKey(token, 'stranger')]);
    await keys.signingKey(token, 'provider');
    expect(asked).toBe(1);
  });

  it('give the key that has signed a token', async () => {
    served = { keys: [first.jwk, second.jwk] };
    const key = await keys.signingKey(await tokenOf(second), 'provider');
    expect(key).toMatchObject({ type: 'public', algorithm: { name: 'ECDSA' } });
    await expect(crypto.subtle.exportKey('jwk', key)).resolves.toMatchObject({ x: second.jwk.x });
  });

  it('are tried one by one for a token that names none', async () => {
    served = { keys: [first.jwk, second.jwk].map(({ kid: _kid, ...jwk }) => jwk) };
    const key = await keys.signingKey(await tokenOf(second, null), 'provider');
    await expect(crypto.subtle.exportKey('jwk', key)).resolves.toMatchObject({ x: second.jwk.x });
    const stranger = await tokenOf(await createKey('none'), null);
    await expect(keys.signingKey(stranger, 'provider')).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  it('are fetched again every ten minutes', async () => {
    await keys.signingKey(await tokenOf(first), 'provider');
    await vi.advanceTimersByTimeAsync(599_999);
    expect(asked).toBe(1);
    served = { keys: [second.jwk] };
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toBe(2);
    await keys.signingKey(await tokenOf(second), 'stranger');
    expect(asked).toBe(2);
  });

  it('stay valid while they cannot be fetched again', async () => {
    await keys.signingKey(await tokenOf(first), 'provider');
    served = new Error('away');
    await vi.advanceTimersByTimeAsync(600_000);
    await expect(keys.signingKey(await tokenOf(first), 'stranger')).resolves.toBeDefined();
  });

  it('are not fetched any more once the set is closed', async () => {
    keys.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(0);
  });
});

describe('S14, I8: a token that no key has signed', () => {
  beforeEach(async () => void (await keys.signingKey(await tokenOf(first), 'provider')));

  it('from the provider makes them be fetched at once', async () => {
    served = { keys: [first.jwk, second.jwk] };
    await expect(keys.signingKey(await tokenOf(second), 'provider')).resolves.toBeDefined();
    expect(asked).toBe(2);
  });

  it('from a stranger makes them be fetched once in 30 seconds', async () => {
    const token = await tokenOf(second);
    vi.advanceTimersByTime(30_000);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(NO_KEY);
    expect(asked).toBe(1);
    vi.advanceTimersByTime(1);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(NO_KEY);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(NO_KEY);
    expect(asked).toBe(2);
  });

  it('from a stranger makes no fetch within two seconds of one that failed', async () => {
    const token = await tokenOf(second);
    vi.advanceTimersByTime(30_001);
    served = new Error('away');
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(UNAVAILABLE);
    vi.advanceTimersByTime(2_000);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(NO_KEY);
    expect(asked).toBe(2);
    vi.advanceTimersByTime(1);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toBe(3);
  });

  it('is verified with a new key under an old one’s id', async () => {
    served = { keys: [{ ...second.jwk, kid: 'first' }] };
    await expect(keys.signingKey(await tokenOf(second, 'first'), 'provider')).resolves.toBeDefined();
  });

  it('by an algorithm that is not allowed is refused, although the set has its key', async () => {
    const other = await createKey('other', 'ML-DSA-44');
    served = { keys: [first.jwk, other.jwk] };
    await expect(keys.signingKey(await tokenOf(other), 'provider')).rejects.toMatchObject({
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
  });

  it('because it is malformed makes no fetch', async () => {
    await expect(keys.signingKey('no token', 'provider')).rejects.toMatchObject({ code: 'ERR_JWS_INVALID' });
    expect(asked).toBe(1);
  });
});

describe('keys that cannot be fetched', () => {
  beforeEach(() => void (served = new Error('away')));

  it('are a 503 with its cause', async () => {
    await expect(keys.signingKey(await tokenOf(first), 'provider')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: new Error('away'),
    });
  });

  it('are asked for by a stranger’s token once in two seconds, and by the provider’s at once', async () => {
    const token = await tokenOf(first);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject(UNAVAILABLE);
    vi.advanceTimersByTime(1_999);
    await expect(keys.signingKey(token, 'stranger')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: new Error('the key set could not be fetched a moment ago'),
    });
    expect(asked).toBe(1);
    await expect(keys.signingKey(token, 'provider')).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toBe(2);
    vi.advanceTimersByTime(2_000);
    served = { keys: [first.jwk] };
    await expect(keys.signingKey(token, 'stranger')).resolves.toBeDefined();
  });

  it.each([[null], [{}], [{ keys: 'none' }], ['text']])('because the set is %o are a 503', async (json) => {
    served = json;
    await expect(keys.signingKey(await tokenOf(first), 'provider')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('say why', async () => {
    served = {};
    await expect(keys.signingKey(await tokenOf(first), 'provider')).rejects.toMatchObject({
      cause: { message: 'the key set has no keys' },
    });
  });
});

describe('I8: foreign entries of a key set', () => {
  it.each([[null], ['text'], [7], [[]]])('such as %o do no harm', async (entry) => {
    served = { keys: [entry, first.jwk] };
    await expect(keys.signingKey(await tokenOf(first), 'provider')).resolves.toBeDefined();
  });

  it('that cannot be imported are another reason to fetch', async () => {
    served = { keys: [{ ...first.jwk, x: 'AA' }] };
    await keys.signingKey(await tokenOf(second), 'provider').catch(() => undefined);
    const before = asked;
    const failing = keys.signingKey(await tokenOf(first), 'provider');
    served = { keys: [first.jwk] };
    await expect(failing).resolves.toBeDefined();
    expect(asked).toBe(before + 1);
  });
});

it('every algorithm is asymmetric', () => {
  for (const algorithm of ALGORITHMS) expect(algorithm).toMatch(/^(RS|PS|ES)(256|384|512)$|^Ed/);
  expect(ALGORITHMS).toHaveLength(11);
});

it('an unavailable provider is a 503 to be tried again in five seconds', () => {
  expect(providerUnavailable(new Error('away'))).toMatchObject(UNAVAILABLE);
});
