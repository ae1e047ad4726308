import { AnswerReader, CallerGone, type Controller } from './answer.reader.js';

/** A success of the platform, whole and in memory. */
export interface WholeAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** The largest answer that is kept in memory. */
const COLLECTED_BYTES = 67_108_864;

/** Keeps one answer of the platform for whoever has more to do with it than pass it on. */
export class AnswerCollector extends AnswerReader {
  constructor(
    timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
    maxBytes = COLLECTED_BYTES,
  ) {
    super(timeoutMs, maxBytes);
    signal?.addEventListener('abort', this.onAbort);
  }

  /** What was collected; meaningful once there is an `outcome` and no `refusal`. */
  get answer(): WholeAnswer {
    return { status: this.status, contentType: this.contentType, body: this.whole };
  }

  /** Whether the request was sent, and not refused: a platform that has failed may have done what it was asked for. */
  get mayHaveTakenEffect(): boolean {
    return this.controller !== undefined && !(this.status >= 400 && this.status < 500);
  }

  override get isUntouched(): boolean {
    return !this.isAbandoned;
  }

  protected override get isAbandoned(): boolean {
    return this.signal?.aborted === true;
  }

  protected override take(_controller: Controller, chunk: Buffer): void {
    this.held.push(chunk);
  }

  protected override complete(): void {
    // Whoever waits for the outcome takes the answer.
  }

  protected override release(): void {
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => {
    this.controller?.abort(new CallerGone());
  };
}
