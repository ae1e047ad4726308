import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite.store.js';
import { newSession } from '../support/stored-session.js';

let directory: string;
let store: SqliteStore;
/** Holds the write lock, like a backup, a shell or a VACUUM. */
let other: DatabaseSync;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sqlite-lock-'));
  store = new SqliteStore(join(directory, 'sessions.db'));
  other = new DatabaseSync(join(directory, 'sessions.db'));
});
afterEach(async () => {
  other.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

/** The current state of a promise. */
async function stateOf(work: Promise<unknown>): Promise<string> {
  const settled = work.then(
    () => 'fulfilled',
    () => 'rejected',
  );
  return Promise.race([settled, turn('pending')]);
}

describe('O8: while another process holds the database lock', () => {
  it('an essential write waits without blocking other requests, and completes when the lock is free', async () => {
    const known = newSession();
    await store.create(known);
    other.exec('BEGIN IMMEDIATE');
    const created = newSession();
    const writing = store.create(created);
    for (let i = 0; i < 20; i++) expect(await store.read(known.id)).toEqual(known);
    expect(await stateOf(writing)).toBe('pending');
    other.exec('COMMIT');
    await writing;
    expect(await store.read(created.id)).toEqual(created);
  });

  it('of two that wait for a lease at different times one gets it', async () => {
    const next = new SqliteStore(join(directory, 'sessions.db'));
    const real = Date.now();
    try {
      for (let n = 0; n < 10; n++) {
        other.exec('BEGIN IMMEDIATE');
        vi.useFakeTimers({ toFake: ['Date'], now: real });
        const first = store.lease(`lease-${n}`, 'first', 5_000);
        vi.setSystemTime(real + 500);
        const second = next.lease(`lease-${n}`, 'second', 5_000);
        other.exec('COMMIT');
        expect((await Promise.all([first, second])).filter((isTaken) => isTaken)).toHaveLength(1);
      }
    } finally {
      vi.useRealTimers();
      await next.close();
    }
  });

  it('a touch is tried once, and fails', async () => {
    const known = newSession();
    await store.create(known);
    other.exec('BEGIN IMMEDIATE');
    const run = vi.spyOn(StatementSync.prototype, 'run');
    await expect(store.extend(known.id, known.idleExpiresAt + 1_000)).rejects.toMatchObject({
      code: 'session_store_unavailable',
    });
    expect(run).toHaveBeenCalledTimes(1);
    run.mockRestore();
    other.exec('COMMIT');
  });

  it('a write that cannot get the lock fails with a 503 within a second', async () => {
    other.exec('BEGIN IMMEDIATE');
    await expect(store.create(newSession())).rejects.toMatchObject({ status: 503 });
    other.exec('COMMIT');
  });

  it('no statement waits inside SQLite, which would block the process', () => {
    other.exec('BEGIN IMMEDIATE');
    const inside = (store as unknown as { db: DatabaseSync }).db.prepare('PRAGMA busy_timeout').get();
    expect(inside).toEqual({ timeout: 0 });
    other.exec('COMMIT');
  });
});
