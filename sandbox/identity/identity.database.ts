import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS artifact (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS artifact_grant ON artifact (model, payload ->> '$.grantId');
  CREATE INDEX IF NOT EXISTS artifact_uid ON artifact (model, payload ->> '$.uid');
  CREATE INDEX IF NOT EXISTS artifact_expiry ON artifact (expires_at);
  CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** The provider's time: whole seconds since 1970. */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Opens the provider's database and deletes expired entries. */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  sweep(database);
  return database;
}

/** Deletes expired entries, which are never read. */
export function sweep(database: DatabaseSync): void {
  database.prepare('DELETE FROM artifact WHERE expires_at <= ?').run(epochSeconds());
}
