import { Logger } from '@nestjs/common';
import { createClient, createCluster, RESP_TYPES } from 'redis';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../http/problem.js';
import { ChangeFeed } from './redis.changes.js';
import { RedisClock } from './redis.clock.js';
import type { RedisNode, RedisTarget } from '../../config/redis.url.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { withTimeout, isAboutTheConnection } from './command.timeout.js';

/** The reply to a command; strings are bytes. */
export type Reply = Buffer | number | null | Reply[];

/** A client of one server or of a cluster, with one interface. */
interface Link {
  connect(): Promise<unknown>;
  send(key: string, command: (string | Buffer)[]): Promise<Reply>;
  destroy(): void;
}

/** Timeout of a command. */
const PATIENCE_MS = 700;
/** Interval of questions for the time, by which a silent server is noticed on an idle connection. */
const PING_MS = 200;
const CONNECT_MS = 1_500;
const RETRY_MS = 100;
/** Minimum life of a new connection: while a server takes no writes, reads still work. */
const SETTLE_MS = 500;

/**
 * A connection to Redis that reconnects. Commands never queue: without a connection, or without an answer in time, a
 * command fails and is not sent later. Commands and change notices share one connection, so a process that can read
 * also receives notices.
 */
export class RedisConnection {
  private readonly logger = new Logger('RedisConnection');
  private link: Link | undefined;
  private lose: (cause: unknown) => void = () => undefined;
  private onConnect: () => void = () => undefined;
  private connectedAt = 0;
  private isClosed = false;
  private failure: string | undefined;
  private sign: 'TIME' | 'PING' = 'TIME';
  /** The server's clock. */
  readonly clock = new RedisClock();

  /**
   * @param prefix of the keys to report changes of
   * @param onChange called with a changed key, or without one when any key may have changed
   */
  constructor(
    private target: RedisTarget,
    private readonly prefix: string,
    private readonly onChange: (key?: string) => void,
  ) {}

  /** Connects; continues in the background if that takes too long. */
  async open(): Promise<void> {
    const connected = new Promise<void>((resolve) => (this.onConnect = resolve));
    void this.run();
    await Promise.race([connected, sleep(CONNECT_MS)]);
  }

  useCredentials({ username, password }: Pick<RedisTarget, 'username' | 'password'>): void {
    this.target = { ...this.target, username, password };
  }

  /**
   * Sends a command about one key.
   * @throws StoreUnavailable within a second in every case of failure
   */
  async ask(key: string, ...command: (string | Buffer)[]): Promise<Reply> {
    const { link, lose } = this;
    if (link === undefined)
      throw new StoreUnavailable(new Error(`Redis is not connected: ${this.failure ?? 'not yet'}`));
    try {
      return await withTimeout(PATIENCE_MS, link.send(key, command));
    } catch (cause) {
      if (isAboutTheConnection(cause) && performance.now() - this.connectedAt > SETTLE_MS) lose(cause);
      throw new StoreUnavailable(cause);
    }
  }

  /** Asks for a sign of life, and for the time where the gateway's user may (ACL category `@fast`). */
  private async beat(): Promise<void> {
    const askedAt = performance.now();
    try {
      this.clock.set(await this.ask('', this.sign), askedAt);
    } catch (error) {
      if (!describeError(error).reason.includes('NOPERM')) return;
      this.sign = 'PING';
      this.logger.warn(
        {},
        'the user of Redis may not read its clock (+time): the clock of this machine is used instead',
      );
    }
  }

  close(): void {
    this.isClosed = true;
    this.lose(undefined);
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      const { promise: loss, resolve } = Promise.withResolvers<unknown>();
      this.lose = resolve;
      try {
        await this.hold(loss);
        this.log(await loss);
      } catch (error) {
        this.log(error);
        await sleep(RETRY_MS + Math.random() * RETRY_MS);
      }
    }
  }

  /** Stays connected until the connection is lost. */
  private async hold(loss: Promise<unknown>): Promise<void> {
    const link = this.target.kind === 'cluster' ? this.cluster() : this.server(await this.locate());
    let heartbeat: NodeJS.Timeout | undefined;
    try {
      await withTimeout(CONNECT_MS, link.connect());
      this.link = link;
      this.connectedAt = performance.now();
      this.failure = undefined;
      await this.beat();
      this.onConnect();
      heartbeat = setInterval(() => void this.beat(), PING_MS);
      await loss;
    } finally {
      clearInterval(heartbeat);
      this.link = undefined;
      link.destroy();
      this.onChange();
    }
  }

  /** Logs each reason once, not at every attempt. */
  private log(error: unknown): void {
    const { reason } = describeError(error);
    if (!this.isClosed && reason !== this.failure) this.logger.warn({ reason }, 'the session store is not connected');
    this.failure = reason;
  }

  /** The server that takes writes, by the first sentinel that knows it (Redis Sentinel client guidelines). */
  private async locate(): Promise<RedisNode> {
    const { kind, nodes, masterName } = this.target;
    let failure: unknown;
    for (const node of nodes) {
      if (kind === 'single') return node;
      const client = createClient({ ...this.options(node), username: undefined, password: undefined, database: 0 });
      client.on('error', () => undefined);
      try {
        await withTimeout(CONNECT_MS, client.connect());
        const question = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName];
        const reply = await withTimeout(PATIENCE_MS, client.sendCommand<[string, string] | null>(question));
        if (reply !== null) return { host: reply[0], port: Number(reply[1]) };
      } catch (error) {
        failure = error;
      } finally {
        client.destroy();
      }
    }
    throw new Error('no sentinel knows the master', { cause: failure });
  }

  private server(node: RedisNode): Link {
    const client = createClient({ ...this.options(node), clientSideCache: this.changes() });
    client.on('error', this.lose);
    return {
      connect: async () => {
        await client.connect();
        if (this.target.kind !== 'sentinel') return;
        const [role] = await client.sendCommand<string[]>(['ROLE']);
        if (role !== 'master') throw new Error('the sentinel named a server that is no master');
      },
      send: (_key, command) => client.sendCommand(command, AS_BYTES),
      destroy: () => client.destroy(),
    };
  }

  /**
   * Servers are connected to when a key of theirs is asked for: one that is away takes only its own keys along. Each
   * must give signs of life by itself.
   */
  private cluster(): Link {
    const timeouts = { socketTimeout: PATIENCE_MS, reconnectStrategy: RETRY_MS };
    const { socket, ...options } = this.options();
    const client = createCluster({
      rootNodes: this.target.nodes.map((node) => this.options(node)),
      defaults: { ...options, pingInterval: PING_MS, socket: { ...socket, ...timeouts } },
      clientSideCache: this.changes(),
      minimizeConnections: true,
    });
    client.on('error', () => undefined);
    return {
      connect: () => client.connect(),
      send: (key, command) => client.sendCommand(key, false, command, AS_BYTES),
      destroy: () => client.destroy(),
    };
  }

  private options(node?: RedisNode) {
    const { tls, username, password, database } = this.target;
    const socket = { connectTimeout: CONNECT_MS, reconnectStrategy: false as const, ...node };
    const servername = node !== undefined && isIP(node.host) === 0 ? node.host : undefined;
    return {
      username,
      password,
      database,
      disableOfflineQueue: true,
      maintNotifications: 'disabled' as const,
      socket: tls ? { ...socket, tls: true as const, servername } : socket,
    };
  }

  private changes(): ChangeFeed {
    return new ChangeFeed(this.prefix, this.onChange);
  }
}

const AS_BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
