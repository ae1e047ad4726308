import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from './gateway.js';

const PROGRAM = ['valkey-server', 'redis-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Whether Redis or Valkey is installed. With `CI` set, a missing installation is an error. */
export function hasRedis(): boolean {
  if (PROGRAM === undefined && process.env['CI'] !== undefined)
    throw new Error('the tests need redis-server or valkey-server: apt-get install redis-server');
  return PROGRAM !== undefined;
}

/** The title suffix of a skipped suite. */
export const WITHOUT_REDIS = hasRedis() ? '' : ' (left out: neither redis-server nor valkey-server is installed)';

type TestClient = ReturnType<typeof connectTo>;

/** A separate Redis server for a test, which can be made to fail as real ones do. */
export class TestRedis {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    /** Its own directory, deleted on close. */
    readonly directory: string,
    private readonly settings: readonly string[],
    private readonly configuration: readonly string[] = [],
  ) {}

  /** @param settings as on the command line, such as `'--appendonly', 'yes'` */
  static async start(...settings: string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), mkdtempSync(join(tmpdir(), 'gateway-redis-')), settings);
    await redis.launch();
    return redis;
  }

  /** A sentinel with this configuration file. */
  static async sentinel(file: string): Promise<TestRedis> {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-redis-'));
    const sentinel = new TestRedis(await freePort(), directory, ['--sentinel'], [file]);
    await sentinel.launch();
    return sentinel;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts or restarts it with its saved data. */
  async launch(...settings: string[]): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.directory];
    const usual = this.configuration.length > 0 ? [...this.configuration, ...place] : [...place, '--save', ''];
    const child = spawn(PROGRAM ?? '', [...usual, ...this.settings, ...settings], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the Redis server ended with ${code}`)));
      child.stdout.on(
        'data',
        (text) => /Ready to accept|Server initialized|Sentinel ID/.test(String(text)) && resolve(),
      );
    });
  }

  /** Stops responding, but keeps its connections. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  /** Stops it; its port then refuses connections. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGCONT');
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Runs one command over a separate connection. */
  async command(...command: string[]): Promise<unknown> {
    return this.connected((client) => client.sendCommand(command));
  }

  /** How often each of these commands was run since `CONFIG RESETSTAT`. */
  async callsOf(...commands: string[]): Promise<number> {
    const stats = String(await this.command('INFO', 'commandstats'));
    const calls = commands.map((name) =>
      Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0),
    );
    return calls.reduce((sum, count) => sum + count, 0);
  }

  /** All stored data as one string. */
  async dump(): Promise<string> {
    const script = `local t = redis.call('TYPE', KEYS[1]).ok
      if t == 'hash' then return redis.call('HGETALL', KEYS[1]) end
      if t == 'zset' then return redis.call('ZRANGE', KEYS[1], 0, -1) end
      return {redis.call('GET', KEYS[1])}`;
    return this.connected(async (client) => {
      const keys = await client.keys('*');
      const values = await Promise.all(keys.map((key) => client.eval(script, { keys: [key] })));
      return keys.map((key, at) => `${key} ${JSON.stringify(values[at])}`).join('\n');
    });
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async connected<T>(act: (client: TestClient) => Promise<T>): Promise<T> {
    const client = connectTo(this.url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await act(client);
    } finally {
      client.destroy();
    }
  }
}

function connectTo(url: string) {
  return createClient({ url, socket: { reconnectStrategy: false } });
}
