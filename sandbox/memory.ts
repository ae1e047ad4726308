import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SandboxFault } from './sandbox-fault.js';

/** The state that the sandbox keeps between starts, so that a restart signs no person out. */
export interface Memory {
  readonly clientSecret: string;
  readonly sessionKeys: string;
  /** Part of the issuer's URL, and so of every token. */
  readonly identityPort: number;
  readonly platformPort: number;
}

/** Reads the stored state, or starts with new secrets and the default ports. */
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

/** Stores the state, readable only by its owner; written to a temporary file first, so that a crash keeps the old one. */
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
