import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Keyring } from '../../src/crypto/keyring.js';
import { IdempotencyLease } from '../../src/idempotency/idempotency.lease.js';
import type { StoredResult } from '../../src/idempotency/idempotency.record.js';
import { IdempotencyStore } from '../../src/idempotency/idempotency.store.js';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import { SqliteStore } from '../../src/store/sqlite.store.js';
import type { Store } from '../../src/store/store.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { newSession } from '../support/stored-session.js';

const KEYS_PER_DAY = 2_000;
const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
const ANSWER_BYTES = 4 * MIB;
/** Together four times the memory of the Redis server below. */
const CREATIONS = 30;

interface Place {
  readonly store: Store;
  close(): Promise<void>;
}

async function sqlite(): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'quota-'));
  const store = new SqliteStore(join(directory, 'sessions.db'));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, close };
}

async function redis(): Promise<Place> {
  const server = await TestRedis.start('--maxmemory', '32mb', '--maxmemory-policy', 'noeviction');
  const store = await RedisStore.open(server.url);
  const close = async (): Promise<void> => {
    await store.close();
    await server.close();
  };
  return { store, close };
}

/** Incompressible. */
const answer = (bytes: number) => ({ status: 201, contentType: 'application/json', body: randomBytes(bytes) });

const places: [title: string, start: () => Promise<Place>, canRun: boolean][] = [
  ['SQLite', sqlite, true],
  [`Redis${WITHOUT_REDIS}`, redis, hasRedis()],
];

for (const [title, start, canRun] of places)
  describe.skipIf(!canRun)(`H3: the idempotency quota of a person in ${title}`, () => {
    let place: Place;
    let store: Store;
    let results: IdempotencyStore;
    beforeAll(async () => {
      place = await start();
      ({ store } = place);
      results = new IdempotencyStore(store, new Keyring([randomBytes(32).toString('base64')]));
    });
    afterAll(() => place.close());
    afterEach(() => void vi.restoreAllMocks());

    async function create(name: string, person: string, bytes: number): Promise<void> {
      const taken = await results.take(name, 'asked', person);
      if (!(taken instanceof IdempotencyLease)) return expect.unreachable();
      await taken.markSent();
      await taken.succeed(answer(bytes));
    }

    it('limits keys per day; repeats are still answered, and other people are not affected', async () => {
      await create('first', 'ann', 10);
      expect(await store.charge('ann', { count: KEYS_PER_DAY - 2, bytes: 0 }, { count: 1e9, bytes: 0 })).toBe(true);
      const failed = (await results.take('second', 'asked', 'ann')) as IdempotencyLease;
      await failed.fail('failed', {});
      await create('third', 'ann', 10);
      await expect(results.take('fourth', 'asked', 'ann')).rejects.toMatchObject({
        status: 429,
        code: 'too_many_idempotency_keys',
      });
      const repeat = (await results.take('first', 'asked', 'ann')) as StoredResult;
      expect((await repeat.answerTo('asked')).body).toHaveLength(10);
      await create('fourth', 'bob', 10);
      const later = store.now() + 24 * HOUR_MS;
      vi.spyOn(store, 'now').mockReturnValue(later);
      await create('fifth', 'ann', 10);
    });

    it('never displaces sessions', async () => {
      for (let i = 0; i < CREATIONS; i++) await create(`large ${i}`, `person ${i % 3}`, ANSWER_BYTES);
      const kept = await Promise.all(Array.from({ length: CREATIONS }, (_, i) => results.read(`large ${i}`)));
      const states = kept.map((one) => one?.state);
      expect(new Set(states)).toEqual(new Set(['done', 'oversized']));
      // At most 16 MiB a day for each of three persons, and half of the memory of this Redis for all.
      expect(states.filter((state) => state === 'done').length).toBeLessThanOrEqual(title === 'SQLite' ? 12 : 4);
      const session = newSession();
      await store.create(session);
      expect(await store.read(session.id)).toEqual(session);
      await create('small', 'cem', 100);
    });
  });
