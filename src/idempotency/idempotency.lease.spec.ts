import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdempotencyLease } from './idempotency.lease.js';
import { IdempotencyStore } from './idempotency.store.js';
import { LEASE_MS, StoredResult } from './idempotency.record.js';
import { Keyring } from '../crypto/keyring.js';
import { SqliteStore } from '../store/sqlite.store.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const ANSWER = { status: 201, contentType: 'application/json', body: Buffer.from('{"id":"1"}') };

let store: SqliteStore;
let claims: IdempotencyStore;

beforeEach(() => {
  store = new SqliteStore(':memory:');
  claims = new IdempotencyStore(store, new Keyring([randomBytes(32).toString('base64')]));
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
});

async function take(name = 'name', fingerprint = 'asked'): Promise<IdempotencyLease> {
  const taken = await claims.take(name, fingerprint, 'ann');
  return taken instanceof IdempotencyLease ? taken : expect.unreachable();
}

/** Simulates a lost holder: time passes without a renewal. */
const lapse = (): unknown => vi.advanceTimersByTime(LEASE_MS);

describe('a lease whose holder was lost', () => {
  it('can be acquired if nothing was sent, and a delayed holder then sends nothing', async () => {
    const lost = await take();
    lapse();
    const next = await take('name', 'asked for something else');
    await expect(lost.markSent()).rejects.toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    await lost.fail('failed', {});
    await next.markSent();
    await next.succeed(ANSWER);
    const kept = await claims.read('name');
    expect(await kept?.answer()).toEqual(ANSWER);
  });

  it('cannot be acquired if the call was sent, and still accepts a late response from its holder', async () => {
    const lost = await take();
    await lost.markSent();
    lapse();
    const kept = await claims.take('name', 'asked', 'ann');
    expect(kept).toBeInstanceOf(StoredResult);
    await expect((kept as StoredResult).answerTo('asked')).rejects.toMatchObject({
      code: 'idempotency_outcome_unknown',
    });
    await lost.succeed(ANSWER);
    expect(await (await claims.read('name'))?.answerTo('asked')).toEqual(ANSWER);
  });

  it('does not block its key until a clock that was set back has caught up', async () => {
    vi.setSystemTime(Date.now() + 2 * HOUR_MS);
    await take();
    vi.setSystemTime(Date.now() - 2 * HOUR_MS);
    expect(await claims.take('name', 'asked', 'ann')).toBeInstanceOf(IdempotencyLease);
  });

  it('is not taken over by a replica that was paused after it had asked for the record', async () => {
    await take();
    const read = store.readRecord.bind(store);
    vi.spyOn(store, 'readRecord').mockImplementation(async (name) => {
      const found = await read(name);
      lapse();
      return found;
    });
    expect(await claims.take('name', 'asked', 'ann')).toBeInstanceOf(StoredResult);
  });

  it('does not expire while its holder reports progress', async () => {
    const slow = await take();
    for (const at of [1, 2, 3]) {
      vi.advanceTimersByTime(LEASE_MS - 1);
      slow.report('received', at, 3);
      await expect.poll(async () => (await claims.read('name'))?.isUnderWay).toBe(true);
    }
    expect((await claims.read('name'))?.record.progress).toEqual([{ id: 3, stage: 'received', bytes: 3, of: 3 }]);
    await slow.fail('failed', {});
  });
});

describe('a stored result', () => {
  it('is kept for a day', async () => {
    await (await take()).succeed(ANSWER);
    vi.advanceTimersByTime(DAY_MS - 1);
    expect((await claims.read('name'))?.state).toBe('done');
    vi.advanceTimersByTime(1);
    expect(await claims.read('name')).toBeUndefined();
    await (await take()).fail('failed', {});
  });

  it('of a failure is kept for only five minutes', async () => {
    await (await take()).fail('failed', {});
    vi.advanceTimersByTime(5 * 60_000 - 1);
    expect((await claims.read('name'))?.state).toBe('failed');
    vi.advanceTimersByTime(1);
    expect(await claims.read('name')).toBeUndefined();
  });

  it('of a body in transfer is written at most twice a second', async () => {
    const put = vi.spyOn(store, 'putRecord');
    const claim = await take();
    for (let at = 1; at <= 100; at++) claim.report('received', at, 100);
    claim.report('parsed');
    await claim.fail('failed', {});
    expect(put).toHaveBeenCalledTimes(4);
    const { progress } = (await claims.read('name'))?.record ?? expect.unreachable();
    expect(progress).toEqual([
      { id: 100, stage: 'received', bytes: 100, of: 100 },
      { id: 101, stage: 'parsed' },
    ]);
  });
});
