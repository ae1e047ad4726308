import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordStore } from '../store/record.store.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { IdempotencyQuota } from './idempotency.quota.js';

const KEYS_PER_DAY = 2_000;
const BYTES_PER_DAY = 16 * 1_048_576;
const SMALL_BYTES = 4_096;
const UNLIMITED = { count: 1e9, bytes: 1e12 };

let store: SqliteStore;
let quota: IdempotencyQuota;
beforeEach(() => {
  store = new SqliteStore(':memory:');
  quota = new IdempotencyQuota(store, 'ann');
});
afterEach(() => store.close());

describe('H3: the keys of a person', () => {
  it('are limited to 2,000 in a day', async () => {
    await store.charge('ann', { count: KEYS_PER_DAY - 1, bytes: 0 }, UNLIMITED);
    expect([await quota.admit(), await quota.admit()]).toEqual([true, false]);
    expect(await new IdempotencyQuota(store, 'bob').admit()).toBe(true);
  });

  it('are given back when they were not used', async () => {
    await store.charge('ann', { count: KEYS_PER_DAY, bytes: 0 }, UNLIMITED);
    await quota.refund();
    expect([await quota.admit(), await quota.admit()]).toEqual([true, false]);
  });
});

describe('H3: the stored answers of a person', () => {
  it('are limited to 16 MiB in a day', async () => {
    expect(await quota.mayKeep(BYTES_PER_DAY - SMALL_BYTES)).toBe(true);
    expect(await quota.mayKeep(SMALL_BYTES + 1)).toBe(false);
    expect(await new IdempotencyQuota(store, 'bob').mayKeep(BYTES_PER_DAY)).toBe(true);
  });

  it('do not count while they are small: the number of keys limits those', async () => {
    await store.charge('ann', { count: 0, bytes: BYTES_PER_DAY }, UNLIMITED);
    expect(await quota.mayKeep(SMALL_BYTES)).toBe(true);
    expect(await quota.mayKeep(SMALL_BYTES + 1)).toBe(false);
  });

  it('do not count as keys', async () => {
    await store.charge('ann', { count: KEYS_PER_DAY, bytes: 0 }, UNLIMITED);
    expect(await quota.mayKeep(SMALL_BYTES + 1)).toBe(true);
  });

  it('are not kept, and do not count, where the store needs its room for sessions', async () => {
    const hasRoomFor = vi.spyOn<RecordStore, 'hasRoomFor'>(store, 'hasRoomFor').mockResolvedValue(false);
    expect(await quota.mayKeep(BYTES_PER_DAY)).toBe(false);
    expect(hasRoomFor).toHaveBeenCalledWith('ann', BYTES_PER_DAY);
    hasRoomFor.mockRestore();
    expect(await quota.mayKeep(BYTES_PER_DAY)).toBe(true);
  });
});
