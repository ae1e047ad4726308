import type { Dispatcher } from 'undici';

/** An answer that is not a success, whole and in memory. */
export interface UpstreamError {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** The platform said something that the contract does not know; `message` is for the log. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** The caller went away, or held its answer up for too long, so the call was given up; nobody is there to be told. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';
}

/** The platform kept sending for longer than a call may take. */
export class TotalTimeout extends Error {
  override readonly name = 'TotalTimeout';
}

const REFUSAL_BYTES = 1_048_576;
/** How much longer than the time to its first byte an answer may take in all. */
const TOTAL_FACTOR = 4;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

export type Controller = Dispatcher.DispatchController;
type Headers = Record<string, string | string[] | undefined>;

/**
 * Reads one answer of the platform as it comes from the socket and judges it: what the contract does not know is given
 * up, a refusal is kept whole. What becomes of a success is for whoever derives from this to say.
 */
export abstract class AnswerReader implements Dispatcher.DispatchHandler {
  /** Fulfilled with this reader when the answer is whole: a success that was taken, or a refusal. Else it rejects. */
  readonly outcome: Promise<this>;
  /** What the platform said, where it was no success. */
  refusal: UpstreamError | undefined;
  protected controller: Controller | undefined;
  /** The platform's; 0 until it has answered. */
  status = 0;
  /** Told of the end before anybody else, where the attempt is traced: a call ends before the request that it is for. */
  onEnd: ((error?: Error) => void) | undefined;
  /** What has come of the body and has not been passed on. */
  protected held: Buffer[] = [];
  protected bytes = 0;
  /** What `Content-Length` announced, in bytes. */
  protected expected: number | undefined;
  /** Milliseconds in which the platform could not send, since the caller took nothing. */
  protected heldUpMs = 0;
  private resolve!: (whole: this) => void;
  private reject!: (reason: Error) => void;
  private readonly startedAt = performance.now();
  private headers: Headers = {};

  constructor(
    private readonly timeoutMs: number,
    private readonly maxBytes: number,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Whether another attempt may still answer: nothing has been passed on, and somebody waits. */
  abstract get isUntouched(): boolean;
  /** Whether nobody waits for the answer any more. */
  protected abstract get isAbandoned(): boolean;
  /** Takes the next bytes of a success. */
  protected abstract take(controller: Controller, chunk: Buffer): void;
  /** A success is whole. */
  protected abstract complete(): void;
  /** No more will come, however it ended. */
  protected abstract release(): void;

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.isAbandoned) controller.abort(new CallerGone());
  }

  onResponseStart(controller: Controller, status: number, headers: Headers): void {
    // Announcements without end would be a call without end.
    if (status < 200) return this.giveUpWhenLate(controller);
    this.status = status;
    this.headers = headers;
    const fault = faultOf(status, headers);
    if (fault !== undefined) return controller.abort(new UnexpectedAnswer(fault));
    const length = headers['content-length'];
    this.expected = typeof length === 'string' ? Number(length) : undefined;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > (this.isSuccess ? this.maxBytes : REFUSAL_BYTES))
      return controller.abort(new UnexpectedAnswer('an oversized body'));
    this.giveUpWhenLate(controller);
    if (controller.aborted) return;
    if (this.isSuccess) this.take(controller, chunk);
    else this.held.push(chunk);
  }

  onResponseEnd(): void {
    this.onEnd?.();
    this.release();
    if (this.isSuccess) this.complete();
    else this.refusal = this.refused();
    this.resolve(this);
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.onEnd?.(error);
    this.release();
    this.reject(error);
  }

  protected get isSuccess(): boolean {
    return this.status < 300;
  }

  protected get contentType(): string | undefined {
    const type = this.headers['content-type'];
    return typeof type === 'string' ? type : undefined;
  }

  /** All that is held, as one piece. */
  protected get whole(): Buffer {
    return this.held.length === 1 && this.held[0] ? this.held[0] : Buffer.concat(this.held);
  }

  private giveUpWhenLate(controller: Controller): void {
    const lateMs = performance.now() - this.startedAt - this.timeoutMs * TOTAL_FACTOR;
    if (lateMs > 0) controller.abort(lateMs > this.heldUpMs ? new TotalTimeout() : new CallerGone());
  }

  private refused(): UpstreamError {
    const { 'retry-after': retryAfter } = this.headers;
    return {
      status: this.status,
      contentType: this.contentType,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: this.whole,
    };
  }
}

/** What the contract does not know about an answer, by its head. */
function faultOf(status: number, headers: Headers): string | undefined {
  if (status >= 300 && status < 400) return `a redirect (${status})`;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'an encoded body';
  if (status === 204 || status >= 400) return undefined;
  // Nobody asked for a range (RFC 9110, section 15.3.7), and what is a part must not pass for the whole.
  if (status === 206) return 'a part of an answer';
  if (!isFramed(headers)) return 'a body whose end cannot be told from its being cut off';
  const type = headers['content-type'];
  return typeof type === 'string' && JSON_TYPE.test(type) ? undefined : 'a body that is not JSON';
}

/** RFC 9112, section 6.3: with neither, a body ends when the connection does. Codings beyond chunks are none we know. */
function isFramed({ 'content-length': length, 'transfer-encoding': coding }: Headers): boolean {
  if (coding === undefined) return length !== undefined;
  return typeof coding === 'string' && coding.toLowerCase() === 'chunked';
}
