import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { signIn } from '../support/gateway.js';
import { call, type Replica, Replicas } from '../support/replicas.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CLOCK = pathToFileURL(resolve('test/support/moved-clock.mjs')).href;
const CONNECTORS = '/api/connect/v1/o/acme/protocols/http/connectors';
const CONNECTOR = JSON.stringify({ name: 'n', baseUrl: 'https://a.example', authSchemeConfigs: [] });

/** Clock offsets of the three replicas. */
const OFFSETS = [-2 * HOUR_MS, 5 * MINUTE_MS, -5 * MINUTE_MS];

describe.skipIf(!hasRedis())(`O9: replicas whose clocks differ by hours${WITHOUT_REDIS}`, () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await Replicas.start('Redis', (index) => ({
      NODE_OPTIONS: `--import=${CLOCK}`,
      CLOCK_OFFSET_MS: String(OFFSETS[index]),
    }));
  });
  afterAll(() => replicas.close());

  it('sign people in, and each accepts the sessions of the others', async () => {
    for (const origin of replicas.all) {
      const cookie = await signIn(origin.url);
      const statuses = await Promise.all(replicas.all.map(async (replica) => (await call(replica, cookie)).status));
      expect(statuses).toEqual([200, 200, 200]);
    }
  });

  it('agree about when a session ends', async () => {
    const cookie = await replicas.signIn();
    const ends = await Promise.all(
      replicas.all.map(async ({ url }) => {
        const answer = await fetch(`${url}/auth/session`, { headers: { cookie } });
        return (await answer.json()) as { expiresAt: string; idleExpiresInSeconds: number };
      }),
    );
    expect(new Set(ends.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    for (const { idleExpiresInSeconds } of ends) {
      expect(idleExpiresInSeconds).toBeGreaterThan(3_500);
      expect(idleExpiresInSeconds).toBeLessThanOrEqual(3_600);
    }
  });

  it('detect a call with a key in progress on another replica', async () => {
    const cookie = await replicas.signIn();
    const create = ({ url }: Replica): Promise<Response> =>
      fetch(url + CONNECTORS, {
        method: 'POST',
        headers: { cookie, 'x-csrf': '1', 'content-type': 'application/json', 'idempotency-key': 'a-key' },
        body: CONNECTOR,
      });
    let answer: (() => void) | undefined;
    replicas.platform.behave((_seen, res) => {
      answer = () => res.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"1"}');
    });
    const [first, ...others] = replicas.all;
    const made = create(first);
    await expect.poll(() => answer !== undefined).toBe(true);
    for (const other of others)
      expect(await (await create(other)).json()).toMatchObject({ code: 'idempotency_in_progress' });
    answer?.();
    expect((await made).status).toBe(201);
    for (const other of others) expect((await create(other)).headers.get('idempotency-replayed')).toBe('true');
  });
});
