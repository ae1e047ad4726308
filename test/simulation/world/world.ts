import { Config } from '../../../src/config/config.js';
import { Keyring } from '../../../src/crypto/keyring.js';
import { describeError } from '../../../src/http/problem.js';
import { StoreUnavailable } from '../../../src/store/store-unavailable.js';
import { theUniverse } from '../engine/globals.js';
import { SimProcess } from '../engine/sim.process.js';
import type { Plan } from '../plan.js';
import { History } from '../properties/history.js';
import { clearDisk, lockFiles } from '../shims/sqlite.js';
import { Network } from './network.js';
import { Platform } from './platform.js';
import { Provider } from './provider.js';
import { placeRedis } from './redis.place.js';
import { RedisServer } from './redis.server.js';
import { Replica, type Surroundings } from './replica.js';
import { redisView, sqliteView } from './store.view.js';

const SECRET = '1VTWoEBwhzSOkg3p5CgbqpbMqA++uLxPj8edyWcJoJo=';
const FILE = ':memory:';
const SETTINGS = {
  PUBLIC_URL: 'http://127.0.0.1:3000',
  PLATFORM_URL: 'http://127.0.0.1:3002/api/connect/v1',
  PLATFORM_TIMEOUT_MS: '5000',
  OIDC_ISSUER: 'https://provider.example',
  OIDC_CLIENT_ID: 'connect-gateway',
  OIDC_CLIENT_SECRET: 'secret',
  SESSION_KEYS: SECRET,
  LOG_LEVEL: 'silent',
};
const keyring = new Keyring([SECRET]);
/** A logout at the provider ends sign-ins that are under way for so long. */
const REMEMBERED_MS = 900_000;
/** An orchestrator starts a replica again after this. */
const RESTART_MS = 1_000;

/** Everything that a schedule is played in. */
export class World {
  readonly replicas: (Replica | undefined)[] = [];
  /** The latest process of each replica, from before it is ready. */
  private readonly processes = new Map<number, SimProcess>();
  readonly history: History;
  readonly provider: Provider;
  readonly platform: Platform;
  readonly network = new Network();
  private readonly surroundings: Surroundings;
  private readonly redis: ReturnType<typeof placeRedis> | undefined;
  private machineSkewMs = 0;
  private readonly skews = new Map<number, number>();

  constructor(private readonly plan: Plan) {
    clearDisk();
    const config = new Config({
      ...SETTINGS,
      SESSION_STORE_URL: plan.store === 'sqlite' ? `sqlite:${FILE}` : 'redis://redis.example',
      SESSION_IDLE_SECONDS: String(plan.idleSeconds),
      SESSION_MAX_SECONDS: '700',
    });
    this.provider = new Provider(plan, {
      onConsumed: (grant) => this.history.onConsumed(grant),
      onReuse: (grant, by) => this.history.onReuse(grant, by),
      onCodeReuse: (code) => this.history.fail('I3', `${code} was sent twice`),
    });
    if (plan.store === 'redis') this.redis = placeRedis(new RedisServer(), this.network);
    const view = this.redis === undefined ? sqliteView(FILE) : redisView(this.redis.server);
    this.history = new History(config, keyring, this.provider, view);
    this.platform = new Platform(this.provider, this.network, this.history);
    this.surroundings = { config, provider: this.provider, platform: this.platform, network: this.network };
  }

  /** Starts a replica; it takes requests as soon as it is ready. */
  start(index: number): void {
    const process = new SimProcess(`replica ${index}`);
    process.skewMs = this.plan.store === 'sqlite' ? this.machineSkewMs : (this.skews.get(index) ?? 0);
    process.onDeath = () => this.died(index, process);
    this.processes.set(index, process);
    theUniverse().scheduler.schedule(0, process, () => {
      Replica.start(process, this.surroundings).then(
        (replica) => (this.replicas[index] = replica),
        // A store that is away at the start ends the process; it is started again.
        (error: unknown) => {
          if (!(error instanceof StoreUnavailable) && !/database is locked/.test(describeError(error).reason))
            this.history.fail('start', describeError(error).reason);
          process.kill();
        },
      );
    });
  }

  /** The processes of one machine, which share an SQLite file, share its clock; replicas over Redis have their own. */
  setClock(index: number, aheadMs: number): void {
    // SQLite's limits go by this clock. A logout that ended a sign-in which is under way is remembered for so long only.
    if (this.plan.store === 'sqlite' && Math.abs(aheadMs) >= REMEMBERED_MS) return;
    this.history.clockSet(aheadMs, this.plan.store === 'sqlite');
    this.machineSkewMs = aheadMs;
    this.skews.set(index, aheadMs);
    for (const [at, process] of this.processes)
      if (this.plan.store === 'sqlite' || at === index) process.skewMs = aheadMs;
  }

  /** Stops a replica for a while when it has executed some more events. */
  pause(index: number, afterEvents: number, forMs: number): void {
    const process = this.replicas[index]?.process;
    process?.pauseAfter(afterEvents, () => {
      process.pausedUntil = Math.max(process.pausedUntil, theUniverse().scheduler.now + forMs);
      this.history.paused(process, forMs);
    });
  }

  storeAway(fault: 'refuse' | 'silent' | 'slow', forMs: number): void {
    const { scheduler } = theUniverse();
    this.history.storeAway(forMs);
    if (this.redis === undefined) return lockFiles(scheduler.now + forMs);
    this.network.storeAway(fault, scheduler.now + forMs);
    if (fault !== 'refuse') return;
    for (const [client, process] of this.redis.connections) scheduler.schedule(0, process, () => client.breakOff());
  }

  /**
   * All faults are over, but that a process which is paused goes on when it would have.
   * @returns when the last of them does
   */
  heal(): number {
    if (this.machineSkewMs !== 0) this.history.clockSet(0, this.plan.store === 'sqlite');
    this.machineSkewMs = 0;
    this.skews.clear();
    lockFiles(0);
    this.network.storeAway('refuse', 0);
    this.provider.setWeather('well', 0);
    this.provider.atNextAnswer(() => undefined);
    this.platform.setWeather('well', 0);
    for (const process of this.processes.values()) {
      process.skewMs = 0;
      process.spare();
    }
    return Math.max(theUniverse().scheduler.now, ...this.replicas.map((replica) => replica?.process.pausedUntil ?? 0));
  }

  private died(index: number, process: SimProcess): void {
    this.history.paused(process);
    if (this.replicas[index]?.process === process) this.replicas[index] = undefined;
    for (const [client, owner] of this.redis?.connections ?? []) if (owner === process) client.close();
    theUniverse().scheduler.schedule(RESTART_MS, undefined, () => this.start(index));
  }
}
