import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { WholeAnswer } from '../platform/answer.collector.js';
import { inProgress, keyReused, outcomeUnknown, resultTooLarge } from './idempotency.problems.js';

/** A step of an operation; its names are the operation's own, but for `sent` and `created`. */
export type Stage = string;

/** A progress report of an operation. Ids increase; a stage that is reported again gets a new one. */
export interface Progress {
  readonly id: number;
  readonly stage: Stage;
  readonly bytes?: number | undefined;
  readonly of?: number | undefined;
}

/**
 * `open`: nothing was sent; `sent`: the platform is being called; `done`: it succeeded, and the answer is stored;
 * `oversized`: it succeeded, without the answer; `failed`: it certainly had no effect; `unknown`: the outcome is
 * unknown.
 */
export type IdempotencyState = 'open' | 'sent' | 'done' | 'oversized' | 'failed' | 'unknown';

/** What is stored under a key. */
export interface IdempotencyRecord {
  readonly state: IdempotencyState;
  /** Digest of the request; undefined until the request has been read. */
  readonly fingerprint: string | undefined;
  /** Epoch milliseconds, by the store's clock, after which an `open` or `sent` record has lost its holder. */
  readonly leaseUntil: number;
  readonly progress: readonly Progress[];
  /** Of the answer, in state `done`. */
  readonly status?: number;
  readonly contentType?: string | undefined;
  /** Body of the problem, in state `failed` or `unknown`. */
  readonly problem?: object;
}

/** Lease duration without renewal; after that the call was never sent, or its outcome is unknown. */
export const LEASE_MS = 15_000;
const HEAD_LENGTH_BYTES = 4;
/** Answers are at most 64 MB before compression. */
const MAX_UNPACKED_BYTES = 67_108_864;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Compresses at the fastest level, in the thread pool: stored answers are rarely read. */
export function packBody(body: Buffer): Promise<Buffer> {
  return compress(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Reverses `packBody`. */
export function unpackBody(packed: Buffer): Promise<Buffer> {
  return decompress(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
}

/** Serialises a record with its compressed body. */
export function writeRecord(record: IdempotencyRecord, packed: Buffer): Buffer {
  const head = Buffer.from(JSON.stringify(record));
  const length = Buffer.alloc(HEAD_LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, packed]);
}

/** Reverses `writeRecord`. */
export function readRecord(bytes: Buffer): { record: IdempotencyRecord; packed: Buffer } {
  const end = HEAD_LENGTH_BYTES + bytes.readUInt32BE();
  const record = JSON.parse(bytes.toString('utf8', HEAD_LENGTH_BYTES, end)) as IdempotencyRecord;
  return { record, packed: bytes.subarray(end) };
}

/** The result that is stored under a key. */
export class StoredResult {
  constructor(
    readonly holder: string,
    /** The holder's version of it. */
    readonly version: number,
    readonly record: IdempotencyRecord,
    private readonly packed: Buffer,
    /** When it was read, by the store's clock. */
    private readonly readAt: number,
  ) {}

  /**
   * The current state. When the holder was lost, an operation that was not sent has failed, and the outcome of one that
   * was sent is unknown.
   */
  get state(): IdempotencyState {
    const { state, leaseUntil } = this.record;
    const leftMs = leaseUntil - this.readAt;
    // A lease that lasts much longer than any is from before the store's clock was set back.
    if (leftMs > 0 && leftMs <= 2 * LEASE_MS) return state;
    if (state === 'open') return 'failed';
    return state === 'sent' ? 'unknown' : state;
  }

  get isUnderWay(): boolean {
    return this.state === 'open' || this.state === 'sent';
  }

  /**
   * The first answer, for a repeat of the same request.
   * @throws Problem 422 `idempotency_key_reused` | 409 for each other state
   */
  async answerTo(fingerprint: string): Promise<WholeAnswer> {
    const { state, record } = this;
    if (record.fingerprint !== undefined && record.fingerprint !== fingerprint) throw keyReused();
    if (state === 'done') return this.answer();
    if (state === 'oversized') throw resultTooLarge();
    throw state === 'unknown' ? outcomeUnknown() : inProgress();
  }

  /** The platform's answer, in state `done`. */
  async answer(): Promise<WholeAnswer> {
    const { status = 0, contentType } = this.record;
    return { status, contentType, body: await unpackBody(this.packed) };
  }
}
