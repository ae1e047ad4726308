import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeIdentity } from './fake-identity.js';
import { FakePlatform } from './fake-platform.js';
import { freePort, settingsFor, signIn } from './gateway.js';
import { TestRedis } from './redis.js';

/** The built gateway; an environment variable can override the path. */
const MAIN = resolve(process.env['GATEWAY_MAIN'] ?? 'dist/src/main.js');
const NODE = resolve('node_modules/.bin/node');
const START_MS = 60_000;

/** A gateway in a separate process. */
export class Replica {
  private process: ChildProcess | undefined;
  /** Its log output. */
  output = '';

  constructor(
    readonly port: number,
    private settings: Record<string, string>,
    private main = MAIN,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it with these settings and this build, which later starts reuse, and waits until it has started. */
  async start(settings: Record<string, string> = {}, main = this.main): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    this.main = main;
    // The IPC channel makes it exit when the tests are interrupted.
    const child = spawn(NODE, [this.main], { env: this.settings, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output += String(text)));
    for (const deadline = Date.now() + START_MS; !(await this.answers('/health/startup')); await sleep(50))
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`a replica did not start: ${this.output}`);
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Whether a health probe succeeds within this time. */
  async answers(path: string, milliseconds = 1_000): Promise<boolean> {
    const answer = await fetch(this.url + path, { signal: AbortSignal.timeout(milliseconds) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  /** Stops it gracefully, or by SIGKILL like a crash. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    child.kill('SIGCONT');
    await once(child, 'exit');
  }

  /** Pauses the process, as on a suspended machine. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }
}

/** The store that replicas share. */
export type SharedStore = 'Redis' | 'SQLite';

/** Gateways that share a session store, with a configurable platform and identity provider. */
export class Replicas {
  private constructor(
    readonly all: readonly [Replica, Replica, ...Replica[]],
    readonly platform: FakePlatform,
    readonly identity: FakeIdentity,
    /** Undefined for SQLite. */
    private readonly server: TestRedis | undefined,
    private readonly directory: string,
  ) {}

  /** Three replicas with Redis; two with SQLite, which is for one machine. */
  static async start(
    store: SharedStore,
    settings: Record<string, string> | ((index: number) => Record<string, string>) = {},
    main = MAIN,
  ): Promise<Replicas> {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-replicas-'));
    const [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
    const server = store === 'Redis' ? await TestRedis.start('--appendonly', 'yes') : undefined;
    const shared = {
      ...settingsFor(0, platform, identity),
      SESSION_STORE_URL: server?.url ?? `sqlite:${join(directory, 'sessions.db')}`,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      LOG_LEVEL: 'info',
    };
    const create = async (index: number): Promise<Replica> => {
      const port = await freePort();
      const own = typeof settings === 'function' ? settings(index) : settings;
      return new Replica(port, { ...shared, PORT: String(port), ...own }, main);
    };
    const all: [Replica, Replica, ...Replica[]] = [await create(0), await create(1)];
    if (server !== undefined) all.push(await create(2));
    await Promise.all(all.map((replica) => replica.start()));
    return new Replicas(all, platform, identity, server, directory);
  }

  get redis(): TestRedis {
    if (this.server === undefined) throw new Error('these replicas share a file');
    return this.server;
  }

  /** Signs a person in and returns the `Cookie` header of the session. */
  signIn(): Promise<string> {
    return signIn(this.all[0].url);
  }

  /** Signs a person in whose token must be refreshed before the next call; later tokens last. */
  async signInWithOldToken(): Promise<string> {
    this.identity.idTokenSeconds = 0;
    const cookie = await this.signIn();
    this.identity.idTokenSeconds = 3600;
    return cookie;
  }

  /** The number of refresh requests to the provider. */
  get refreshes(): number {
    return this.identity.tokenRequests.filter((form) => form.get('grant_type') === 'refresh_token').length;
  }

  /** Resets the provider and the platform. */
  calm(): void {
    this.identity.onToken = () => undefined;
    this.identity.beforeToken = () => Promise.resolve();
    this.identity.idTokenSeconds = 3600;
    this.identity.tokenRequests.length = 0;
    this.identity.revoked.length = 0;
    this.platform.reset();
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.stop('SIGKILL')));
    await Promise.all([this.platform.close(), this.identity.close(), this.server?.close()]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The response to a caller of the gateway. */
export interface Got {
  readonly status: number;
  readonly code: unknown;
  readonly headers: Headers;
  readonly milliseconds: number;
}

/** Calls a replica as a frontend does; status 0 if there is no response. */
export async function call(replica: Replica, cookie: string, target = 'GET /api/connect/v1/categories'): Promise<Got> {
  const begun = performance.now();
  const [method = '', path = ''] = target.split(' ');
  const headers = { ...(cookie === '' ? {} : { cookie }), 'x-csrf': '1' };
  const answer = await fetch(replica.url + path, { method, headers, redirect: 'manual' }).catch(() => undefined);
  const text = (await answer?.text().catch(() => '')) ?? '';
  const milliseconds = performance.now() - begun;
  const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: unknown };
  return { status: answer?.status ?? 0, code, headers: answer?.headers ?? new Headers(), milliseconds };
}
