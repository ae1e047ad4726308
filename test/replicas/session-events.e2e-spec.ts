import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventSource } from '../support/event-source.js';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { call, type Replica, Replicas, type SharedStore } from '../support/replicas.js';

const PATIENT = { timeout: 20_000 };

const stores: [title: string, store: SharedStore, canRun: boolean][] = [
  [`Redis${WITHOUT_REDIS}`, 'Redis', hasRedis()],
  ['SQLite', 'SQLite', true],
];

async function follow(replica: Replica, cookie: string): Promise<EventSource> {
  const source = new EventSource(`${replica.url}/auth/events`, { cookie, 'sec-fetch-site': 'same-origin' });
  await expect.poll(() => source.text, PATIENT).toBe('retry: 1000\n\n');
  return source;
}

const lastOf = ({ last }: EventSource): unknown => last && (JSON.parse(last.data) as unknown);

for (const [title, store, canRun] of stores)
  describe.skipIf(!canRun)(`the events of a session that replicas share by ${title}`, () => {
    let replicas: Replicas;
    beforeAll(async () => {
      replicas = await Replicas.start(store);
    });
    afterAll(() => replicas.close());

    it('F3: report on one replica why it ended on another', async () => {
      const [first, second] = replicas.all;
      const cookie = await replicas.signIn();
      const source = await follow(second, cookie);
      expect((await call(first, cookie, 'POST /auth/logout')).status).toBe(200);
      await expect.poll(() => source.isOver, PATIENT).toBe(true);
      expect(lastOf(source)).toMatchObject({ state: 'ended', reason: 'logout' });
    });

    it('F3: report nothing about other sessions, nor about a token refresh on another replica', async () => {
      const [first, second] = replicas.all;
      const [mine, other] = [await replicas.signInWithOldToken(), await replicas.signIn()];
      const source = await follow(second, mine);
      expect((await call(first, mine)).status).toBe(200);
      expect((await call(first, other, 'POST /auth/logout')).status).toBe(200);
      expect((await call(second, mine)).status).toBe(200);
      expect([source.heard, source.isOver]).toEqual([[], false]);
      source.close();
    });

    it('F3: continue on another replica after a replica shuts down', async () => {
      const [first, second] = replicas.all;
      const cookie = await replicas.signIn();
      const source = await follow(first, cookie);
      await first.stop();
      await expect.poll(() => source.isOver, PATIENT).toBe(true);
      expect(source.heard).toEqual([]);
      const next = await follow(second, cookie);
      expect((await call(second, cookie, 'DELETE /auth/sessions')).status).toBe(204);
      await expect.poll(() => next.isOver, PATIENT).toBe(true);
      expect(lastOf(next)).toMatchObject({ state: 'ended', reason: 'revoked' });
    });
  });
