import { DatabaseSync as RealDatabase, type StatementSync as RealStatement } from 'node:sqlite';
import { isRunning, theUniverse } from '../engine/globals.js';

/** A file that several processes have open: one real database in memory, and how often it was written to. */
interface SharedFile {
  readonly database: RealDatabase;
  commits: number;
}

const files = new Map<string, SharedFile>();
let lockedUntil = 0;

/** `node:sqlite` in one process: real SQLite below, and each connection sees the others' commits as `data_version`. */
export class DatabaseSync {
  private readonly file: SharedFile;
  private readonly own = { commits: 0 };

  constructor(path: string) {
    this.file = sharedFile(path);
  }

  exec(sql: string): void {
    this.file.database.exec(sql);
  }

  prepare(sql: string): StatementSync {
    return new StatementSync(sql, this.file, this.own);
  }

  close(): void {
    // The file stays open for the other processes.
  }
}

export class StatementSync {
  private readonly statement: RealStatement;
  private readonly readsVersion: boolean;

  constructor(
    sql: string,
    private readonly file: SharedFile,
    private readonly own: { commits: number },
  ) {
    this.readsVersion = /^\s*PRAGMA data_version/i.test(sql);
    this.statement = file.database.prepare(sql);
  }

  run(...values: Parameters<RealStatement['run']>): ReturnType<RealStatement['run']> {
    this.demandUnlocked();
    const result = this.statement.run(...values);
    if (Number(result.changes) > 0) {
      this.file.commits += 1;
      this.own.commits += 1;
    }
    return result;
  }

  get(...values: Parameters<RealStatement['get']>): unknown {
    this.demandUnlocked();
    if (this.readsVersion) return { data_version: this.file.commits - this.own.commits + 1 };
    return this.statement.get(...values);
  }

  all(...values: Parameters<RealStatement['all']>): unknown[] {
    this.demandUnlocked();
    return this.statement.all(...values);
  }

  private demandUnlocked(): void {
    if (isRunning() && theUniverse().scheduler.now < lockedUntil)
      throw Object.assign(new Error('database is locked'), { errcode: 5 });
  }
}

/** Another process holds the write lock until then: every statement waits in vain. */
export function lockFiles(until: number): void {
  lockedUntil = until;
}

/** A new disk for the next schedule. */
export function clearDisk(): void {
  for (const { database } of files.values()) database.close();
  files.clear();
  lockedUntil = 0;
}

/** What a file holds; undefined while no process has opened it. */
export function peekFile(path: string): SharedFile | undefined {
  return files.get(path);
}

function sharedFile(path: string): SharedFile {
  let file = files.get(path);
  if (file === undefined) files.set(path, (file = { database: new RealDatabase(':memory:'), commits: 0 }));
  return file;
}
