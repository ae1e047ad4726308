import fs, { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceBuiltin } from '../../../test/support/unit/builtin.js';
import type { Config } from '../../config/config.js';
import { UploadDirectory } from './upload.directory.js';

it('files left by another user do not prevent a start', () => {
  // No process has this id.
  const left = mkdtempSync(join(tmpdir(), 'connect-gateway-import-99999999-'));
  const rm = fs.rmSync;
  const restore = replaceBuiltin(fs, 'rmSync', (path, options) => {
    if (path === left) throw Object.assign(new Error('Permission denied'), { code: 'EACCES' });
    rm(path, options);
  });
  try {
    const directory = new UploadDirectory({ importMaxBytes: 1 } as Config);
    expect(existsSync(directory.path)).toBe(true);
    directory.close();
  } finally {
    restore();
    rmSync(left, { recursive: true });
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
