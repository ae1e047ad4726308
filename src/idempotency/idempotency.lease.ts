import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { WholeAnswer } from '../platform/answer.collector.js';
import { describeError } from '../http/problem.js';
import { type IdempotencyRecord, packBody, type Progress, type Stage } from './idempotency.record.js';
import { inProgress } from './idempotency.problems.js';

/** How long a claim outlives its holder's last word; then it came to nothing, or nobody knows to what. */
export const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Between two words about a body that is being received. */
const RECEIVED_PAUSE_MS = 500;
/** The largest answer that is kept, packed. */
const MAX_KEPT_BYTES = 8_388_608;
const NOTHING = Buffer.alloc(0);

/** Says how far something has come. */
export type ProgressReporter = (stage: Stage, bytes?: number, of?: number) => void;

/** A claim as it is to be written. */
export interface LeaseDraft {
  readonly holder: string;
  readonly version: number;
  readonly record: IdempotencyRecord;
  readonly packed: Buffer;
}

type Write = (draft: LeaseDraft, from?: string) => Promise<boolean>;
type Change = Partial<Omit<IdempotencyRecord, 'leaseUntil' | 'progress'>>;

/** A name that this process has taken, and renews while it works under it. */
export class IdempotencyLease {
  private readonly logger = new Logger('Claim');
  private readonly holder = randomUUID();
  private version = 0;
  private content: Change & Pick<IdempotencyRecord, 'state' | 'fingerprint'>;
  private progress: readonly Progress[] = [];
  private told = 0;
  private receivedAt = Number.NEGATIVE_INFINITY;
  private renewal: NodeJS.Timeout | undefined;
  /** Writes go one after the other, so that the store sees versions in order. */
  private written: Promise<unknown> = Promise.resolve();

  constructor(
    fingerprint: string | undefined,
    private readonly write: Write,
  ) {
    this.content = { state: 'open', fingerprint };
  }

  /** Takes the name from a holder, or undefined from nobody. */
  async take(from: string | undefined): Promise<boolean> {
    const isTaken = await this.put(NOTHING, from);
    if (isTaken) this.renewal = setInterval(this.renew, RENEW_MS).unref();
    return isTaken;
  }

  /** Says what is asked for, once that has been read. */
  identify(fingerprint: string): void {
    this.content = { ...this.content, fingerprint };
  }

  /** Tells how far it has come. Whether that reaches the store makes no difference to what is done. */
  readonly report: ProgressReporter = (stage, bytes, of) => {
    this.note(stage, bytes, of);
    const now = Date.now();
    if (stage === 'received' && now - this.receivedAt < RECEIVED_PAUSE_MS) return;
    this.receivedAt = now;
    this.renew();
  };

  /**
   * The platform is about to be asked. Written down before, so that whoever finds the claim without its holder knows.
   * @throws StoreUnavailable | Problem 409 `idempotency_in_progress` when the claim was lost meanwhile
   */
  async markSent(): Promise<void> {
    this.note('sent');
    this.content = { ...this.content, state: 'sent' };
    if (!(await this.put(NOTHING, this.holder))) throw inProgress();
  }

  /** It was made. The caller is answered even where that cannot be written down. */
  async succeed({ status, contentType, body }: WholeAnswer): Promise<void> {
    const packed = await packBody(body);
    const isTooLarge = packed.length > MAX_KEPT_BYTES;
    this.note('created');
    await this.end({ state: isTooLarge ? 'oversized' : 'done', status, contentType }, isTooLarge ? NOTHING : packed);
  }

  /** It was not made, or nobody knows. */
  async fail(state: 'failed' | 'unknown', problem: object): Promise<void> {
    await this.end({ state, problem }, NOTHING);
  }

  private async end(change: Change, packed: Buffer): Promise<void> {
    clearInterval(this.renewal);
    this.content = { ...this.content, ...change };
    try {
      if (!(await this.put(packed, this.holder))) this.logger.warn({}, 'a result came after its claim was lost');
    } catch (error) {
      this.logger.warn(describeError(error), 'a result could not be kept for a repeat');
    }
  }

  private note(stage: Stage, bytes?: number, of?: number): void {
    this.told += 1;
    this.progress = [...this.progress.filter((one) => one.stage !== stage), { id: this.told, stage, bytes, of }];
  }

  private readonly renew = (): void => {
    this.put(NOTHING, this.holder).catch((error: unknown) =>
      this.logger.warn(describeError(error), 'a claim was not renewed'),
    );
  };

  private put(packed: Buffer, from: string | undefined): Promise<boolean> {
    this.version += 1;
    const record = { ...this.content, leaseUntil: Date.now() + LEASE_MS, progress: this.progress };
    const draft = { holder: this.holder, version: this.version, record, packed };
    const write = (): Promise<boolean> => this.write(draft, from);
    const written = this.written.then(write, write);
    this.written = written;
    return written;
  }
}
