import { zstdCompressSync, zstdDecompressSync, type ZstdOptions } from 'node:zlib';

export * from 'node:zlib';

type Done = (error: Error | null, result: Buffer) => void;

/** Compression takes a moment of virtual time: the real thread pool would answer in an order of its own. */
export function zstdCompress(content: Buffer, options: ZstdOptions, done: Done): void {
  setTimeout(() => done(null, zstdCompressSync(content, options)), 1);
}

export function zstdDecompress(content: Buffer, options: ZstdOptions, done: Done): void {
  setTimeout(() => done(null, zstdDecompressSync(content, options)), 1);
}
