import { afterEach, describe, expect, it, vi } from 'vitest';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import type { StoredSession } from '../../src/store/session.store.js';
import { StoreUnavailable } from '../../src/store/store-unavailable.js';
import { startCluster, startSentinel, type Topology } from '../support/redis-topologies.js';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { newSession } from '../support/stored-session.js';

const MAX_MS = 1_000;
/** A sentinel detects a lost master after a second, and takes longer to elect another. */
const FAILOVER_MS = 18_000;

/** Whether a session can be read; checks that the call stays within its time limit. */
async function isReadable(store: RedisStore, session: StoredSession): Promise<boolean> {
  const begun = performance.now();
  const read = await store.read(session.id).catch((error: unknown) => error);
  expect(performance.now() - begun).toBeLessThan(MAX_MS);
  if (read instanceof StoreUnavailable) return false;
  expect(read).toEqual(session);
  return true;
}

describe.skipIf(!hasRedis())(`multiple Redis servers${WITHOUT_REDIS}`, () => {
  let topology: Topology;
  let store: RedisStore;
  afterEach(async () => {
    await store.close();
    await topology.close();
  });

  it('S5: Sentinel: switches to the new master after a failover and keeps the sessions', async () => {
    topology = await startSentinel();
    store = await RedisStore.open(topology.url);
    const session = newSession();
    await store.create(session);
    const [master, replica] = topology.servers;
    await expect.poll(() => replica?.dump()).toContain(session.id);
    await master?.stop('SIGKILL');
    await vi.waitUntil(() => isReadable(store, session), { timeout: FAILOVER_MS, interval: 50 });
    await vi.waitFor(() => store.replace(session.id, 1, Buffer.from('next')), { timeout: FAILOVER_MS });
    expect(await replica?.dump()).toContain('next');
  });

  it('S5: Cluster: a frozen master makes only its own sessions unavailable, and only while it is frozen', async () => {
    topology = await startCluster();
    store = await RedisStore.open(topology.url);
    const sessions = Array.from({ length: 12 }, () => newSession());
    for (const session of sessions) await store.create(session);
    const [frozen] = topology.servers;
    const ofFrozen = (await frozen?.dump()) ?? '';
    frozen?.freeze();
    for (const session of sessions) {
      const isAway = ofFrozen.includes(`gateway:session:${session.id}`);
      if (isAway) expect(await isReadable(store, session)).toBe(false);
      else await vi.waitUntil(() => isReadable(store, session), { timeout: 3_000, interval: 20 });
    }
    frozen?.resume();
    const all = (): Promise<boolean[]> => Promise.all(sessions.map((session) => isReadable(store, session)));
    await expect.poll(all).not.toContain(false);
  });
});
