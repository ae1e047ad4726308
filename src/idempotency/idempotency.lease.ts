import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { WholeAnswer } from '../platform/answer.collector.js';
import { describeError } from '../http/problem.js';
import { type IdempotencyRecord, packBody, type Progress, type Stage } from './idempotency.record.js';
import { inProgress } from './idempotency.problems.js';
import type { IdempotencyQuota } from './idempotency.quota.js';

const RENEW_MS = 5_000;
/** Pause between two progress reports about a body that is being received. */
const RECEIVED_PAUSE_MS = 500;
/** Size limit of a stored answer, compressed. */
const MAX_KEPT_BYTES = 8_388_608;
const NOTHING = Buffer.alloc(0);

/** Reports the progress of an operation. */
export type ProgressReporter = (stage: Stage, bytes?: number, of?: number) => void;

/** A record to be written. */
export interface LeaseDraft {
  readonly holder: string;
  readonly version: number;
  /** Without the end of its lease, which counts from when it is written. */
  readonly record: Omit<IdempotencyRecord, 'leaseUntil'>;
  readonly packed: Buffer;
}

/** Whose record is replaced. That of another holder only at the version that was read: it may have gone on since. */
export interface Held {
  readonly holder: string;
  readonly version?: number;
}

type Write = (draft: LeaseDraft, from?: Held) => Promise<boolean>;
type Change = Partial<Omit<IdempotencyRecord, 'leaseUntil' | 'progress'>>;

/** The lease of one key by this process, renewed while the operation runs. */
export class IdempotencyLease {
  private readonly logger = new Logger('IdempotencyLease');
  private readonly holder = randomUUID();
  private readonly own: Held = { holder: this.holder };
  private version = 0;
  private content: Change & Pick<IdempotencyRecord, 'state' | 'fingerprint'>;
  private progress: readonly Progress[] = [];
  private told = 0;
  private receivedAt = Number.NEGATIVE_INFINITY;
  private renewal: NodeJS.Timeout | undefined;
  /** Writes are serialised, so that the store sees versions in order. */
  private written: Promise<unknown> = Promise.resolve();

  constructor(
    fingerprint: string | undefined,
    private readonly write: Write,
    private readonly quota: IdempotencyQuota,
  ) {
    this.content = { state: 'open', fingerprint };
  }

  /** Takes the lease: from `from`, its lapsed holder, or a free one. */
  async take(from: Required<Held> | undefined): Promise<boolean> {
    const isTaken = await this.put(NOTHING, from);
    if (isTaken) this.renewal = setInterval(this.renew, RENEW_MS).unref();
    return isTaken;
  }

  /** Sets the fingerprint of the request, once it has been read. */
  identify(fingerprint: string): void {
    this.content = { ...this.content, fingerprint };
  }

  /** Reports progress. A failure to store it does not affect the operation. */
  readonly report: ProgressReporter = (stage, bytes, of) => {
    this.note(stage, bytes, of);
    const now = performance.now();
    if (stage === 'received' && now - this.receivedAt < RECEIVED_PAUSE_MS) return;
    this.receivedAt = now;
    this.renew();
  };

  /**
   * Records that the platform is about to be called, so that whichever replica finds the lease without its holder
   * knows.
   * @throws StoreUnavailable | Problem 409 `idempotency_in_progress` when the lease was lost
   */
  async markSent(): Promise<void> {
    this.note('sent');
    this.content = { ...this.content, state: 'sent' };
    if (!(await this.put(NOTHING, this.own))) throw inProgress();
  }

  /** Stores the answer. The client gets it even when that fails. */
  async succeed({ status, contentType, body }: WholeAnswer): Promise<void> {
    const packed = await packBody(body);
    const isTooLarge = packed.length > MAX_KEPT_BYTES || !(await this.mayKeep(packed.length));
    this.note('created');
    await this.end({ state: isTooLarge ? 'oversized' : 'done', status, contentType }, isTooLarge ? NOTHING : packed);
  }

  /** Stores that the operation failed, or that its outcome is unknown. */
  async fail(state: 'failed' | 'unknown', problem: object): Promise<void> {
    await this.end({ state, problem }, NOTHING);
    if (state === 'failed') await this.quota.refund().catch(() => undefined);
  }

  /** While the store does not answer, the answer cannot be kept in any case. */
  private mayKeep(bytes: number): Promise<boolean> {
    return this.quota.mayKeep(bytes).catch(() => true);
  }

  private async end(change: Change, packed: Buffer): Promise<void> {
    clearInterval(this.renewal);
    this.content = { ...this.content, ...change };
    try {
      if (!(await this.put(packed, this.own))) this.logger.warn({}, 'a result arrived after its lease was lost');
    } catch (error) {
      this.logger.warn(describeError(error), 'a result could not be stored for repeats');
    }
  }

  private note(stage: Stage, bytes?: number, of?: number): void {
    this.told += 1;
    this.progress = [...this.progress.filter((one) => one.stage !== stage), { id: this.told, stage, bytes, of }];
  }

  private readonly renew = (): void => {
    this.put(NOTHING, this.own).catch((error: unknown) =>
      this.logger.warn(describeError(error), 'a lease was not renewed'),
    );
  };

  private put(packed: Buffer, from: Held | undefined): Promise<boolean> {
    this.version += 1;
    const record = { ...this.content, progress: this.progress };
    const draft = { holder: this.holder, version: this.version, record, packed };
    const write = (): Promise<boolean> => this.write(draft, from);
    const written = this.written.then(write, write);
    this.written = written;
    return written;
  }
}
