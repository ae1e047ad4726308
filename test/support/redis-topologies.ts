import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { TestRedis } from './redis.js';

const HOST = '127.0.0.1';
const SLOTS = 16_384;

/** A group of Redis servers. */
export interface Topology {
  readonly url: string;
  readonly servers: readonly TestRedis[];
  readonly close: () => Promise<void>;
}

/** A cluster of three masters. */
export async function startCluster(): Promise<Topology> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
  const servers = await Promise.all([0, 1, 2].map(() => TestRedis.start(...settings)));
  for (const [at, server] of servers.entries()) {
    const [from, to] = [at, at + 1].map((part) => Math.floor((part * SLOTS) / servers.length));
    await server.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(Number(to) - 1));
    await server.command('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
  }
  for (const { port } of servers.slice(1)) await servers[0]?.command('CLUSTER', 'MEET', HOST, String(port));
  const states = (): Promise<unknown[]> => Promise.all(servers.map((server) => server.command('CLUSTER', 'INFO')));
  const isReady = async (): Promise<boolean> =>
    (await states()).every((state) => /_state:ok[^]*_assigned:16384/.test(String(state)));
  await vi.waitUntil(isReady, { timeout: 20_000, interval: 100 });
  const url = `redis-cluster://${servers.map(({ port }) => `${HOST}:${port}`).join(',')}`;
  return { url, servers, close: () => closeAll(servers) };
}

/** A master, its replica, and a sentinel that watches them; the last server is the sentinel. */
export async function startSentinel(): Promise<Topology> {
  const master = await TestRedis.start('--repl-diskless-sync-delay', '0');
  const replica = await TestRedis.start('--replicaof', HOST, String(master.port));
  const file = join(master.directory, 'sentinel.conf');
  writeFileSync(file, `sentinel monitor main ${HOST} ${master.port} 1\nsentinel down-after-milliseconds main 1000\n`);
  const sentinel = await TestRedis.sentinel(file);
  const question = (): Promise<unknown> => sentinel.command('SENTINEL', 'REPLICAS', 'main');
  await vi.waitUntil(async () => JSON.stringify(await question()).includes(String(replica.port)), { timeout: 20_000 });
  const servers = [master, replica, sentinel];
  return { url: `redis-sentinel://${HOST}:${sentinel.port}/main`, servers, close: () => closeAll(servers) };
}

async function closeAll(servers: readonly TestRedis[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
