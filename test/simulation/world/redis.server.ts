import * as scripts from '../../../src/store/redis/redis.scripts.js';
import { trueTime } from '../engine/globals.js';

export type Argument = string | Buffer;
export type Reply = Buffer | string | number | null | Reply[];

type Value = Map<string, Buffer> | Buffer;
interface Entry {
  readonly value: Value;
  /** Epoch milliseconds; undefined for a key that stays. */
  expiresAt: number | undefined;
}

/** A client that wants to hear of changes under a prefix (`CLIENT TRACKING ON BCAST NOLOOP PREFIX`). */
export interface Tracker {
  readonly prefix: string;
  invalidated(key: string): void;
}

/**
 * As much of Redis as the gateway uses, with its own clock and none of its speed. A Lua script is known by its text and
 * stands here as the same steps in TypeScript; a text that is not known is an error. `redis.server.spec.ts` holds it
 * against a real server, command by command.
 */
export class RedisServer {
  /** Counts what was changed under any key. */
  changes = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly trackers = new Set<Tracker>();

  constructor(private readonly now: () => number = trueTime) {}

  track(tracker: Tracker): void {
    this.trackers.add(tracker);
  }

  untrack(tracker: Tracker): void {
    this.trackers.delete(tracker);
  }

  /** Runs one command for a client, which is not told of its own changes. */
  execute(command: readonly Argument[], client?: Tracker): Reply {
    const [name = '', ...args] = command.map((part, at) => (at === 0 ? String(part).toUpperCase() : part));
    const key = String(args[0] ?? '');
    const run = (this.commands as Record<string, ((args: Argument[], client?: Tracker) => Reply) | undefined>)[
      String(name)
    ];
    if (run === undefined) throw new Error(`ERR unknown command '${String(name)}'`);
    if (key !== '') this.expire(key);
    return run(args, client);
  }

  /** The keys under a prefix and their hashes, as they are. */
  *hashes(prefix: string): Generator<[key: string, fields: Map<string, Buffer>]> {
    for (const [key, { value, expiresAt }] of this.entries)
      if (key.startsWith(prefix) && value instanceof Map && (expiresAt ?? Infinity) > this.now()) yield [key, value];
  }

  private readonly commands = {
    PING: (): Reply => 'PONG',
    GET: ([key]: Argument[]): Reply => this.read(key),
    SET: ([key, value, ...options]: Argument[], client?: Tracker): Reply => {
      const words = options.map(String);
      if (words.includes('NX') && this.entries.has(String(key))) return null;
      this.put(String(key), Buffer.from(value ?? ''), client);
      if (words.includes('PX')) this.expireAt(key, this.now() + Number(words[words.indexOf('PX') + 1]));
      return 'OK';
    },
    DEL: ([key]: Argument[], client?: Tracker): Reply => (this.drop(String(key), client) ? 1 : 0),
    PEXPIRETIME: ([key]: Argument[]): Reply => {
      const entry = this.entries.get(String(key));
      if (entry === undefined) return -2;
      return entry.expiresAt === undefined ? -1 : Math.floor(entry.expiresAt);
    },
    TIME: (): Reply => {
      const micros = Math.floor(this.now() * 1_000);
      return [Math.floor(micros / 1e6), micros % 1e6].map((part) => Buffer.from(String(part)));
    },
    HGET: ([key, field]: Argument[]): Reply => this.hash(key).get(String(field)) ?? null,
    HMGET: ([key, ...fields]: Argument[]): Reply => fields.map((field) => this.hash(key).get(String(field)) ?? null),
    HSET: ([key, ...pairs]: Argument[], client?: Tracker): Reply => {
      const hash = new Map(this.hash(key));
      for (let i = 0; i + 1 < pairs.length; i += 2) hash.set(String(pairs[i]), Buffer.from(pairs[i + 1] as Buffer));
      this.put(String(key), hash, client);
      return pairs.length / 2;
    },
    ZADD: ([key, ...args]: Argument[], client?: Tracker): Reply => {
      const words = args.map(String);
      const [score = '', member = ''] = words.slice(-2);
      const set = new Map(this.hash(key));
      const before = set.get(member);
      if (words.includes('XX') && before === undefined) return 0;
      if (words.includes('GT') && before !== undefined && Number(before) >= Number(score)) return 0;
      this.put(String(key), set.set(member, Buffer.from(score)), client);
      return before === undefined ? 1 : 0;
    },
    ZCOUNT: ([key, least, most]: Argument[]): Reply =>
      this.sorted(key).filter(([, score]) => isWithin(score, least, most)).length,
    ZREMRANGEBYSCORE: ([key, least, most]: Argument[], client?: Tracker): Reply => {
      const gone = this.sorted(key).filter(([, score]) => isWithin(score, least, most));
      for (const [member] of gone) this.execute(['ZREM', String(key), member], client);
      return gone.length;
    },
    ZRANGE: ([key]: Argument[]): Reply => this.sorted(key).map(([member]) => Buffer.from(member)),
    ZREM: ([key, member]: Argument[], client?: Tracker): Reply => {
      const set = new Map(this.hash(key));
      if (!set.delete(String(member))) return 0;
      if (set.size === 0) this.drop(String(key), client);
      else this.put(String(key), set, client);
      return 1;
    },
    EVAL: ([script, , key = '', ...args]: Argument[], client?: Tracker): Reply => {
      const steps = this.scripts.get(String(script));
      if (steps === undefined) throw new Error(`the simulated Redis does not know this script: ${String(script)}`);
      this.expire(String(key));
      return steps(String(key), args, (...command) => this.execute(command, client)) ?? null;
    },
  };

