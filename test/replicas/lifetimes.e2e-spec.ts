import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { call, Replicas, type SharedStore } from '../support/replicas.js';

const IDLE_SECONDS = 2;

const stores: [title: string, store: SharedStore, canRun: boolean][] = [
  [`Redis${WITHOUT_REDIS}`, 'Redis', hasRedis()],
  ['SQLite', 'SQLite', true],
];

for (const [title, store, canRun] of stores)
  describe.skipIf(!canRun)(`the lifetime of a session that replicas share by ${title}`, () => {
    let replicas: Replicas;
    beforeAll(async () => {
      replicas = await Replicas.start(store, { SESSION_IDLE_SECONDS: String(IDLE_SECONDS) });
    });
    afterAll(() => replicas.close());

    it('S8: use on one replica extends it on all; reading its state does not extend it', async () => {
      const [used, asked] = [await replicas.signIn(), await replicas.signIn()];
      const [first, second] = replicas.all;
      for (const cookie of [used, asked]) expect((await call(second, cookie)).status).toBe(200);
      for (const end = Date.now() + 2 * IDLE_SECONDS * 1000; Date.now() < end; await sleep(300)) {
        expect((await call(first, used)).status).toBe(200);
        for (const replica of replicas.all) await call(replica, asked, 'GET /auth/session');
      }
      for (const replica of replicas.all) {
        expect((await call(replica, used)).status).toBe(200);
        expect((await call(replica, asked)).status).toBe(401);
      }
    });
  });
