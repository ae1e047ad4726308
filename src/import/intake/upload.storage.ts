import type { StorageEngine } from 'multer';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { UploadDirectory } from './upload.directory.js';
import type { StoredFile } from './uploaded-document.js';

/** Multer's storage on the disk: files that only this process's user can read, with their digest. */
export class UploadStorage implements StorageEngine {
  constructor(private readonly directory: Pick<UploadDirectory, 'newFile'>) {}

  _handleFile: StorageEngine['_handleFile'] = (_req, file, done) => {
    try {
      // Multer deletes a file that has a path when a request is aborted.
      file.path = this.directory.newFile();
    } catch (error) {
      file.stream.resume();
      return done(error);
    }
    store(file.stream, file.path).then(
      (stored) => done(null, stored as Partial<typeof file>),
      (error: unknown) => done(error),
    );
  };

  _removeFile: StorageEngine['_removeFile'] = (_req, { path }, done) => {
    rm(path, { force: true }).then(
      () => done(null),
      (error: unknown) => done(error as Error),
    );
  };
}

async function store(
  content: NodeJS.ReadableStream,
  path: string,
): Promise<Pick<StoredFile, 'path' | 'size' | 'digest'>> {
  const hash = createHash('sha256');
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  content.on('data', (chunk: Buffer) => void hash.update(chunk));
  try {
    await pipeline(content, file);
  } catch (error) {
    // Multer assumes that nothing was written if writing fails.
    await rm(path, { force: true });
    throw error;
  }
  return { path, size: file.bytesWritten, digest: hash.digest('hex') };
}
