import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from './redis.url.js';

const LOCAL = { host: 'redis', port: 6379 };
const NOTHING = { tls: false, username: undefined, password: undefined, database: 0, masterName: '' };

describe('parseRedisUrl', () => {
  it.each([
    ['redis://redis', { kind: 'single', nodes: [LOCAL] }],
    ['redis://redis:7000/', { kind: 'single', nodes: [{ host: 'redis', port: 7000 }] }],
    ['rediss://[::1]:7000/3', { kind: 'single', tls: true, nodes: [{ host: '::1', port: 7000 }], database: 3 }],
    ['redis://:p%40ss%3A@redis', { kind: 'single', nodes: [LOCAL], password: 'p@ss:' }],
    ['redis://me:secret@redis/1', { kind: 'single', nodes: [LOCAL], username: 'me', password: 'secret', database: 1 }],
    [
      'redis-sentinel://a,b:7000/main/2',
      {
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 7000 },
        ],
        masterName: 'main',
        database: 2,
      },
    ],
    [
      'rediss-cluster://me:secret@redis,10.0.0.2:7000',
      {
        kind: 'cluster',
        tls: true,
        nodes: [LOCAL, { host: '10.0.0.2', port: 7000 }],
        username: 'me',
        password: 'secret',
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual({ ...NOTHING, ...expected });
  });

  it.each([
    ['http://redis', 'sqlite:path, or redis://'],
    ['redis://', 'sqlite:path, or redis://'],
    ['redis://redis:99999', 'sqlite:path, or redis://'],
    ['redis://a,b', 'must name one server'],
    ['redis-sentinel://a,b', 'the name of the master'],
    ['redis://redis/name', 'a database number'],
    ['redis-cluster://a/1', 'a cluster has only one'],
    ['redis://me:%E0%A4%A@redis', 'percent-encoded'],
    ['redis://me:hunter2@:6379', 'sqlite:path, or redis://'],
  ])('rejects %s and does not quote it', (url, sentence) => {
    expect(() => parseRedisUrl(url)).toThrow(sentence);
    expect(() => parseRedisUrl(url)).not.toThrow('hunter2');
  });
});
