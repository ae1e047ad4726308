import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { StoredRecord } from './record.store.js';
import type { StoredSession } from './session.store.js';
import type { Store } from './store.js';
import { StoreUnavailable } from './store-unavailable.js';

/** How long a statement waits for another process that writes. */
const BUSY_MS = 900;
/** Interval of checks for changes by other processes: a revocation takes effect everywhere within a second. */
const WATCH_MS = 200;
const SWEEP_MS = 60_000;
/** Records can be large, and deleted ones are overwritten: limits the work per sweep. */
const SWEPT_CLAIMS = 500;

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
`;
const COLUMNS = `id, version, sealed, owner, provider_session AS providerSession, device, created_at AS createdAt,
  expires_at AS expiresAt, idle_expires_at AS idleExpiresAt`;
const CREATE_CLAIM = `INSERT INTO claims (name, holder, version, until, sealed)
  VALUES (:name, :holder, :version, :until, :sealed)
  ON CONFLICT (name) DO UPDATE SET holder = :holder, version = :version, until = :until, sealed = :sealed
  WHERE until <= :now`;
const REPLACE_CLAIM = `UPDATE claims SET holder = :holder, version = :version, until = :until, sealed = :sealed
  WHERE name = :name AND holder = :from AND until > :now AND (holder <> :holder OR version < :version)`;
const ALIVE = 'expires_at > :now AND idle_expires_at > :now';

/** The store in an SQLite file: one machine, any number of processes, survives restarts. */
export class SqliteStore implements Store {
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private readonly timers: NodeJS.Timeout[];
  private listener: (id?: string) => void = () => undefined;
  private dataVersion: unknown;

  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.db = new DatabaseSync(file, { timeout: BUSY_MS });
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
    this.db.exec(SCHEMA);
    this.dataVersion = this.readDataVersion();
    this.timers = [setInterval(this.watch, WATCH_MS).unref(), setInterval(this.sweep, SWEEP_MS).unref()];
  }

  async create(session: StoredSession): Promise<void> {
    this.run(
      `INSERT INTO sessions (id, version, sealed, owner, provider_session, device, created_at, expires_at, idle_expires_at)
       VALUES (:id, :version, :sealed, :owner, :providerSession, :device, :createdAt, :expiresAt, :idleExpiresAt)`,
      { ...session },
    );
  }

  async read(id: string): Promise<StoredSession | undefined> {
    return this.all(`SELECT ${COLUMNS} FROM sessions WHERE id = :id AND ${ALIVE}`, { id, now: Date.now() })[0];
  }

  async replace(id: string, version: number, sealed: Buffer): Promise<boolean> {
    const sql = `UPDATE sessions SET sealed = :sealed, version = :version + 1
      WHERE id = :id AND version = :version AND ${ALIVE}`;
    return this.run(sql, { id, version, sealed, now: Date.now() }) === 1;
  }

  async extend(id: string, idleExpiresAt: number): Promise<void> {
    const sql = `UPDATE sessions SET idle_expires_at = :idleExpiresAt
      WHERE id = :id AND idle_expires_at < :idleExpiresAt AND ${ALIVE}`;
    this.run(sql, { id, idleExpiresAt, now: Date.now() });
  }

  async remove(id: string): Promise<boolean> {
    return this.run('DELETE FROM sessions WHERE id = :id', { id }) === 1;
  }

  async listByOwner(owner: string): Promise<StoredSession[]> {
    const sql = `SELECT ${COLUMNS} FROM sessions WHERE owner = :owner AND ${ALIVE} ORDER BY created_at DESC`;
    return this.all(sql, { owner, now: Date.now() });
  }

  async listByProviderSession(providerSession: string): Promise<StoredSession[]> {
    const sql = `SELECT ${COLUMNS} FROM sessions WHERE provider_session = :providerSession AND ${ALIVE}`;
    return this.all(sql, { providerSession, now: Date.now() });
  }

  async lease(name: string, holder: string, milliseconds: number): Promise<boolean> {
    const now = Date.now();
    const sql = `INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
      ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :until WHERE holder = :holder OR until <= :now`;
    return this.run(sql, { name, holder, until: now + milliseconds, now }) === 1;
  }

  async release(name: string, holder: string): Promise<void> {
    this.run('DELETE FROM leases WHERE name = :name AND holder = :holder', { name, holder });
  }

  async rememberOnce(name: string, milliseconds: number): Promise<boolean> {
    const now = Date.now();
    const sql = `INSERT INTO leases (name, holder, until) VALUES (:name, '', :until)
      ON CONFLICT (name) DO UPDATE SET until = :until WHERE until <= :now`;
    return this.run(sql, { name, until: now + milliseconds, now }) === 1;
  }

  async remember(name: string, milliseconds: number): Promise<void> {
    const sql = "INSERT OR REPLACE INTO leases (name, holder, until) VALUES (:name, '', :until)";
    this.run(sql, { name, until: Date.now() + milliseconds });
  }

  async rememberedFor(name: string): Promise<number> {
    const row = this.guarded('SELECT until FROM leases WHERE name = :name', (statement) => statement.get({ name }));
    return Math.max(0, Number(row?.['until'] ?? 0) - Date.now());
  }

  async putRecord(
    name: string,
    from: string | undefined,
    { holder, version, sealed }: StoredRecord,
    milliseconds: number,
  ): Promise<boolean> {
    const now = Date.now();
    const values = { name, holder, version, sealed, until: now + milliseconds, now };
    if (from !== undefined) return this.run(REPLACE_CLAIM, { ...values, from }) === 1;
    return this.run(CREATE_CLAIM, values) === 1;
  }

  async readRecord(name: string): Promise<StoredRecord | undefined> {
    const sql = 'SELECT holder, version, sealed FROM claims WHERE name = :name AND until > :now';
    const row = this.guarded(sql, (statement) => statement.get({ name, now: Date.now() }));
    const claim = row as unknown as StoredRecord | undefined;
    return claim && { ...claim, sealed: Buffer.from(claim.sealed) };
  }

  async ping(): Promise<void> {
    this.readDataVersion();
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

  private readonly sweep = (): void => {
    const now = Date.now();
    try {
      this.run('DELETE FROM sessions WHERE expires_at <= :now OR idle_expires_at <= :now', { now });
      this.run('DELETE FROM leases WHERE until <= :now', { now });
      const swept = 'SELECT name FROM claims WHERE until <= :now LIMIT :most';
      this.run(`DELETE FROM claims WHERE name IN (${swept})`, { now, most: SWEPT_CLAIMS });
    } catch {
      // Expired rows are never returned; the next sweep deletes them.
    }
  };

  private readDataVersion(): unknown {
    return this.guarded('PRAGMA data_version', (statement) => statement.get()?.['data_version']);
  }

  private run(sql: string, values: Record<string, string | number | Buffer | null>): number {
    return this.guarded(sql, (statement) => Number(statement.run(values).changes));
  }

  private all(sql: string, values: Record<string, string | number>): StoredSession[] {
    const rows = this.guarded(sql, (statement) => statement.all(values) as unknown as StoredSession[]);
    return rows.map((row) => ({ ...row, sealed: Buffer.from(row.sealed) }));
  }

  private guarded<T>(sql: string, act: (statement: StatementSync) => T): T {
    try {
      const statement = this.statements.get(sql) ?? this.db.prepare(sql);
      this.statements.set(sql, statement);
      return act(statement);
    } catch (cause) {
      throw new StoreUnavailable(cause);
    }
  }
}
