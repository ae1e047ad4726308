import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Config } from '../../config/config.js';
import { UploadDirectory } from './upload.directory.js';

const mine = vi.hoisted(() => ({ not: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const removes: typeof fs.rmSync = (path, options) => {
    if (path === mine.not) throw Object.assign(new Error('Permission denied'), { code: 'EACCES' });
    fs.rmSync(path, options);
  };
  return { ...fs, rmSync: removes };
});

it('files left by another user do not prevent a start', () => {
  // No process has this id.
  mine.not = mkdtempSync(join(tmpdir(), 'connect-gateway-import-99999999-'));
  try {
    const directory = new UploadDirectory({ importMaxBytes: 1 } as Config);
    expect(existsSync(directory.path)).toBe(true);
    directory.close();
  } finally {
    const path = mine.not;
    mine.not = '';
    rmSync(path, { recursive: true });
  }
});

it('O8: a deleted directory, or one owned by another user, is replaced', () => {
  const directory = new UploadDirectory({ importMaxBytes: 1 } as Config);
  const [first, path] = [directory.path, directory.newFile()];
  expect(dirname(path)).toBe(first);
  rmSync(first, { recursive: true });
  const second = dirname(directory.newFile());
  expect(second).not.toBe(first);
  expect(statSync(second).mode & 0o777).toBe(0o700);
  chmodSync(second, 0o777);
  expect(dirname(directory.newFile())).not.toBe(second);
  rmSync(second, { recursive: true });
  directory.close();
  expect(existsSync(directory.path)).toBe(false);
});