  private readonly scripts = new Map<
    string,
    (key: string, args: Argument[], call: (...command: Argument[]) => Reply) => Reply | void
  >([
    [
      scripts.CREATE,
      (key, [limit, ...fields], call) => {
        call('HSET', key, ...fields);
        this.expireAt(key, this.now() + Number(limit));
      },
    ],
    [
      scripts.REPLACE,
      (key, [version = '', sealed = ''], call) => {
        if (String(call('HGET', key, 'version')) !== String(version)) return 0;
        call('HSET', key, 'version', String(Number(version) + 1), 'sealed', sealed);
        return 1;
      },
    ],
    [
      scripts.EXTEND,
      (key, [limit = '', now], call) => {
        const [idle, absolute] = call('HMGET', key, 'idleExpiresAt', 'expiresAt') as (Buffer | null)[];
        if (!idle || Number(limit) <= Number(idle)) return;
        call('HSET', key, 'idleExpiresAt', limit);
        this.expireAt(key, this.now() + Math.min(Number(limit), Number(absolute)) - Number(now));
      },
    ],
    [
      scripts.REMOVE,
      (key, _args, call) => {
        const names = call('HMGET', key, 'owner', 'providerSession');
        return call('DEL', key) === 0 ? null : names;
      },
    ],
    [
      scripts.INDEX,
      (key, [now, limit = '', id = '']) => {
        const set = new Map(this.hash(key)).set(String(id), Buffer.from(String(limit)));
        for (const [member, score] of set) if (Number(score) <= Number(now)) set.delete(member);
        this.put(key, set, undefined);
        this.expireAt(key, this.now() + Number(this.sorted(key).at(-1)?.[1]) - Number(now));
      },
    ],
    [
      scripts.LEASE,
      (key, [holder = '', milliseconds = ''], call) => {
        const held = call('GET', key);
        if (held !== null && String(held) !== String(holder)) return 0;
        call('SET', key, holder, 'PX', milliseconds);
        return 1;
      },
    ],
    [scripts.RELEASE, (key, [holder], call) => void (String(call('GET', key)) === String(holder) && call('DEL', key))],
    [
      scripts.CHARGE,
      (key, [hour = '', count = '', bytes = '', mostCount, mostBytes], call) => {
        const fields = new Map(this.hash(key));
        const used = { c: 0, b: 0 };
        for (const [name, value] of fields)
          if (Number(name.slice(1)) <= Number(hour) - 24) fields.delete(name);
          else used[name[0] as 'c' | 'b'] += Number(value);
        this.put(key, fields, undefined);
        if (Number(count) > 0 && used.c + Number(count) > Number(mostCount)) return 0;
        if (Number(bytes) > 0 && used.b + Number(bytes) > Number(mostBytes)) return 0;
        const add = (name: string, amount: Argument): void =>
          void call('HSET', key, name, String(Number(fields.get(name) ?? 0) + Number(amount)));
        add(`c${String(hour)}`, count);
        add(`b${String(hour)}`, bytes);
        this.expireAt(key, this.now() + 90_000_000);
        return 1;
      },
    ],
    [
      scripts.CLAIM,
      (key, [from, holder = '', version = '', sealed = '', milliseconds, only = ''], call) => {
        const [held, at] = call('HMGET', key, 'holder', 'version') as (Buffer | null)[];
        if (String(held ?? '') !== String(from)) return 0;
        if (held && String(held) === String(holder) && Number(at) >= Number(version)) return 0;
        if (String(only) !== '' && String(at) !== String(only)) return 0;
        call('HSET', key, 'holder', holder, 'version', version, 'sealed', sealed);
        this.expireAt(key, this.now() + Number(milliseconds));
        return 1;
      },
    ],
  ]);

  private read(key: Argument | undefined): Buffer | null {
    const value = this.entries.get(String(key))?.value;
    return Buffer.isBuffer(value) ? value : null;
  }

  private hash(key: Argument | undefined): Map<string, Buffer> {
    const value = this.entries.get(String(key))?.value;
    return value instanceof Map ? value : new Map<string, Buffer>();
  }

  /** A sorted set is kept as a hash of its scores: by score, then by the bytes of the member. */
  private sorted(key: Argument | undefined): [member: string, score: Buffer][] {
    return [...this.hash(key)].toSorted(
      ([a, x], [b, y]) => Number(x) - Number(y) || Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  private put(key: string, value: Value, client: Tracker | undefined): void {
    // SET makes a key that stays; a field or a member changes nothing of its end.
    const expiresAt = value instanceof Map ? this.entries.get(key)?.expiresAt : undefined;
    this.entries.set(key, { value, expiresAt });
    this.changed(key, client);
  }

  private drop(key: string, client: Tracker | undefined): boolean {
    const isThere = this.entries.delete(key);
    if (isThere) this.changed(key, client);
    return isThere;
  }

  private expireAt(key: Argument | undefined, at: number): void {
    const entry = this.entries.get(String(key));
    if (entry !== undefined) entry.expiresAt = at;
    this.expire(String(key));
  }

  private expire(key: string): void {
    const { expiresAt } = this.entries.get(key) ?? {};
    if (expiresAt !== undefined && expiresAt <= this.now()) this.drop(key, undefined);
  }

  private changed(key: string, client: Tracker | undefined): void {
    this.changes += 1;
    for (const tracker of this.trackers)
      if (tracker !== client && key.startsWith(tracker.prefix)) tracker.invalidated(key);
  }
}

function isWithin(score: Buffer, least: Argument | undefined, most: Argument | undefined): boolean {
  const limit = (text: Argument | undefined): number => Number(String(text).replace('inf', 'Infinity'));
  return Number(score) >= limit(least) && Number(score) <= limit(most);
}
