import * as fc from 'fast-check';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CHARGE,
  CLAIM,
  CREATE,
  EXTEND,
  INDEX,
  LEASE,
  RELEASE,
  REMOVE,
  REPLACE,
} from '../../src/store/redis/redis.scripts.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { type Argument, RedisServer, type Reply } from './world/redis.server.js';

const word = fc.constantFrom('a', 'b', 'c');
const version = fc.integer({ min: 1, max: 12 }).map(String);
/** Far enough from now that no key goes while the test runs, or gone at once. */
const limit = fc.constantFrom('60000', '90000');
const script = (text: string, kind: string, ...args: fc.Arbitrary<Argument>[]) =>
  fc.tuple(word, ...args).map(([key, ...values]) => ['EVAL', text, '1', `${kind}:${key}`, ...values]);

/** The commands that the gateway sends, about keys of the kinds that it has. */
const command: fc.Arbitrary<Argument[]> = fc.oneof(
  script(
    CHARGE,
    'used',
    fc.constantFrom('100', '110', '130'),
    fc.constantFrom('0', '1'),
    fc.constantFrom('0', '5', '40'),
    fc.constant('3'),
    fc.constant('60'),
  ),
  script(LEASE, 'lease', word, limit),
  script(RELEASE, 'lease', word),
  script(CLAIM, 'claim', fc.constantFrom('', 'a', 'b'), word, version, word, limit, fc.oneof(fc.constant(''), version)),
  script(
    CREATE,
    'session',
    limit,
    fc.constant('version'),
    fc.constant('1'),
    fc.constant('idleExpiresAt'),
    limit,
    fc.constant('expiresAt'),
    fc.constant('120000'),
    fc.constant('owner'),
    word,
    fc.constant('providerSession'),
    word,
  ),
  script(REPLACE, 'session', version, word),
  script(EXTEND, 'session', limit, fc.constant('0')),
  script(REMOVE, 'session'),
  script(INDEX, 'owner', fc.constant('0'), limit, word),
  word.map((key) => ['HMGET', `session:${key}`, 'version', 'sealed', 'idleExpiresAt']),
  word.map((key) => ['HMGET', `claim:${key}`, 'holder', 'version', 'sealed']),
  fc
    .tuple(fc.constantFrom([], ['XX', 'GT']), limit, word)
    .map(([how, score, id]) => ['ZADD', 'alive', ...how, score, id]),
  fc.constant<Argument[]>(['ZCOUNT', 'alive', '70000', '+inf']),
  fc.constant<Argument[]>(['ZREMRANGEBYSCORE', 'alive', '-inf', '70000']),
  word.map((key) => ['ZRANGE', `owner:${key}`, '0', '-1']),
  fc.tuple(word, word).map(([key, member]) => ['ZREM', `owner:${key}`, member]),
  word.map((key) => ['SET', `once:${key}`, '', 'NX', 'PX', '60000']),
  word.map((key) => ['SET', `once:${key}`, '', 'PX', '60000']),
);

describe.skipIf(!hasRedis())(`the simulated Redis${WITHOUT_REDIS}`, () => {
  let real: TestRedis;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    real = await TestRedis.start();
    client = createClient({ url: real.url });
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await real.close();
  });

  it('answers as a real server does, whatever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30, size: 'max' }), async (commands) => {
        await client.sendCommand(['FLUSHALL']);
        const model = new RedisServer(() => Date.now());
        for (const one of commands) {
          const expected = await client.sendCommand<Reply>(one, { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } });
          expect([one, model.execute(one)]).toEqual([one, expected]);
        }
        for (const key of await client.keys('*')) {
          const until = Number(model.execute(['PEXPIRETIME', key]));
          expect(Math.abs(until - (await client.pExpireTime(key)))).toBeLessThan(2_000);
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
