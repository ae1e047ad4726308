import { RedisConnection, type Reply } from './redis.connection.js';
import { CHARGE, CLAIM, CREATE, EXTEND, INDEX, LEASE, RELEASE, REMOVE, REPLACE } from './redis.scripts.js';
import { parseRedisUrl } from '../../config/redis.url.js';
import type { RecordCost, StoredRecord } from '../record.store.js';
import type { StoredSession, Which } from '../session.store.js';
import type { Store } from '../store.js';

const SESSION = 'gateway:session:';
/** Every session that is alive by its nearer limit, to count them: a key that expires tells nothing about itself. */
const ALIVE = 'gateway:alive';
const OWNER = 'gateway:owner:';
const PROVIDER_SESSION = 'gateway:provider-session:';
const LEASED = 'gateway:lease:';
const REMEMBERED = 'gateway:once:';
const CLAIMED = 'gateway:claim:';
const CHARGED = 'gateway:charge:';
const HOUR_MS = 3_600_000;

const FIELDS = [
  'version',
  'sealed',
  'owner',
  'providerSession',
  'device',
  'createdAt',
  'expiresAt',
  'idleExpiresAt',
] as const satisfies (keyof StoredSession)[];

/**
 * The store in Redis or Valkey, for any number of machines. A session is one hash that expires at its nearer limit; two
 * kinds of indexes find it by owner and by provider session. Changes by other replicas are reported immediately.
 */
export class RedisStore implements Store {
  private readonly redis: RedisConnection;
  private listener: (id?: string) => void = () => undefined;

  private constructor(url: string) {
    this.redis = new RedisConnection(parseRedisUrl(url), SESSION, (key) => this.listener(key?.slice(SESSION.length)));
  }

  /**
   * Opens the store. Waits briefly for a server that does not answer, and then keeps connecting in the background.
   * @param url as `parseRedisUrl` takes it
   */
  static async open(url: string): Promise<RedisStore> {
    const store = new RedisStore(url);
    await store.redis.open();
    return store;
  }

  /** Connections that are opened from now on take user name and password from this URL; the ones that are open stay. */
  useCredentialsOf(url: string): void {
    this.redis.useCredentials(parseRedisUrl(url));
  }

  now(): number {
    return this.redis.clock.now();
  }

  /** Indexes first: a session that is not indexed could not be ended by its owner. */
  async create(session: StoredSession): Promise<void> {
    const { id, owner, providerSession, expiresAt, idleExpiresAt } = session;
    const now = this.now();
    const indexes = [OWNER + owner, ...(providerSession === null ? [] : [PROVIDER_SESSION + providerSession])];
    await Promise.all(indexes.map((index) => this.run(INDEX, index, now, expiresAt, id)));
    const fields = FIELDS.flatMap((field) => [field, session[field] ?? '']);
    const limit = Math.min(expiresAt, idleExpiresAt);
    await this.run(CREATE, SESSION + id, limit - now, ...fields);
    await this.tally('ZADD', ALIVE, String(limit), id);
  }

  async read(id: string, which: Which = 'alive'): Promise<StoredSession | undefined> {
    // Judged by the time of the question: a process that is paused gets the answer late, and limits move meanwhile.
    const now = which === 'alive' ? this.now() : 0;
    const values = await this.redis.ask(SESSION + id, 'HMGET', SESSION + id, ...FIELDS);
    const session = toSession(id, values as (Buffer | null)[]);
    return session !== undefined && now < session.expiresAt && now < session.idleExpiresAt ? session : undefined;
  }

  async replace(id: string, version: number, sealed: Buffer): Promise<boolean> {
    return (await this.run(REPLACE, SESSION + id, version, sealed)) === 1;
  }

  async extend(id: string, idleExpiresAt: number): Promise<void> {
    await this.run(EXTEND, SESSION + id, idleExpiresAt, this.now());
    await this.tally('ZADD', ALIVE, 'XX', 'GT', String(idleExpiresAt), id);
  }

  async remove(id: string): Promise<boolean> {
    const removed = (await this.run(REMOVE, SESSION + id)) as Buffer[] | null;
    if (removed === null) return false;
    const [owner, providerSession] = removed.map(String);
    const indexes = [`${OWNER}${owner}`, `${PROVIDER_SESSION}${providerSession}`];
    await this.tally('ZREM', ALIVE, id);
    // Entries of removed sessions left in an index are not found, and expire.
    await Promise.allSettled(indexes.map((index) => this.redis.ask(index, 'ZREM', index, id)));
    return true;
  }

  async listByOwner(owner: string, which?: Which): Promise<StoredSession[]> {
    return this.listBy(OWNER + owner, which);
  }

