import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StoredRecord } from '../../src/store/record.store.js';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import type { StoredSession } from '../../src/store/session.store.js';
import type { Store } from '../../src/store/store.js';
import { SqliteStore } from '../../src/store/sqlite.store.js';
import { startCluster, startSentinel } from '../support/redis-topologies.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { newSession } from '../support/stored-session.js';

/** Provides the stores of two replicas, and cleans up. */
interface Place {
  open(): Promise<Store>;
  close(): Promise<void>;
}

async function sqlite(): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-sqlite-'));
  const open = async () => new SqliteStore(join(directory, 'sessions.db'));
  return { open, close: async () => rmSync(directory, { recursive: true }) };
}

async function redis(): Promise<Place> {
  const server = await TestRedis.start();
  return { open: () => RedisStore.open(server.url), close: () => server.close() };
}

async function cluster(): Promise<Place> {
  const { url, close } = await startCluster();
  return { open: () => RedisStore.open(url), close };
}

async function sentinel(): Promise<Place> {
  const { url, close } = await startSentinel();
  return { open: () => RedisStore.open(url), close };
}

const places: [name: string, start: () => Promise<Place>, canRun: boolean][] = [
  ['SQLite', sqlite, true],
  [`Redis${WITHOUT_REDIS}`, redis, hasRedis()],
  [`Redis Cluster${WITHOUT_REDIS}`, cluster, hasRedis()],
  [`Redis Sentinel${WITHOUT_REDIS}`, sentinel, hasRedis()],
];

/** Expects a replica to be notified within a second that a session may have changed. */
async function isToldOf(replica: Store, id: string, change: () => Promise<unknown>): Promise<boolean> {
  const changes: (string | undefined)[] = [];
  replica.onChange((changed) => changes.push(changed));
  await change();
  await expect.poll(() => changes.includes(id) || changes.includes(undefined), { timeout: 1_000 }).toBe(true);
  replica.onChange(() => undefined);
  return true;
}

function claim(holder: string, version: number, text: string): StoredRecord {
  return { holder, version, sealed: Buffer.from(text) };
}

