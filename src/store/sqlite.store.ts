import { Logger } from '@nestjs/common';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../http/problem.js';
import type { RecordCost, StoredRecord } from './record.store.js';
import type { StoredSession, Which } from './session.store.js';
import type { Store } from './store.js';
import { StoreUnavailable } from './store-unavailable.js';

/** How long a statement waits for another process that writes. SQLite's own time-out would stop the event loop meanwhile. */
const BUSY_MS = 900;
/** Pause before a statement is tried again, give or take a half. */
const RETRY_MS = 15;
/** SQLite's result codes for a database that another connection has locked, in their lowest byte. */
const BUSY_CODES = new Set([5, 6]);
/** Interval of checks for changes by other processes: a revocation takes effect everywhere within a second. */
const WATCH_MS = 200;
const SWEEP_MS = 60_000;
/** Records can be large, and deleted ones are overwritten: limits the work per sweep. The rest follows soon. */
const SWEPT_BYTES = 12_582_912;
const SWEEP_ON_MS = 1_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL, owner TEXT NOT NULL, provider_session TEXT,
    device TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, idle_expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sessions_by_owner ON sessions (owner);
  CREATE INDEX IF NOT EXISTS sessions_by_provider_session ON sessions (provider_session);
  CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS claims (
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, version INTEGER NOT NULL, until INTEGER NOT NULL, sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS claims_by_end ON claims (until);
  CREATE TABLE IF NOT EXISTS charges (
    name TEXT NOT NULL, hour INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (name, hour)
  ) STRICT;
`;
const COLUMNS = `id, version, sealed, owner, provider_session AS providerSession, device, created_at AS createdAt,
  expires_at AS expiresAt, idle_expires_at AS idleExpiresAt`;
const CREATE_CLAIM = `INSERT INTO claims (name, holder, version, until, sealed)
  VALUES (:name, :holder, :version, :until, :sealed)
  ON CONFLICT (name) DO UPDATE SET holder = :holder, version = :version, until = :until, sealed = :sealed
  WHERE until <= :now`;
const REPLACE_CLAIM = `UPDATE claims SET holder = :holder, version = :version, until = :until, sealed = :sealed
  WHERE name = :name AND holder = :from AND until > :now AND (holder <> :holder OR version < :version)
  AND (:at IS NULL OR version = :at)`;
const CHARGE = `INSERT INTO charges (name, hour, count, bytes)
  SELECT :name, :hour, :count, :bytes FROM (
    SELECT COALESCE(SUM(count), 0) AS count, COALESCE(SUM(bytes), 0) AS bytes FROM charges
    WHERE name = :name AND hour > :hour - 24
  ) AS used
  WHERE (:count <= 0 OR used.count + :count <= :maxCount) AND (:bytes <= 0 OR used.bytes + :bytes <= :maxBytes)
  ON CONFLICT (name, hour) DO UPDATE SET count = count + :count, bytes = bytes + :bytes`;
const SWEEP_CLAIMS = `DELETE FROM claims WHERE name IN (SELECT name FROM (
    SELECT name, SUM(LENGTH(sealed)) OVER (ORDER BY until, name) AS total FROM claims WHERE until <= :now LIMIT 1000
  ) WHERE total <= :most)`;
const DATA_VERSION = 'PRAGMA data_version';
const ALIVE = 'expires_at > :now AND idle_expires_at > :now';

/** The store in an SQLite file: one machine, any number of processes, survives restarts. */
export class SqliteStore implements Store {
  private readonly logger = new Logger('SqliteStore');
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private readonly timers: NodeJS.Timeout[];
  private listener: (id?: string) => void = () => undefined;
  private dataVersion: unknown;

  constructor(file: string) {
    if (file !== ':memory:') createPrivate(file);
    // Nothing is served yet, so the set-up may wait for other processes that start.
    this.db = new DatabaseSync(file, { timeout: BUSY_MS });
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
    this.db.exec(SCHEMA);
    this.db.exec('PRAGMA busy_timeout = 0;');
    this.dataVersion = this.readDataVersion();
    this.timers = [setInterval(this.watch, WATCH_MS).unref(), setInterval(this.sweep, SWEEP_MS).unref()];
  }

  /** All processes that share a file share the clock of their machine. */
  now(): number {
    return Date.now();
  }

  async create(session: StoredSession): Promise<void> {
    await this.run(
      `INSERT INTO sessions (id, version, sealed, owner, provider_session, device, created_at, expires_at, idle_expires_at)
       VALUES (:id, :version, :sealed, :owner, :providerSession, :device, :createdAt, :expiresAt, :idleExpiresAt)`,
      { ...session },
    );
  }

  async read(id: string, which?: Which): Promise<StoredSession | undefined> {
    return (await this.select('id = :id', { id }, which))[0];
  }

  async replace(id: string, version: number, sealed: Buffer): Promise<boolean> {
    const sql = `UPDATE sessions SET sealed = :sealed, version = :version + 1 WHERE id = :id AND version = :version`;
    return (await this.run(sql, { id, version, sealed })) === 1;
  }

  async extend(id: string, idleExpiresAt: number): Promise<void> {
    const sql = `UPDATE sessions SET idle_expires_at = :idleExpiresAt
      WHERE id = :id AND idle_expires_at < :idleExpiresAt AND ${ALIVE}`;
    // Used again, the session is extended again: nothing has to wait for this write.
    await this.run(sql, { id, idleExpiresAt, now: this.now() }, 0);
  }

  async remove(id: string): Promise<boolean> {
    return (await this.run('DELETE FROM sessions WHERE id = :id', { id })) === 1;
  }

  async listByOwner(owner: string, which?: Which): Promise<StoredSession[]> {
    return this.select('owner = :owner', { owner }, which);
  }

  async listByProviderSession(providerSession: string, which?: Which): Promise<StoredSession[]> {
    return this.select('provider_session = :providerSession', { providerSession }, which);
  }

  async countAlive(): Promise<number> {
    const sql = `SELECT count(*) AS count FROM sessions WHERE ${ALIVE}`;
    const row = await this.patiently(sql, (statement) => statement.get({ now: this.now() }));
    return Number(row?.['count']);
  }

  async removeExpired(): Promise<number> {
    const now = this.now();
    return this.run('DELETE FROM sessions WHERE expires_at <= :now OR idle_expires_at <= :now', { now });
  }

  async lease(name: string, holder: string, milliseconds: number): Promise<boolean> {
    // One that ends much later than a new one would is from before the clock was set back. Not merely later: another
    // process may get it between our look at the clock and the statement.
    const sql = `INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
      ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :until
      WHERE holder = :holder OR until <= :now OR until > :until + :milliseconds`;
    return this.patiently(sql, (statement) => {
      const now = this.now();
      return statement.run({ name, holder, until: now + milliseconds, milliseconds, now }).changes === 1;
    });
  }

  async release(name: string, holder: string): Promise<void> {
    await this.run('DELETE FROM leases WHERE name = :name AND holder = :holder', { name, holder });
  }

  async rememberOnce(name: string, milliseconds: number): Promise<boolean> {
    const now = this.now();
    const sql = `INSERT INTO leases (name, holder, until) VALUES (:name, '', :until)
      ON CONFLICT (name) DO UPDATE SET until = :until WHERE until <= :now`;
    return (await this.run(sql, { name, until: now + milliseconds, now })) === 1;
  }

  async remember(name: string, milliseconds: number): Promise<void> {
    const sql = "INSERT OR REPLACE INTO leases (name, holder, until) VALUES (:name, '', :until)";
    await this.run(sql, { name, until: this.now() + milliseconds });
  }

  async rememberedUntil(name: string): Promise<number> {
    const sql = 'SELECT until FROM leases WHERE name = :name AND until > :now';
    const row = await this.patiently(sql, (statement) => statement.get({ name, now: this.now() }));
    return Number(row?.['until'] ?? 0);
  }

  async putRecord(
    name: string,
    from: string | undefined,
    { holder, version, sealed }: StoredRecord,
    milliseconds: number,
    at?: number,
  ): Promise<boolean> {
    const now = this.now();
    const values = { name, holder, version, sealed, until: now + milliseconds, now };
    if (from !== undefined) return (await this.run(REPLACE_CLAIM, { ...values, from, at: at ?? null })) === 1;
    return (await this.run(CREATE_CLAIM, values)) === 1;
  }

  async readRecord(name: string): Promise<StoredRecord | undefined> {
    const sql = 'SELECT holder, version, sealed FROM claims WHERE name = :name AND until > :now';
    const row = await this.patiently(sql, (statement) => statement.get({ name, now: this.now() }));
    const claim = row as unknown as StoredRecord | undefined;
    return claim && { ...claim, sealed: Buffer.from(claim.sealed) };
  }

  async charge(name: string, { count, bytes }: RecordCost, most: RecordCost): Promise<boolean> {
    const values = { name, hour: hourOf(this.now()), count, bytes, maxCount: most.count, maxBytes: most.bytes };
    return (await this.run(CHARGE, values)) === 1;
  }

  /** The disk is not shared with anything that must not wait. */
  async hasRoomFor(): Promise<boolean> {
    return true;
  }

  async ping(): Promise<void> {
    await this.patiently(DATA_VERSION, (statement) => statement.get());
  }

  onChange(listener: (id?: string) => void): void {
    this.listener = listener;
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.statements.clear();
    this.db.close();
  }

  /** SQLite counts commits of other connections: one cheap number tells whether cached sessions may be outdated. */
  private readonly watch = (): void => {
    try {
      const version = this.readDataVersion();
      if (version !== this.dataVersion) this.listener();
      this.dataVersion = version;
    } catch {
      this.listener();
    }
  };

  /** Dead rows are never answered with; while the database is locked, they wait for the next sweep. */
  private readonly sweep = (): void => {
    const now = this.now();
    try {
      this.execute('DELETE FROM leases WHERE until <= :now', (sql) => sql.run({ now }));
      this.execute('DELETE FROM charges WHERE hour <= :hour - 24', (sql) => sql.run({ hour: hourOf(now) }));
      const swept = this.execute(SWEEP_CLAIMS, (sql) => sql.run({ now, most: SWEPT_BYTES })).changes;
      if (swept !== 0) setTimeout(this.sweep, SWEEP_ON_MS).unref();
    } catch (error) {
      // Expired rows are never returned; the next sweep deletes them.
      if (!isBusy(error)) this.logger.warn(describeError(error), 'expired rows could not be deleted');
    }
  };

  private readDataVersion(): unknown {
    return this.execute(DATA_VERSION, (statement) => statement.get()?.['data_version']);
  }

  private async run(
    sql: string,
    values: Record<string, string | number | Buffer | null>,
    patienceMs?: number,
  ): Promise<number> {
    return this.patiently(sql, (statement) => Number(statement.run(values).changes), patienceMs);
  }

  private async select(
    condition: string,
    values: Record<string, string>,
    which: Which = 'alive',
  ): Promise<StoredSession[]> {
    const now = which === 'alive' ? this.now() : 0;
    const sql = `SELECT ${COLUMNS} FROM sessions WHERE ${condition} AND ${ALIVE} ORDER BY created_at DESC`;
    const rows = await this.patiently(
      sql,
      (statement) => statement.all({ ...values, now }) as unknown as StoredSession[],
    );
    return rows.map((row) => ({ ...row, sealed: Buffer.from(row.sealed) }));
  }

  /** Runs a statement, again and again while another process has locked the database; others are served meanwhile. */
  private async patiently<T>(sql: string, act: (statement: StatementSync) => T, patienceMs = BUSY_MS): Promise<T> {
    for (const deadline = performance.now() + patienceMs; ; await sleep(RETRY_MS * (0.5 + Math.random()))) {
      try {
        return this.execute(sql, act);
      } catch (cause) {
        if (!isBusy(cause) || performance.now() >= deadline) throw new StoreUnavailable(cause);
      }
    }
  }

  private execute<T>(sql: string, act: (statement: StatementSync) => T): T {
    const statement = this.statements.get(sql) ?? this.db.prepare(sql);
    this.statements.set(sql, statement);
    return act(statement);
  }
}

/** Creates the file before SQLite does, for this process's user alone; SQLite gives its other files the same mode. */
function createPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  try {
    chmodSync(file, 0o600);
  } catch {
    // Another user's file that this one may write to: its mode is theirs to choose.
  }
}

function hourOf(milliseconds: number): number {
  return Math.floor(milliseconds / 3_600_000);
}

function isBusy(error: unknown): boolean {
  return BUSY_CODES.has(Number((error as { errcode?: unknown }).errcode) & 0xff);
}
