import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, type Got, Replicas, type SharedStore } from '../support/replicas.js';
import { expectWithinASecond } from '../support/within-a-second.js';

/** Longer than the lease of a refresh, which a dead replica can hold, plus a margin. */
const RECOVERY_MS = 10_000;

const statuses = async (calls: Promise<Got[]>): Promise<number[]> => (await calls).map(({ status }) => status);

/** Token refresh and logout by replicas that share a store; the same suite for every store. */
export function describeRefreshes(title: string, store: SharedStore, canRun = true): void {
  describe.skipIf(!canRun)(`refreshes by ${title}`, () => {
    let replicas: Replicas;
    beforeAll(async () => {
      replicas = await Replicas.start(store);
    });
    afterEach(() => replicas.calm());
    afterAll(() => replicas.close());

    const everywhere = (cookie: string): Promise<Got[]> =>
      Promise.all(replicas.all.map((replica) => call(replica, cookie)));
    const logout = async (cookie: string): Promise<Got> => call(replicas.all[1], cookie, 'POST /auth/logout');

    /** The session's refresh token, which becomes visible only when the logout revokes it. */
    async function storedRefreshToken(cookie: string): Promise<string> {
      replicas.identity.revoked.length = 0;
      expect((await logout(cookie)).status).toBe(200);
      await expect.poll(() => replicas.identity.revoked.length).toBe(1);
      return replicas.identity.revoked[0] ?? '';
    }

    it('S1: one refresh for 60 parallel calls, while the provider takes 8 seconds', async () => {
      const cookie = await replicas.signInWithOldToken();
      replicas.identity.onToken = () => ({ delayMs: 8_000 });
      const calls = Array.from({ length: 60 }, (_, n) =>
        call(replicas.all[n % replicas.all.length] ?? replicas.all[0], cookie),
      );
      expect(new Set(await statuses(Promise.all(calls)))).toEqual(new Set([200]));
      expect(replicas.refreshes).toBe(1);
      replicas.identity.onToken = () => undefined;
      const token = await storedRefreshToken(cookie);
      expect([...replicas.identity.refreshTokens].at(-1)).toBe(token);
    });

    it('S2: a caller that disconnects neither cancels a refresh nor loses its token', async () => {
      const cookie = await replicas.signInWithOldToken();
      replicas.identity.onToken = () => ({ delayMs: 500 });
      const gone = new AbortController();
      const url = `${replicas.all[0].url}/api/connect/v1/categories`;
      const request = fetch(url, { headers: { cookie }, signal: gone.signal }).catch(() => undefined);
      await expect.poll(() => replicas.refreshes).toBe(1);
      gone.abort();
      await request;
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([200]));
      expect(replicas.refreshes).toBe(1);
    });

    it('S3: a replica killed before the provider has used the refresh token only causes a delay', async () => {
      const cookie = await replicas.signInWithOldToken();
      const [first, second] = replicas.all;
      replicas.identity.onToken = () => {
        replicas.identity.onToken = () => undefined;
        void first.stop('SIGKILL');
        return { status: 503, body: {} };
      };
      const lost = call(first, cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      const answer = await call(second, cookie);
      expect(answer.status).toBe(200);
      expect(answer.milliseconds).toBeLessThan(RECOVERY_MS);
      expect((await lost).status).toBe(0);
      await first.start();
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([200]));
    });

    it('S3: a replica killed between the provider’s answer and the write costs one new sign-in', async () => {
      const cookie = await replicas.signInWithOldToken();
      const [first, second] = replicas.all;
      replicas.identity.beforeToken = async () => {
        replicas.identity.beforeToken = () => Promise.resolve();
        await first.stop('SIGKILL');
      };
      const lost = call(first, cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      const answer = await call(second, cookie);
      expect(answer.status).toBe(401);
      expect(answer.milliseconds).toBeLessThan(RECOVERY_MS);
      expect((await lost).status).toBe(0);
      await first.start();
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([401]));
      expect(replicas.refreshes).toBe(2);
      expect(new Set(await statuses(everywhere(await replicas.signIn())))).toEqual(new Set([200]));
    });

    it('S3: a replica that was suspended past its lease does not overwrite later changes', async () => {
      const cookie = await replicas.signInWithOldToken();
      const [first, second] = replicas.all;
      const [before] = [...replicas.identity.refreshTokens].slice(-1);
      replicas.identity.beforeToken = async () => {
        replicas.identity.beforeToken = () => Promise.resolve();
        first.freeze();
      };
      const late = call(first, cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      // A provider that accepts a used token once more, for callers that missed its response.
      replicas.identity.refreshTokens.add(before ?? '');
      expect((await call(second, cookie)).status).toBe(200);
      const newest = [...replicas.identity.refreshTokens].at(-1);
      first.resume();
      expect([200, 503]).toContain((await late).status);
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([200]));
      expect(await storedRefreshToken(cookie)).toBe(newest);
    });

    it('S3: a replica that was suspended while its session ended does not restore it', async () => {
      const cookie = await replicas.signInWithOldToken();
      const [first, second] = replicas.all;
      replicas.identity.beforeToken = async () => {
        replicas.identity.beforeToken = () => Promise.resolve();
        first.freeze();
      };
      const late = call(first, cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      expect((await call(second, cookie)).status).toBe(401);
      first.resume();
      expect([401, 503]).toContain((await late).status);
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([401]));
    });

    it('S6: a logout beats a refresh in flight on another replica', async () => {
      const cookie = await replicas.signInWithOldToken();
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      replicas.identity.beforeToken = () => held;
      const late = call(replicas.all[0], cookie);
      await expect.poll(() => replicas.refreshes).toBe(1);
      const issued = [...replicas.identity.refreshTokens].at(-1);
      expect((await logout(cookie)).status).toBe(200);
      release();
      const answer = await late;
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([401]));
      await expect.poll(() => replicas.identity.revoked).toContain(issued);
    });

    it('S16: simultaneous sign-ins from one provider session do not end each other', async () => {
      const cookies = await Promise.all(Array.from({ length: 8 }, () => replicas.signIn()));
      for (const cookie of cookies) expect((await call(replicas.all[1], cookie)).status).toBe(200);
    });

    it('S16: a session that is ended on one replica ends on every replica within a second', async () => {
      const [mine, other] = [await replicas.signIn(), await replicas.signIn()];
      expect(new Set(await statuses(everywhere(other)))).toEqual(new Set([200]));
      const id = other.slice('session='.length, 'session='.length + 24);
      const ended = await call(replicas.all[0], mine, `DELETE /auth/sessions/${id}`);
      expect(ended.status).toBe(204);
      await expectWithinASecond(
        () => statuses(everywhere(other)),
        replicas.all.map(() => 401),
      );
      expect(new Set(await statuses(everywhere(mine)))).toEqual(new Set([200]));
    });

    it('S16: a back-channel logout at one replica takes effect on every replica within a second', async () => {
      replicas.identity.claims = { sid: 'one-of-the-provider' };
      const cookie = await replicas.signIn();
      replicas.identity.claims = {};
      expect(new Set(await statuses(everywhere(cookie)))).toEqual(new Set([200]));
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      const token = await replicas.identity.idToken({ sid: 'one-of-the-provider', events }, { typ: 'logout+jwt' });
      const body = new URLSearchParams({ logout_token: token });
      const response = await fetch(`${replicas.all[1].url}/auth/backchannel-logout`, { method: 'POST', body });
      expect(response.status).toBe(200);
      await expectWithinASecond(
        () => statuses(everywhere(cookie)),
        replicas.all.map(() => 401),
      );
    });
  });
}