for (const [title, start, canRun] of places)
  describe.skipIf(!canRun)(`a session store by ${title}`, () => {
    let place: Place;
    let store: Store;
    let other: Store;
    beforeAll(async () => {
      place = await start();
      [store, other] = [await place.open(), await place.open()];
    });
    afterAll(async () => {
      await Promise.all([store.close(), other.close()]);
      await place.close();
    });

    afterEach(() => void vi.restoreAllMocks());

    const created = async (members: Partial<StoredSession> = {}): Promise<StoredSession> => {
      const session = newSession(members);
      await store.create(session);
      return session;
    };

    describe('a session', () => {
      it('is read unchanged by every replica', async () => {
        const session = await created();
        expect(await other.read(session.id)).toEqual(session);
        const without = await created({ providerSession: null, device: '' });
        expect(await other.read(without.id)).toEqual(without);
      });

      it('is unknown if it was never created', async () => {
        expect(await store.read('x'.repeat(24))).toBeUndefined();
      });

      it.each(['expiresAt', 'idleExpiresAt'] as const)('ends after %s', async (limit) => {
        const { id, owner } = await created({ [limit]: Date.now() + 500 });
        expect(await store.read(id)).toBeDefined();
        await sleep(550);
        expect(await store.read(id)).toBeUndefined();
        expect(await store.listByOwner(owner)).toEqual([]);
        await store.replace(id, 1, Buffer.from('new'));
        await store.extend(id, Date.now() + 10_000);
        expect(await other.read(id)).toBeUndefined();
      });

      it('S5: is judged by the time of the question, where a paused process gets the answer late', async () => {
        const session = await created();
        const now = vi.spyOn(store, 'now').mockReturnValue(store.now());
        const reading = store.read(session.id);
        now.mockReturnValue(session.expiresAt);
        expect(await reading).toEqual(session);
        expect(await store.read(session.id)).toBeUndefined();
      });

      it('lives longer when its idle limit is extended, which never shrinks', async () => {
        const session = await created({ idleExpiresAt: Date.now() + 150 });
        const idleExpiresAt = Date.now() + 20_000;
        await store.extend(session.id, idleExpiresAt);
        await other.extend(session.id, idleExpiresAt - 5_000);
        await sleep(200);
        expect(await store.read(session.id)).toEqual({ ...session, idleExpiresAt });
      });

      it('ends at its absolute limit, whatever its idle limit', async () => {
        const { id } = await created({ expiresAt: Date.now() + 200, idleExpiresAt: Date.now() + 100 });
        await store.extend(id, Date.now() + 10_000);
        await sleep(250);
        expect(await store.read(id)).toBeUndefined();
      });

      it('cannot be restored after it is removed', async () => {
        const { id, owner, providerSession } = await created();
        expect(await other.remove(id)).toBe(true);
        expect(await store.remove(id)).toBe(false);
        expect(await store.replace(id, 1, Buffer.from('late'))).toBe(false);
        await store.extend(id, Date.now() + 20_000);
        expect(await store.read(id)).toBeUndefined();
        expect(await store.listByOwner(owner)).toEqual([]);
        expect(await store.listByProviderSession(String(providerSession))).toEqual([]);
      });
    });

    describe('compare-and-set', () => {
      it('writes only at the given version', async () => {
        const session = await created();
        const sealed = randomBytes(64);
        expect(await other.replace(session.id, 1, sealed)).toBe(true);
        expect(await store.replace(session.id, 1, Buffer.from('stale'))).toBe(false);
        expect(await store.replace(session.id, 3, Buffer.from('ahead'))).toBe(false);
        expect(await store.read(session.id)).toEqual({ ...session, version: 2, sealed });
      });

      it('has one winner among a hundred', async () => {
        const { id } = await created();
        const writes = Array.from({ length: 100 }, (_, n) =>
          (n % 2 ? store : other).replace(id, 1, Buffer.from(`${n}`)),
        );
        const outcomes = await Promise.all(writes);
        const winners = outcomes.flatMap((won, n) => (won ? [n] : []));
        expect(winners).toHaveLength(1);
        expect(String((await store.read(id))?.sealed)).toBe(String(winners[0]));
        expect((await store.read(id))?.version).toBe(2);
      });

      it('counts past version 9', async () => {
        const { id } = await created();
        for (let version = 1; version <= 12; version++) await store.replace(id, version, Buffer.from('x'));
        expect((await store.read(id))?.version).toBe(13);
      });
    });

    describe('its indexes', () => {
      it('list only the sessions of a person, newest first', async () => {
        const owner = randomUUID();
        const [old, recent] = [await created({ owner, createdAt: 1 }), await created({ owner, createdAt: 2 })];
        await created();
        expect(await other.listByOwner(owner)).toEqual([recent, old]);
        expect(await other.listByOwner(randomUUID())).toEqual([]);
      });

      it('find the sessions of a provider’s session', async () => {
        const providerSession = randomUUID();
        const sessions = [await created({ providerSession }), await created({ providerSession })];
        const found = await other.listByProviderSession(providerSession);
        expect(found.map(({ id }) => id).toSorted()).toEqual(sessions.map(({ id }) => id).toSorted());
      });
    });

    describe('a lease', () => {
      it('has one holder; only the holder can renew or release it', async () => {
        const name = randomUUID();
        const holders = Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).lease(name, `holder-${n}`, 5_000));
        const taken = await Promise.all(holders);
        expect(taken.filter(Boolean)).toHaveLength(1);
        const holder = `holder-${taken.indexOf(true)}`;
        expect(await other.lease(name, holder, 5_000)).toBe(true);
        await store.release(name, 'somebody-else');
        expect(await store.lease(name, 'somebody-else', 5_000)).toBe(false);
        await store.release(name, holder);
        expect(await store.lease(name, 'somebody-else', 5_000)).toBe(true);
      });

      it('expires unless it is renewed', async () => {
        const [lost, kept] = [randomUUID(), randomUUID()];
        await Promise.all([store.lease(lost, 'a', 150), store.lease(kept, 'a', 150)]);
        await store.lease(kept, 'a', 5_000);
        await sleep(200);
        expect(await other.lease(lost, 'b', 5_000)).toBe(true);
        expect(await other.lease(kept, 'b', 5_000)).toBe(false);
        expect(await store.lease(lost, 'a', 5_000)).toBe(false);
      });
    });

    it('remembers a name once, until it expires', async () => {
      const name = randomUUID();
      const first = await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 ? store : other).rememberOnce(name, 150)),
      );
      expect(first.filter(Boolean)).toHaveLength(1);
      await sleep(200);
      expect(await store.rememberOnce(name, 1_000)).toBe(true);
    });

    it('replaces the expiry of a name, and returns it', async () => {
      const name = randomUUID();
      expect(await other.rememberedUntil(name)).toBe(0);
      await store.remember(name, 60_000);
      const before = await other.rememberedUntil(name);
      await store.remember(name, 150);
      const after = await other.rememberedUntil(name);
      // Both by the store's clock, of which a replica knows the time only within some milliseconds.
      expect(before - after).toBeLessThanOrEqual(60_000 - 150);
      expect(before - after).toBeGreaterThan(30_000);
      expect(after).toBeGreaterThan(store.now() - 1_000);
      expect(await other.rememberOnce(name, 1_000)).toBe(false);
      await sleep(200);
      expect(await other.rememberedUntil(name)).toBe(0);
    });

    describe('an idempotency record', () => {
      it('is acquired by one of twenty concurrent callers, and read unchanged by every replica', async () => {
        const name = randomUUID();
        const taken = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 ? store : other).putRecord(name, undefined, claim(`holder-${n}`, 1, 'öffnen'), 5_000),
          ),
        );
        expect(taken.filter(Boolean)).toHaveLength(1);
        expect(await other.readRecord(name)).toEqual(claim(`holder-${taken.indexOf(true)}`, 1, 'öffnen'));
        expect(await store.readRecord(randomUUID())).toBeUndefined();
      });

      it('is replaced only by newer versions of its holder', async () => {
        const name = randomUUID();
        expect(await store.putRecord(name, 'a', claim('a', 1, 'none'), 5_000)).toBe(false);
        await store.putRecord(name, undefined, claim('a', 1, 'first'), 5_000);
        expect(await other.putRecord(name, 'a', claim('a', 12, 'twelfth'), 5_000)).toBe(true);
        expect(await store.putRecord(name, 'a', claim('a', 9, 'late'), 5_000)).toBe(false);
        expect(await store.putRecord(name, 'b', claim('b', 13, 'wrong'), 5_000)).toBe(false);
        expect(await store.readRecord(name)).toEqual(claim('a', 12, 'twelfth'));
      });

      it('passes from one holder to one other, whose versions restart', async () => {
        const name = randomUUID();
        await store.putRecord(name, undefined, claim('a', 7, 'first'), 5_000);
        const taken = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            (n % 2 ? store : other).putRecord(name, 'a', claim(`next-${n}`, 1, 'second'), 5_000),
          ),
        );
        expect(taken.filter(Boolean)).toHaveLength(1);
        expect(await store.putRecord(name, 'a', claim('a', 8, 'late'), 5_000)).toBe(false);
        expect((await other.readRecord(name))?.holder).toBe(`next-${taken.indexOf(true)}`);
      });

      it('passes to another holder at the version that was read, and not once its holder has gone on', async () => {
        const name = randomUUID();
        await store.putRecord(name, undefined, claim('a', 7, 'read'), 5_000);
        await store.putRecord(name, 'a', claim('a', 8, 'gone on'), 5_000);
        expect(await other.putRecord(name, 'a', claim('b', 1, 'late'), 5_000, 7)).toBe(false);
        expect(await other.readRecord(name)).toMatchObject({ holder: 'a', version: 8 });
        expect(await other.putRecord(name, 'a', claim('b', 1, 'in time'), 5_000, 8)).toBe(true);
      });

      it('expires unless it is written again, and can then be acquired by anyone', async () => {
        const [lost, kept] = [randomUUID(), randomUUID()];
        await Promise.all([lost, kept].map((name) => store.putRecord(name, undefined, claim('a', 1, 'x'), 150)));
        await store.putRecord(kept, 'a', claim('a', 2, 'y'), 5_000);
        await sleep(200);
        expect(await other.readRecord(lost)).toBeUndefined();
        expect(await store.putRecord(lost, 'a', claim('a', 2, 'late'), 5_000)).toBe(false);
        expect(await other.putRecord(lost, undefined, claim('b', 1, 'z'), 5_000)).toBe(true);
        expect(await other.readRecord(kept)).toEqual(claim('a', 2, 'y'));
      });

      it('holds eight megabytes', async () => {
        const large = { holder: 'a', version: 1, sealed: randomBytes(8 * 1024 * 1024) };
        expect(await store.putRecord('large', undefined, large, 5_000)).toBe(true);
        expect((await other.readRecord('large'))?.sealed.equals(large.sealed)).toBe(true);
      });
    });

    describe('change notifications', () => {
      it('are sent for updates, removals and extended limits', async () => {
        const { id } = await created();
        await other.read(id);
        expect(await isToldOf(other, id, () => store.replace(id, 1, Buffer.from('x')))).toBe(true);
        expect(await isToldOf(other, id, () => store.extend(id, Date.now() + 40_000))).toBe(true);
        expect(await isToldOf(other, id, () => store.remove(id))).toBe(true);
      });
    });
  });
