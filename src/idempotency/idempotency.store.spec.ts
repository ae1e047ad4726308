import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Keyring } from '../crypto/keyring.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { IdempotencyLease } from './idempotency.lease.js';
import { LEASE_MS, StoredResult } from './idempotency.record.js';
import { IdempotencyStore } from './idempotency.store.js';

const KEYS_PER_DAY = 2_000;
const UNLIMITED = { count: 1e9, bytes: 1e12 };
const ANSWER = { status: 201, contentType: 'application/json', body: Buffer.from('{"id":"1"}') };

let store: SqliteStore;
let results: IdempotencyStore;
beforeEach(() => {
  store = new SqliteStore(':memory:');
  results = new IdempotencyStore(store, newKeyring());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
});

function newKeyring(): Keyring {
  return new Keyring([randomBytes(32).toString('base64')]);
}

async function take(name = 'name', fingerprint = 'asked'): Promise<IdempotencyLease> {
  const taken = await results.take(name, fingerprint, 'ann');
  return taken instanceof IdempotencyLease ? taken : expect.unreachable();
}

async function repeat(name = 'name'): Promise<StoredResult> {
  const taken = await results.take(name, 'asked', 'ann');
  return taken instanceof StoredResult ? taken : expect.unreachable();
}

/** Leaves the person this many keys of the day. */
async function leaveKeys(count: number): Promise<void> {
  const isCharged = await store.charge('ann', { count: KEYS_PER_DAY - count, bytes: 0 }, UNLIMITED);
  expect(isCharged).toBe(true);
}

describe('taking the lease of a key', () => {
  it('succeeds for one of two at the same time', async () => {
    const taken = await Promise.all(['a', 'b'].map(() => results.take('name', 'asked', 'ann')));
    const leases = taken.filter((one) => one instanceof IdempotencyLease);
    expect(leases).toHaveLength(1);
    const others = taken.filter((one) => one instanceof StoredResult);
    expect(others.map(({ state }) => state)).toEqual(['open']);
    await leases[0]?.fail('failed', {});
  });

  it('is refused while it is held, and returns the result when there is one', async () => {
    const lease = await take();
    expect((await repeat()).state).toBe('open');
    await lease.markSent();
    expect((await repeat()).state).toBe('sent');
    await lease.succeed(ANSWER);
    expect(await (await repeat()).answerTo('asked')).toEqual(ANSWER);
  });

  it('succeeds again after a failure, for one of two at the same time', async () => {
    await (await take()).fail('failed', {});
    const taken = await Promise.all(['a', 'b'].map(() => results.take('name', 'asked', 'ann')));
    const leases = taken.filter((one) => one instanceof IdempotencyLease);
    expect(leases).toHaveLength(1);
    const others = taken.filter((one) => one instanceof StoredResult);
    expect(others.map(({ state }) => state)).toEqual(['open']);
    await leases[0]?.fail('failed', {});
  });

  it('is refused after an unknown outcome', async () => {
    await (await take()).fail('unknown', {});
    expect((await repeat()).state).toBe('unknown');
  });

  it('succeeds where the other record disappears meanwhile', async () => {
    vi.spyOn(store, 'putRecord').mockResolvedValueOnce(false);
    await (await take()).succeed(ANSWER);
    expect((await repeat()).state).toBe('done');
  });

  it('succeeds where another holder comes and goes between two attempts', async () => {
    const put = vi.spyOn(store, 'putRecord').mockResolvedValueOnce(false).mockResolvedValueOnce(false);
    const lease = await take();
    expect(put).toHaveBeenCalledTimes(3);
    await lease.succeed(ANSWER);
    expect(await (await repeat()).answerTo('asked')).toEqual(ANSWER);
  });
});

describe('a holder that was taken for lost', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('keeps its key where it goes on before another one takes it', async () => {
    const lease = await take();
    const read = store.readRecord.bind(store);
    vi.spyOn(store, 'readRecord').mockImplementationOnce(async (name) => {
      const stored = await read(name);
      await lease.markSent();
      return stored;
    });
    vi.setSystemTime(Date.now() + 2 * LEASE_MS);
    expect((await repeat()).state).toBe('sent');
    await lease.succeed(ANSWER);
    expect(await (await repeat()).answerTo('asked')).toEqual(ANSWER);
  });
});

describe('the quota of a person', () => {
  it('counts a key once, however often it is repeated', async () => {
    await leaveKeys(2);
    const lease = await take();
    for (let i = 0; i < 5; i++) await repeat();
    await lease.succeed(ANSWER);
    await repeat();
    await (await take('other')).succeed(ANSWER);
    await expect(results.take('third', 'asked', 'ann')).rejects.toMatchObject({ code: 'too_many_idempotency_keys' });
  });

  it('does not count keys under which nothing was created', async () => {
    await leaveKeys(1);
    for (let i = 0; i < 3; i++) await (await take(`failed ${i}`)).fail('failed', {});
    await (await take('unknown')).fail('unknown', {});
    await expect(results.take('next', 'asked', 'ann')).rejects.toMatchObject({ code: 'too_many_idempotency_keys' });
  });

  it('does not concern repeats, but keys that are new or have failed', async () => {
    await (await take('done')).succeed(ANSWER);
    const open = await take('open');
    await (await take('failed')).fail('failed', {});
    await store.charge('ann', { count: KEYS_PER_DAY - 2, bytes: 0 }, UNLIMITED);
    expect((await repeat('done')).state).toBe('done');
    expect((await repeat('open')).state).toBe('open');
    for (const name of ['failed', 'new'])
      await expect(results.take(name, 'asked', 'ann')).rejects.toMatchObject({
        status: 429,
        code: 'too_many_idempotency_keys',
        extras: { retryAfterSeconds: 3_600 },
      });
    await open.fail('unknown', {});
  });
});

describe('S10: a record', () => {
  it('that was sealed with a replaced secret has an unknown outcome for every request', async () => {
    await (await take()).succeed(ANSWER);
    const replaced = new IdempotencyStore(store, newKeyring());
    const kept = await replaced.read('name');
    expect(kept?.state).toBe('unknown');
    expect(kept?.record.progress).toEqual([]);
    for (const fingerprint of ['asked', 'asked for something else'])
      await expect(kept?.answerTo(fingerprint)).rejects.toMatchObject({ code: 'idempotency_outcome_unknown' });
  });

  it('is valid only under its own name', async () => {
    await (await take()).succeed(ANSWER);
    const record = (await store.readRecord('name')) ?? expect.unreachable();
    await store.putRecord('other', undefined, record, 60_000);
    expect((await results.read('other'))?.state).toBe('unknown');
    expect((await results.read('name'))?.state).toBe('done');
  });

  it('is undefined for a name that was never used', async () => {
    expect(await results.read('name')).toBeUndefined();
  });
});