  async listByProviderSession(providerSession: string, which?: Which): Promise<StoredSession[]> {
    return this.listBy(PROVIDER_SESSION + providerSession, which);
  }

  async countAlive(): Promise<number> {
    return Number(await this.redis.ask(ALIVE, 'ZCOUNT', ALIVE, String(this.now()), '+inf'));
  }

  async removeExpired(): Promise<number> {
    return Number(await this.redis.ask(ALIVE, 'ZREMRANGEBYSCORE', ALIVE, '-inf', String(this.now())));
  }

  async lease(name: string, holder: string, milliseconds: number): Promise<boolean> {
    return (await this.run(LEASE, LEASED + name, holder, milliseconds)) === 1;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.run(RELEASE, LEASED + name, holder);
  }

  async rememberOnce(name: string, milliseconds: number): Promise<boolean> {
    const key = REMEMBERED + name;
    return (await this.redis.ask(key, 'SET', key, '', 'NX', 'PX', String(milliseconds))) !== null;
  }

  async remember(name: string, milliseconds: number): Promise<void> {
    await this.redis.ask(REMEMBERED + name, 'SET', REMEMBERED + name, '', 'PX', String(milliseconds));
  }

  async rememberedUntil(name: string): Promise<number> {
    // PEXPIRETIME is negative for a missing key.
    return Math.max(0, Number(await this.redis.ask(REMEMBERED + name, 'PEXPIRETIME', REMEMBERED + name)));
  }

  async putRecord(
    name: string,
    from: string | undefined,
    { holder, version, sealed }: StoredRecord,
    milliseconds: number,
    at?: number,
  ): Promise<boolean> {
    const values = [from ?? '', holder, version, sealed, milliseconds, at ?? ''];
    return (await this.run(CLAIM, CLAIMED + name, ...values)) === 1;
  }

  async readRecord(name: string): Promise<StoredRecord | undefined> {
    const reply = await this.redis.ask(CLAIMED + name, 'HMGET', CLAIMED + name, 'holder', 'version', 'sealed');
    const [holder, version, sealed] = reply as (Buffer | null)[];
    return sealed ? { holder: String(holder), version: Number(version), sealed } : undefined;
  }

  async charge(name: string, { count, bytes }: RecordCost, most: RecordCost): Promise<boolean> {
    const hour = Math.floor(this.now() / HOUR_MS);
    return (await this.run(CHARGE, CHARGED + name, hour, count, bytes, most.count, most.bytes)) === 1;
  }

  /** A server without a limit has room, and so has one whose memory the gateway's user may not ask for (`+info`). */
  async hasRoomFor(name: string, bytes: number): Promise<boolean> {
    const info = await this.redis.ask(CLAIMED + name, 'INFO', 'memory').catch(() => '');
    const [used, limit] = ['used_memory', 'maxmemory'].map((field) =>
      Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(String(info))?.[1] ?? 0),
    );
    return !limit || (used ?? 0) + bytes <= limit / 2;
  }

  async ping(): Promise<void> {
    await this.redis.ask(SESSION, 'PING');
  }

  onChange(listener: (id?: string) => void): void {
    this.listener = listener;
  }

  async close(): Promise<void> {
    this.redis.close();
  }

  /** Keeps the count, which nothing depends on: a session is made and ended whether or not it is counted. */
  private async tally(...command: string[]): Promise<void> {
    await this.redis.ask(ALIVE, ...command).catch(() => undefined);
  }

  private async listBy(index: string, which?: Which): Promise<StoredSession[]> {
    const ids = (await this.redis.ask(index, 'ZRANGE', index, '0', '-1')) as Buffer[];
    const sessions = await Promise.all(ids.map((id) => this.read(String(id), which)));
    return sessions.filter((session) => session !== undefined).toSorted((a, b) => b.createdAt - a.createdAt);
  }

  private run(script: string, key: string, ...values: (string | number | Buffer)[]): Promise<Reply> {
    const texts = values.map((value) => (typeof value === 'number' ? String(value) : value));
    return this.redis.ask(key, 'EVAL', script, '1', key, ...texts);
  }
}

function toSession(id: string, values: (Buffer | null)[]): StoredSession | undefined {
  const [version, sealed, owner, providerSession, device, createdAt, expiresAt, idleExpiresAt] = values;
  if (!sealed) return undefined;
  return {
    id,
    version: Number(version),
    sealed,
    owner: String(owner),
    providerSession: String(providerSession) || null,
    device: String(device),
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
    idleExpiresAt: Number(idleExpiresAt),
  };
}
