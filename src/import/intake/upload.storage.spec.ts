import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { UploadStorage } from './upload.storage.js';

type Handle = UploadStorage['_handleFile'];

/** A file during whose writing the disk becomes full. */
async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('{');
  await new Promise((resolve) => setTimeout(resolve, 20));
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

it('a failed write leaves no file on the disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'upload-storage-'));
  try {
    const file = { stream: Readable.from(broken()) } as Parameters<Handle>[1];
    const { _handleFile: handle } = new UploadStorage({ newFile: () => join(directory, 'document') });
    const error = await new Promise((resolve) => handle({} as Parameters<Handle>[0], file, resolve));
    expect(error).toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
