import type { Dispatcher } from 'undici';

/** An answer that is not a success, whole and in memory. */
export interface UpstreamError {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** The platform's answer does not follow the contract; `message` is for the log. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** The client disconnected or stalled, so the call was aborted. There is no one to answer. */
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
 * Reads one answer of the platform from the socket and judges it: answers outside the contract are aborted, errors are
 * kept whole. Subclasses handle success.
 */
export abstract class AnswerReader implements Dispatcher.DispatchHandler {
  /** Resolves with this reader when the answer is complete, whether success or error; rejects otherwise. */
  readonly outcome: Promise<this>;
  /** The platform's error answer, if it is one. */
  refusal: UpstreamError | undefined;
  protected controller: Controller | undefined;
  /** The platform's status; 0 before it has answered. */
  status = 0;
  /** Called first when the attempt ends, for its trace span: it must end before the request's. */
  onEnd: ((error?: Error) => void) | undefined;
  /** Body bytes that were received and not passed on yet. */
  protected held: Buffer[] = [];
  protected bytes = 0;
  /** What `Content-Length` announced, in bytes. */
  protected expected: number | undefined;
  /** Milliseconds during which the platform could not send because the client did not read. */
  protected heldUpMs = 0;
  private resolve!: (whole: this) => void;
  private reject!: (reason: Error) => void;
  private readonly startedAt = performance.now();
  private headers: Headers = {};

  constructor(
    private readonly timeoutMs: number,
    private readonly maxBytes: number,
    private readonly types: RegExp = JSON_TYPE,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Whether a retry is possible: nothing was passed on yet, and the client is still connected. */
  abstract get isUntouched(): boolean;
  /** Whether the client has left. */
  protected abstract get isAbandoned(): boolean;
  /** Takes the next bytes of a success. */
  protected abstract take(controller: Controller, chunk: Buffer): void;
  /** A success is whole. */
  protected abstract complete(): void;
  /** Called once at the end, whatever the outcome. */
  protected abstract release(): void;

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.isAbandoned) controller.abort(new CallerGone());
  }

  onResponseStart(controller: Controller, status: number, headers: Headers): void {
    // Endless 1xx responses must not keep a call open.
    if (status < 200) return this.giveUpWhenLate(controller);
    this.status = status;
    this.headers = headers;
    const fault = faultOf(status, headers, this.types);
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

  /** The held bytes as one buffer. */
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

/** Why the head of an answer does not follow the contract, or undefined. */
function faultOf(status: number, headers: Headers, types: RegExp): string | undefined {
  if (status >= 300 && status < 400) return `a redirect (${status})`;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'an encoded body';
  // Meant for a form that is emptied, and for a proxy in between: neither is an answer to the caller.
  if (status === 205 || status === 407) return `a status that makes no sense here (${status})`;
  if (status === 204 || status >= 400) return undefined;
  // No range was requested (RFC 9110, section 15.3.7), and a part must not pass for the whole.
  if (status === 206) return 'a part of an answer';
  if (!isFramed(headers)) return 'a body whose end cannot be told from its being cut off';
  const type = headers['content-type'];
  return typeof type === 'string' && types.test(type) ? undefined : 'a body of another media type';
}

/**
 * RFC 9112, section 6.3: without either header a body ends with the connection. Only the chunked coding is supported.
 */
function isFramed({ 'content-length': length, 'transfer-encoding': coding }: Headers): boolean {
  if (coding === undefined) return length !== undefined;
  return typeof coding === 'string' && coding.toLowerCase() === 'chunked';
}
