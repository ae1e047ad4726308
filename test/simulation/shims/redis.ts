import { Channel } from '../engine/channel.js';
import { theUniverse } from '../engine/globals.js';
import { theRedis } from '../world/redis.place.js';
import type { Argument, Reply, Tracker } from '../world/redis.server.js';

export const RESP_TYPES = { BLOB_STRING: 36 };

/** What node-redis derives its pooled client-side cache from: here only the hooks that it calls. */
export class BasicPooledClientSideCache {
  trackingOn(): string[] {
    return [];
  }

  invalidate(_key: string | Buffer | null): void {
    // For those who derive from this.
  }

  clear(): void {
    // For those who derive from this.
  }
}

interface ClientOptions {
  readonly clientSideCache?: BasicPooledClientSideCache;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** node-redis's client over a simulated connection: commands and replies in order, word of changes among the replies. */
class SimRedisClient {
  private onError: (error: Error) => void = () => undefined;
  private readonly waiting = new Set<Waiting>();
  private readonly process = theUniverse().scheduler.current;
  private isOpen = false;
  private requests: Channel | undefined;
  private replies: Channel | undefined;
  private tracker: Tracker | undefined;

  constructor(private readonly options: ClientOptions) {}

  on(_event: 'error', listener: (error: Error) => void): this {
    this.onError = listener;
    return this;
  }

  async connect(): Promise<this> {
    const { network, server, connections } = theRedis();
    if (network.storeRefuses) throw new Error('ECONNREFUSED');
    this.requests = new Channel(undefined, network.storeDelayMs);
    this.replies = new Channel(this.process, network.storeDelayMs);
    this.isOpen = true;
    connections.set(this, this.process);
    const { clientSideCache } = this.options;
    const [, , , , , , prefix = ''] = clientSideCache?.trackingOn() ?? [];
    await this.exchange(() => {
      if (clientSideCache !== undefined) {
        this.tracker = { prefix, invalidated: (key) => this.replies?.send(() => clientSideCache.invalidate(key)) };
        server.track(this.tracker);
      }
      return 'OK';
    });
    return this;
  }

  sendCommand(command: readonly Argument[]): Promise<Reply> {
    if (!this.isOpen) return Promise.reject(new Error('The client is closed'));
    return this.exchange(() => theRedis().server.execute(command, this.tracker));
  }

  destroy(): void {
    this.close();
    this.fail(new Error('Disconnects client'));
  }

  /** The connection breaks: the client notices, what was under way is lost. */
  breakOff(): void {
    if (!this.isOpen) return;
    this.close();
    const error = new Error('Socket closed unexpectedly');
    this.options.clientSideCache?.clear();
    this.fail(error);
    this.onError(error);
  }

  /** The server's side ends with the process. */
  close(): void {
    this.isOpen = false;
    this.requests?.cut();
    this.replies?.cut();
    if (this.tracker !== undefined) theRedis().server.untrack(this.tracker);
    theRedis().connections.delete(this);
  }

  private exchange(run: () => Reply): Promise<Reply> {
    const { network } = theRedis();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject };
      this.waiting.add(waiting);
      this.requests?.send(() => {
        // A server that does not answer may have done what it was asked for.
        if (network.storeIsSilent && theUniverse().random.next() < 0.5) return;
        const reply = run();
        if (network.storeIsSilent) return;
        this.replies?.send(() => {
          this.waiting.delete(waiting);
          resolve(reply);
        });
      });
    });
  }

  private fail(error: Error): void {
    for (const waiting of this.waiting) waiting.reject(error);
    this.waiting.clear();
  }
}

export function createClient(options: ClientOptions): SimRedisClient {
  return new SimRedisClient(options);
}

export function createCluster(): never {
  throw new Error('there is no simulated cluster');
}
