import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recall, remember } from './memory.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'memory-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('the stored state of the sandbox', () => {
  it('starts with new secrets and the default ports', () => {
    const [first, second] = [recall(directory), recall(directory)];
    expect(first).toMatchObject({ identityPort: 3001, platformPort: 3002 });
    expect(first.clientSecret).not.toBe(second.clientSecret);
    expect(Buffer.from(first.sessionKeys, 'base64url')).toHaveLength(32);
  });

  it('restores what was saved, from a file that only its owner can read', () => {
    const data = join(directory, 'data');
    const memory = { ...recall(data), identityPort: 40_001 };
    remember(data, memory);
    expect(recall(data)).toEqual(memory);
    expect(readdirSync(data)).toEqual(['sandbox.json']);
    expect(statSync(join(data, 'sandbox.json')).mode & 0o777).toBe(0o600);
  });

  it('names the file when it cannot be read', () => {
    writeFileSync(join(directory, 'sandbox.json'), '{"clientSecret":');
    expect(() => recall(directory)).toThrow(/sandbox\.json cannot be read; delete it/);
  });
});
