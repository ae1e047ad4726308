import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import type { StoredSession } from '../../src/store/session.store.js';
import { StoreUnavailable } from '../../src/store/store-unavailable.js';
import { freePort } from '../support/gateway.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { newSession } from '../support/stored-session.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** The required time limit of a failure. */
const MAX_MS = 1_000;

let redis: TestRedis;
let proxy: TcpProxy;
let store: RedisStore;
let session: StoredSession;
/** Whether the store has reported any change. */
let distrusted: boolean;

interface Outage {
  readonly name: string;
  start(): unknown;
  end(): unknown;
  /** Reads succeed; only writes fail. */
  readonly isReadable?: boolean;
}

const outages: Outage[] = [
  { name: 'is frozen', start: () => redis.freeze(), end: () => redis.resume() },
  { name: 'refuses connections', start: () => redis.stop(), end: () => redis.launch('--appendonly', 'yes') },
  { name: 'is killed', start: () => redis.stop('SIGKILL'), end: () => redis.launch('--appendonly', 'yes') },
  { name: 'is a black hole', start: () => proxy.become('black hole'), end: () => proxy.become('open') },
  { name: 'answers after two seconds', start: () => proxy.become('slow'), end: () => proxy.become('open') },
  {
    name: 'cuts its answers in the middle',
    start: () => proxy.become('cut in the middle'),
    end: () => proxy.become('open'),
  },
  {
    name: 'became a replica (READONLY)',
    start: async () => redis.command('REPLICAOF', '127.0.0.1', String(await freePort())),
    end: () => redis.command('REPLICAOF', 'NO', 'ONE'),
    isReadable: true,
  },
  {
    name: 'has no memory left (OOM)',
    start: () => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
    end: () => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
    isReadable: true,
  },
  {
    name: 'is still loading its data (LOADING)',
    start: async () => {
      await redis.command('EVAL', "for n = 1, 5000 do redis.call('SET', 'filler' .. n, n) end", '0');
      await redis.command('SAVE');
      await redis.stop('SIGKILL');
      await redis.launch(
        '--appendonly',
        'no',
        '--loading-process-events-interval-bytes',
        '1024',
        '--key-load-delay',
        '300',
      );
      await vi.waitFor(() => expect(redis.command('GET', 'x')).rejects.toThrow('LOADING'));
    },
    end: () => undefined,
  },
];

/** Expects a failure within the limit, with the error that preserves sessions. */
async function expectUnavailable(call: Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await expect(call).rejects.toBeInstanceOf(StoreUnavailable);
  expect(performance.now() - begun).toBeLessThan(MAX_MS);
}

const writes = (): Promise<unknown>[] => [
  store.create({ ...session, id: 'late'.repeat(6) }),
  store.replace(session.id, 1, Buffer.from('late')),
  store.lease('late', 'holder', 60_000),
  store.rememberOnce('late', 60_000),
];
const reads = (): Promise<unknown>[] => [
  store.read(session.id),
  store.listByOwner(session.owner),
  store.listByProviderSession(String(session.providerSession)),
  store.ping(),
];

describe.skipIf(!hasRedis())(`Redis that${WITHOUT_REDIS}`, () => {
  beforeEach(async () => {
    redis = await TestRedis.start('--appendonly', 'yes', '--appendfsync', 'always');
    proxy = await TcpProxy.start(redis.port);
    store = await RedisStore.open(`redis://127.0.0.1:${proxy.port}`);
    store.onChange((id) => (distrusted ||= id === undefined));
    session = newSession();
    await store.create(session);
    distrusted = false;
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
    await redis.close();
  });

  it.each(outages)('S5: $name: fails within a second, loses nothing, repeats nothing, heals', async (outage) => {
    await outage.start();
    // The first calls run into the outage and may already be sent; later calls fail fast.
    if (outage.isReadable === true) await store.read(session.id);
    else await Promise.all(reads().map(expectUnavailable));
    await Promise.all(writes().map(expectUnavailable));
    expect(distrusted || outage.isReadable).toBe(true);
    await outage.end();
    await vi.waitFor(() => store.ping(), { timeout: 5_000 });
    expect(await store.read(session.id)).toEqual(session);
    expect(await redis.dump()).not.toContain('late');
    expect(await store.replace(session.id, 1, Buffer.from('next'))).toBe(true);
  });
});
