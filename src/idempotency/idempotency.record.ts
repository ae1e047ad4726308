import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { WholeAnswer } from '../platform/answer.collector.js';
import { inProgress, keyReused, outcomeUnknown, resultTooLarge } from './idempotency.problems.js';

/** How far an undertaking has come. */
export type Stage = 'received' | 'parsed' | 'checked' | 'sent' | 'created';

/** Something that can be told of an undertaking under way. Ids count up; a stage that is told again gets a new one. */
export interface Progress {
  readonly id: number;
  readonly stage: Stage;
  readonly bytes?: number | undefined;
  readonly of?: number | undefined;
}

/**
 * `open`: nothing has been sent; `sent`: the platform is being asked; `done`: it was made, and the answer is kept;
 * `oversized`: it was made; `failed`: it was certainly not made; `unknown`: nobody knows.
 */
export type IdempotencyState = 'open' | 'sent' | 'done' | 'oversized' | 'failed' | 'unknown';

/** What is kept under a key. */
export interface IdempotencyRecord {
  readonly state: IdempotencyState;
  /** Digest of what was asked for; undefined until that has been read. */
  readonly fingerprint: string | undefined;
  /** Epoch milliseconds after which a claim that is `open` or `sent` has lost its holder. */
  readonly leaseUntil: number;
  readonly progress: readonly Progress[];
  /** The answer's, once it is `done`. */
  readonly status?: number;
  readonly contentType?: string | undefined;
  /** The body of the problem, once it has `failed` or is `unknown`. */
  readonly problem?: object;
}

const HEAD_LENGTH_BYTES = 4;
/** What was made of at most 64 MB never comes back as more. */
const MAX_UNPACKED_BYTES = 67_108_864;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The quickest level: what is kept is rarely read. Runs beside the event loop. */
export function packBody(body: Buffer): Promise<Buffer> {
  return compress(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** What `packBody` was given. */
export function unpackBody(packed: Buffer): Promise<Buffer> {
  return decompress(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
}

/** A record and a packed body as one piece. */
export function writeRecord(record: IdempotencyRecord, packed: Buffer): Buffer {
  const head = Buffer.from(JSON.stringify(record));
  const length = Buffer.alloc(HEAD_LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, packed]);
}

/** What `writeRecord` was given. */
export function readRecord(bytes: Buffer): { record: IdempotencyRecord; packed: Buffer } {
  const end = HEAD_LENGTH_BYTES + bytes.readUInt32BE();
  const record = JSON.parse(bytes.toString('utf8', HEAD_LENGTH_BYTES, end)) as IdempotencyRecord;
  return { record, packed: bytes.subarray(end) };
}

/** What was found under a key. */
export class StoredResult {
  constructor(
    readonly holder: string,
    readonly record: IdempotencyRecord,
    private readonly packed: Buffer,
  ) {}

  /** How it stands now. A claim whose holder was lost has come to nothing, or, once it was sent, nobody knows to what. */
  get state(): IdempotencyState {
    const { state, leaseUntil } = this.record;
    if (Date.now() < leaseUntil) return state;
    if (state === 'open') return 'failed';
    return state === 'sent' ? 'unknown' : state;
  }

  get isUnderWay(): boolean {
    return this.state === 'open' || this.state === 'sent';
  }

  /**
   * The first answer, for the same request once more.
   * @throws Problem 422 `idempotency_key_reused` | 409 for each other state
   */
  async answerTo(fingerprint: string): Promise<WholeAnswer> {
    const { state, record } = this;
    if (record.fingerprint !== undefined && record.fingerprint !== fingerprint) throw keyReused();
    if (state === 'done') return this.answer();
    if (state === 'oversized') throw resultTooLarge();
    throw state === 'unknown' ? outcomeUnknown() : inProgress();
  }

  /** What the platform answered, once it is done. */
  async answer(): Promise<WholeAnswer> {
    const { status = 0, contentType } = this.record;
    return { status, contentType, body: await unpackBody(this.packed) };
  }
}
