import { type ByteAccount, ByteBudget } from '../http/byte.budget.js';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import { AnswerReader, CallerGone, type Controller } from './answer.reader.js';

/** A success of the platform, whole and in memory. */
export interface WholeAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** Size limit of an answer in memory. */
const COLLECTED_BYTES = 67_108_864;
/** All answers in memory at one time; of one person, three of the largest. */
const answers = new ByteBudget({ total: 5 * COLLECTED_BYTES, perPerson: 3 * COLLECTED_BYTES });
/** The accounts that wait for the end of a response, with one listener: some requests take dozens of answers. */
const waiting = new WeakMap<GatewayResponse, ByteAccount[]>();
/** The server did not handle the request (RFC 9110, section 15.6.4). */
const SERVICE_UNAVAILABLE = 503;

/** Keeps one answer of the platform in memory, for callers that process it. */
export class AnswerCollector extends AnswerReader {
  private readonly account: ByteAccount;

  constructor(
    timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
    person: string,
    maxBytes = COLLECTED_BYTES,
  ) {
    super(timeoutMs, maxBytes);
    this.account = answers.open(person);
    signal?.addEventListener('abort', this.onAbort);
  }

  /** What was collected; meaningful once there is an `outcome` and no `refusal`. */
  get answer(): WholeAnswer {
    return { status: this.status, contentType: this.contentType, body: this.whole };
  }

  /** Whether the request was sent and not refused: a platform that failed may still have done what was asked. */
  get mayHaveTakenEffect(): boolean {
    const isRefused = (this.status >= 400 && this.status < 500) || this.status === SERVICE_UNAVAILABLE;
    return this.controller !== undefined && !isRefused;
  }

  override get isUntouched(): boolean {
    return !this.isAbandoned;
  }

  protected override get isAbandoned(): boolean {
    return this.signal?.aborted === true;
  }

  protected override take(controller: Controller, chunk: Buffer): void {
    try {
      this.account.take(chunk.length);
      this.held.push(chunk);
    } catch (problem) {
      controller.abort(problem as Error);
    }
  }

  /** The answer counts until the request that it is for has been answered, or at once no more where it has been. */
  countUntilAnswered({ res }: GatewayRequest): void {
    if (res === undefined || res.closed) return this.account.close();
    const accounts = waiting.get(res);
    if (accounts !== undefined) return void accounts.push(this.account);
    const opened = [this.account];
    waiting.set(res, opened);
    res.once('close', () => opened.forEach(({ close }) => close()));
  }

  override onResponseError(controller: Controller | undefined, error: Error): void {
    this.account.close();
    super.onResponseError(controller, error);
  }

  protected override complete(): void {
    // The caller reads the answer when the outcome resolves.
  }

  protected override release(): void {
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => {
    this.controller?.abort(new CallerGone());
  };
}
