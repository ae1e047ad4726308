import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadBalancer } from '../support/load-balancer.js';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { call, Replicas } from '../support/replicas.js';

/** The build to upgrade from: the one that the environment names (docs/upgrading.md), else this one. */
const BEFORE = resolve(process.env['GATEWAY_MAIN_BEFORE'] ?? 'dist/src/main.js');
const AFTER = resolve('dist/src/main.js');
const CLIENTS = 4;
/** Between two calls of a client: short compared to how often the balancer asks. */
const PAUSE_MS = 40;

describe.skipIf(!hasRedis())(`an upgrade and rollback${WITHOUT_REDIS}`, () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await Replicas.start('Redis', {}, BEFORE);
  });
  afterAll(() => replicas.close());

  /** Replaces every replica, one by one. */
  async function roll(balancer: LoadBalancer, main: string): Promise<void> {
    for (const replica of replicas.all) {
      await replica.stop();
      await replica.start({}, main);
      await expect.poll(() => balancer.has(replica), { timeout: 20_000 }).toBe(true);
    }
  }

  it('P10: N → N + 1 → N loses no request and no session of either version', { timeout: 180_000 }, async () => {
    const balancer = new LoadBalancer(replicas.all);
    const over = new AbortController();
    const failed: number[] = [];
    let requests = 0;
    const use = async (cookie: string): Promise<void> => {
      while (!over.signal.aborted) {
        const { status } = await call(balancer.next(), cookie);
        requests += 1;
        if (status !== 200) failed.push(status);
        await sleep(PAUSE_MS);
      }
    };
    const before = await Promise.all(Array.from({ length: CLIENTS }, () => replicas.signIn()));
    const clients = before.map(use);
    await roll(balancer, AFTER);
    const after = await Promise.all(Array.from({ length: CLIENTS }, () => replicas.signIn()));
    clients.push(...after.map(use));
    await roll(balancer, BEFORE);
    await sleep(300);
    over.abort();
    await Promise.all(clients);
    balancer.close();
    expect(requests).toBeGreaterThan(100);
    expect(failed).toEqual([]);
    for (const cookie of [...before, ...after])
      for (const replica of replicas.all) expect((await call(replica, cookie)).status).toBe(200);
  });
});
