import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoadBalancer } from '../support/load-balancer.js';
import { call, Replicas, type SharedStore } from '../support/replicas.js';

const CLIENTS = 6;
const ROLLING_MS = 120_000;
const [OLD, NEW] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

/**
 * The pause between two calls of a client: short compared to how often the balancer asks, so that calls arrive at every
 * moment of a restart.
 */
const PAUSE_MS = 40;

/** Calls continuously until stopped; reading the session state also takes over its new cookie. */
async function use(balancer: LoadBalancer, cookie: string, isOver: () => boolean): Promise<[number[], string]> {
  const statuses: number[] = [];
  let current = cookie;
  while (!isOver()) {
    const target = statuses.length % 10 === 9 ? 'GET /auth/session' : undefined;
    const { status, headers } = await call(balancer.next(), current, target);
    statuses.push(status);
    current = headers.get('set-cookie')?.split(';', 1)[0] ?? current;
    await sleep(PAUSE_MS);
  }
  return [statuses, current];
}

/** Rolling restarts under load; the same suite for every store. */
export function describeRolling(title: string, store: SharedStore, canRun = true): void {
  describe.skipIf(!canRun)(`a rolling restart of ${title}`, () => {
    let replicas: Replicas;
    beforeAll(async () => {
      replicas = await Replicas.start(store, { SESSION_KEYS: `${OLD},${NEW}` });
    });
    afterEach(() => replicas.calm());
    afterAll(() => replicas.close());

    it(
      'P10, S10: loses no request and no session while the cookie key is rotated',
      { timeout: ROLLING_MS },
      async () => {
        const cookies = await Promise.all(Array.from({ length: CLIENTS }, () => replicas.signIn()));
        const balancer = new LoadBalancer(replicas.all);
        let isOver = false;
        const clients = cookies.map((cookie) => use(balancer, cookie, () => isOver));
        for (const replica of replicas.all) {
          await replica.stop();
          await replica.start({ SESSION_KEYS: `${NEW},${OLD}` });
          await expect.poll(() => balancer.has(replica), { timeout: 20_000 }).toBe(true);
        }
        await sleep(500);
        isOver = true;
        const used = await Promise.all(clients);
        balancer.close();
        const statuses = used.flatMap(([own]) => own);
        expect(statuses.length).toBeGreaterThan(100);
        expect(statuses.filter((status) => status !== 200)).toEqual([]);
        for (const [at, [, cookie]] of used.entries()) expect(cookie).not.toBe(cookies[at]);

        const [replica] = replicas.all;
        await replica.stop('SIGKILL');
        await replica.start({ SESSION_KEYS: NEW });
        for (const [, cookie] of used) expect((await call(replica, cookie)).status).toBe(200);
        for (const cookie of cookies) expect((await call(replica, cookie)).status).toBe(401);
      },
    );

    it('P10: a replica that shuts down finishes its refreshes first', async () => {
      const cookie = await replicas.signInWithOldToken();
      const [first, second] = replicas.all;
      replicas.identity.onToken = () => ({ delayMs: 1_000 });
      const waiting = call(first, cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      await first.stop();
      expect((await waiting).status).toBe(200);
      expect((await call(second, cookie)).status).toBe(200);
      expect(replicas.refreshes).toBe(1);
    });
  });
}
