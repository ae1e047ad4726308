import type { WholeAnswer } from '../platform/answer.collector.js';
import { type ClaimRecord, type ClaimState, unpackBody } from './claim.record.js';
import { inProgress, keyReused, outcomeUnknown, resultTooLarge } from './idempotency.problems.js';

/** What was found under a key. */
export class KeptClaim {
  constructor(
    readonly holder: string,
    readonly record: ClaimRecord,
    private readonly packed: Buffer,
  ) {}

  /** How it stands now. A claim whose holder was lost has come to nothing, or, once it was sent, nobody knows to what. */
  get state(): ClaimState {
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
