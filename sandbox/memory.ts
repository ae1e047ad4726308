import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SandboxFault } from './sandbox-fault.js';

/** What the sandbox remembers from one start to the next, so that a restart logs nobody out. */
export interface Memory {
  readonly clientSecret: string;
  readonly sessionKeys: string;
  /** Part of the issuer's name, so of every token. */
  readonly identityPort: number;
  readonly platformPort: number;
}

/** Reads what was remembered, or begins with new secrets and the usual ports. */
export function recall(directory: string): Memory {
  const file = fileIn(directory);
  const fresh = { clientSecret: newSecret(), sessionKeys: newSecret(), identityPort: 3001, platformPort: 3002 };
  if (!existsSync(file)) return fresh;
  try {
    return { ...fresh, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Memory>) };
  } catch (cause) {
    throw new SandboxFault(`${file} cannot be read; delete it to begin anew.`, { cause });
  }
}

/** Keeps the memory, for its owner's eyes only; written aside first, so that a crash leaves the old one whole. */
export function remember(directory: string, memory: Memory): void {
  const file = fileIn(directory);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(memory, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function fileIn(directory: string): string {
  return join(directory, 'sandbox.json');
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
