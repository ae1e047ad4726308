import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import { SqliteStore } from '../../src/store/sqlite.store.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { newSession } from '../support/stored-session.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe.skipIf(!hasRedis())(`O9: a replica whose clock differs from that of Redis${WITHOUT_REDIS}`, () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await TestRedis.start();
  });
  afterAll(() => server.close());
  afterEach(() => void vi.useRealTimers());

  /** The store of a replica whose wall clock is off by `milliseconds`. */
  async function storeOff(milliseconds: number): Promise<RedisStore> {
    const real = Date.now();
    const store = await RedisStore.open(server.url);
    vi.useFakeTimers({ toFake: ['Date'], now: real + milliseconds });
    return store;
  }

  it.each([-2 * HOUR_MS, -5 * MINUTE_MS, 5 * MINUTE_MS, 2 * HOUR_MS])(
    'uses the clock of Redis when its own is off by %i ms',
    async (off) => {
      const real = Date.now();
      const store = await storeOff(off);
      expect(Math.abs(store.now() - real)).toBeLessThan(5_000);
      const now = store.now();
      const session = newSession({ createdAt: now, expiresAt: now + MINUTE_MS, idleExpiresAt: now + 30_000 });
      await store.create(session);
      expect(await store.read(session.id)).toEqual(session);
      await store.extend(session.id, now + 40_000);
      expect((await store.read(session.id))?.idleExpiresAt).toBe(now + 40_000);
      expect(await store.listByOwner(session.owner)).toHaveLength(1);
      const left = Number(await server.command('PTTL', `gateway:session:${session.id}`));
      expect(left).toBeGreaterThan(30_000);
      expect(left).toBeLessThanOrEqual(40_000);
      await store.close();
    },
  );

  it('uses its own clock when its user may not read that of Redis, and logs a warning', async () => {
    const rules = ['on', '>pw', '~gateway:*', '+@connection', '+@read', '+@write', '+@scripting'];
    await server.command('ACL', 'SETUSER', 'narrow', ...rules);
    const store = await RedisStore.open(server.url.replace('redis://', 'redis://narrow:pw@'));
    const session = newSession();
    await store.create(session);
    expect(await store.read(session.id)).toEqual(session);
    await store.close();
  });
});

describe('O9: SQLite on a machine whose clock is set back', () => {
  afterEach(() => void vi.useRealTimers());

  it('S3: gives up a lease whose holder was lost: it would last for hours', async () => {
    const store = new SqliteStore(':memory:');
    const real = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: real + 2 * HOUR_MS });
    expect(await store.lease('refresh', 'lost', 5_000)).toBe(true);
    vi.setSystemTime(real);
    expect(await store.lease('refresh', 'next', 5_000)).toBe(true);
    expect(await store.lease('refresh', 'third', 5_000)).toBe(false);
    await store.close();
  });

  it('S3: leaves a lease to its holder where another process has looked at the clock a moment before', async () => {
    const store = new SqliteStore(':memory:');
    const real = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: real });
    expect(await store.lease('refresh', 'holder', 5_000)).toBe(true);
    vi.setSystemTime(real - 1);
    expect(await store.lease('refresh', 'other', 5_000)).toBe(false);
    vi.setSystemTime(real - 4_000);
    expect(await store.lease('refresh', 'other', 5_000)).toBe(false);
    await store.close();
  });
});
