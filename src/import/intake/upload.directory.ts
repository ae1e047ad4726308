import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '../../config/config.js';
import { ByteBudget } from '../../http/byte.budget.js';

/** Maximum number of documents of the largest size on the disk at once, in all and per person. */
const MAX_DOCUMENTS = 16;
const MAX_OF_PERSON = 4;
const PREFIX = 'connect-gateway-import-';

/** Where uploads are stored on the disk: a directory that only this process's user can read, removed at exit. */
@Injectable()
export class UploadDirectory {
  private directory: string;
  /** The disk quota of all documents in progress. */
  readonly budget: ByteBudget;

  constructor({ importMaxBytes }: Config) {
    this.budget = new ByteBudget({ total: MAX_DOCUMENTS * importMaxBytes, perPerson: MAX_OF_PERSON * importMaxBytes });
    sweep();
    this.directory = create();
  }

  /** The current path. */
  get path(): string {
    return this.directory;
  }

  /**
   * The path of a file to write. Temporary directories are swept on many machines, and a directory that another user has
   * created in place of this one is not used: then a new one is created.
   */
  newFile(): string {
    if (!isOurs(this.directory)) {
      new Logger(UploadDirectory.name).warn(`${this.directory} is gone; there is a new one`);
      this.directory = create();
    }
    return join(this.directory, randomUUID());
  }

  /** Removes it with all its contents. */
  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function create(): string {
  return mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (found.mode & 0o077) === 0 && found.uid === process.getuid?.();
}

/** Removes the directories of killed processes; another user's is left, and does not prevent the start. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()))
    if (name.startsWith(PREFIX) && isLeftOver(name)) remove(join(tmpdir(), name));
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    new Logger(UploadDirectory.name).warn(`${path} stays: ${(error as Error).message}`);
  }
}

function isLeftOver(name: string): boolean {
  const pid = Number(name.slice(PREFIX.length).split('-', 1)[0]);
  try {
    // In a container every process has the same id: a directory older than this process belongs to another one.
    if (pid === process.pid) return statSync(join(tmpdir(), name)).birthtimeMs < performance.timeOrigin;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
