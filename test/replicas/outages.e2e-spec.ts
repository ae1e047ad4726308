import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/gateway.js';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { call, type Got, Replicas } from '../support/replicas.js';
import { expectWithinASecond } from '../support/within-a-second.js';

/** Time limit of an outage response, plus a margin for a busy machine. */
const MAX_MS = 1_500;
const LOGOUT = 'POST /auth/logout';

interface Outage {
  readonly name: string;
  start(): unknown;
  end(): unknown;
  /** What fails; everything else works. */
  readonly fails: 'everything' | 'writing';
}

/** Expects a problem within the limit that does not change the browser's cookie. */
function expectOutage({ status, code, headers, milliseconds }: Got): void {
  expect({ status, code, retry: headers.get('retry-after'), cookie: headers.get('set-cookie') }).toEqual({
    status: 503,
    code: 'session_store_unavailable',
    retry: '1',
    cookie: null,
  });
  expect(milliseconds).toBeLessThan(MAX_MS);
}

/** A well-formed cookie with a forged signature. */
function forged(cookie: string, n: number): string {
  return `${cookie.slice(0, -6)}${n.toString(36).padStart(6, 'A')}`;
}

describe.skipIf(!hasRedis())(`a store that three replicas share${WITHOUT_REDIS}`, () => {
  let replicas: Replicas;
  let cookie: string;
  beforeAll(async () => {
    replicas = await Replicas.start('Redis');
  });
  beforeEach(async () => {
    cookie = await replicas.signIn();
    for (const { status } of await everywhere()) expect(status).toBe(200);
  });
  afterEach(() => replicas.calm());
  afterAll(() => replicas.close());

  const everywhere = (target?: string): Promise<Got[]> =>
    Promise.all(replicas.all.map((replica) => call(replica, cookie, target)));
  const statuses = async (target?: string): Promise<number[]> => (await everywhere(target)).map(({ status }) => status);
  const all = (status: number): number[] => replicas.all.map(() => status);

  const outages: Outage[] = [
    {
      name: 'is frozen',
      start: () => replicas.redis.freeze(),
      end: () => replicas.redis.resume(),
      fails: 'everything',
    },
    {
      name: 'is restarted',
      start: () => replicas.redis.stop(),
      end: () => replicas.redis.launch(),
      fails: 'everything',
    },
    {
      name: 'is a replica (READONLY)',
      start: async () => replicas.redis.command('REPLICAOF', '127.0.0.1', String(await freePort())),
      end: () => replicas.redis.command('REPLICAOF', 'NO', 'ONE'),
      fails: 'writing',
    },
    {
      name: 'has no memory (OOM)',
      start: () => replicas.redis.command('CONFIG', 'SET', 'maxmemory', '1'),
      end: () => replicas.redis.command('CONFIG', 'SET', 'maxmemory', '0'),
      fails: 'writing',
    },
  ];

  it('S6: a logout succeeds while the store is out of memory', async () => {
    await replicas.redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const logout = await call(replicas.all[0], cookie, LOGOUT);
    await replicas.redis.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(logout.status).toBe(200);
    await expectWithinASecond(statuses, all(401));
  });

  it.each(outages)('S5: $name: every replica answers 503, and the same cookie works afterwards', async (outage) => {
    const old = await replicas.signInWithOldToken();
    await outage.start();
    if (outage.fails === 'everything') {
      await expect.poll(() => statuses(), { timeout: MAX_MS, interval: 20 }).toEqual(all(503));
      for (const got of await everywhere()) expectOutage(got);
      for (const got of await everywhere(LOGOUT)) expectOutage(got);
      for (const got of await everywhere('GET /auth/session')) expectOutage(got);
      for (const got of await everywhere('GET /health/startup'))
        expect(got).toMatchObject({ status: 503, code: 'not_ready' });
    } else expect(await statuses()).toEqual(all(200));
    for (const replica of replicas.all) {
      expectOutage(await call(replica, old));
      expect((await call(replica, '', 'GET /health/live')).status).toBe(200);
      expect((await call(replica, '', 'GET /health/ready')).status).toBe(200);
      expect((await call(replica, '')).status).toBe(401);
    }
    expect(replicas.refreshes).toBe(0);
    await outage.end();
    await expect.poll(() => statuses()).toEqual(all(200));
    await expect.poll(async () => (await call(replicas.all[1], old)).status).toBe(200);
    expect(replicas.refreshes).toBe(1);
  });

  it('S5, S6: a logout during an outage is not reported as done, and works afterwards', async () => {
    await replicas.redis.command('REPLICAOF', '127.0.0.1', String(await freePort()));
    expectOutage(await call(replicas.all[0], cookie, LOGOUT));
    await replicas.redis.command('REPLICAOF', 'NO', 'ONE');
    await expect.poll(() => statuses()).toEqual(all(200));
    expect((await call(replicas.all[0], cookie, LOGOUT)).status).toBe(200);
    await expectWithinASecond(statuses, all(401));
  });

  it('S2, S5: a token that is refreshed when the store fails is not lost', async () => {
    cookie = await replicas.signInWithOldToken();
    replicas.identity.beforeToken = () => replicas.redis.stop();
    expectOutage(await call(replicas.all[0], cookie));
    expect(replicas.refreshes).toBe(1);
    await replicas.redis.launch();
    await expect.poll(() => statuses()).toEqual(all(200));
    expect(replicas.refreshes).toBe(1);
  });

  it('S5: callers without a cookie, and with 10,000 forged ones (S10), never touch the store', async () => {
    await replicas.redis.command('CONFIG', 'RESETSTAT');
    for (let n = 0; n < 10_000; n += 100) {
      const calls = Array.from({ length: 100 }, (_, at) =>
        call(replicas.all[at % 3] ?? replicas.all[0], forged(cookie, n + at)),
      );
      for (const { status } of await Promise.all(calls)) expect(status).toBe(401);
    }
    for (const { status } of await Promise.all(replicas.all.map((replica) => call(replica, ''))))
      expect(status).toBe(401);
    expect(await replicas.redis.callsOf('hmget', 'eval', 'zrange', 'set', 'get', 'del')).toBe(0);
  });

  it('a request with a session does not read the store', async () => {
    await replicas.redis.command('CONFIG', 'RESETSTAT');
    for (let n = 0; n < 50; n++) expect(await statuses()).toEqual(all(200));
    expect(await replicas.redis.callsOf('hmget', 'eval', 'zrange', 'set')).toBe(0);
  });

  it('S11: the store contains no tokens, cookie secrets or personal data', async () => {
    cookie = await replicas.signInWithOldToken();
    const tokens = new Set<string>();
    replicas.platform.behave(({ headers }, res) => {
      tokens.add(String(headers.authorization).slice('Bearer '.length));
      res.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    });
    expect(await statuses()).toEqual(all(200));
    const ticket = Buffer.from(cookie.slice('session='.length), 'base64url').subarray(18, 50);
    const dump = await replicas.redis.dump();
    expect(dump).toContain('gateway:session:');
    for (const token of [...tokens, ...replicas.identity.refreshTokens]) {
      expect(token.length).toBeGreaterThan(20);
      expect(dump).not.toContain(token);
      for (const part of token.split('.').filter((text) => text.length > 30)) expect(dump).not.toContain(part);
    }
    for (const encoding of ['base64', 'base64url', 'hex', 'latin1', 'utf8'] as const)
      expect(dump).not.toContain(ticket.toString(encoding));
    for (const text of [
      cookie,
      'demo@example.com',
      'Demo Person',
      'person-1',
      'provider-session"',
      'access-',
      'refresh-',
    ])
      expect(dump).not.toContain(text);
  });
});
