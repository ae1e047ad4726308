import type { Dispatcher } from 'undici';
import type { GatewayResponse } from '../server/exchange.js';

/** An answer that is not a success, whole and in memory. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** The platform said something that the contract does not know; `message` is for the log. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** The caller went away, so the call was given up; nobody is there to be told. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';
}

/** The platform kept sending for longer than a call may take. */
export class TotalTimeout extends Error {
  override readonly name = 'TotalTimeout';
}

/** Up to here an answer is held until it is complete: one write, and a truncated one can still become a problem. */
const HELD_BYTES = 65_536;
const ONE_WRITE_BYTES = 4_096;
const REFUSAL_BYTES = 1_048_576;
const ANSWER_BYTES = 268_435_456;
/** How much longer than the time to its first byte an answer may take in all. */
const TOTAL_FACTOR = 4;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

type Controller = Dispatcher.DispatchController;
type Headers = Record<string, string | string[] | undefined>;

/**
 * Passes one answer of the platform to the caller as it comes from the socket, byte for byte, without a stream in
 * between. Of the headers only the media type passes; the framing is our own.
 */
export class AnswerRelay implements Dispatcher.DispatchHandler {
  /** Undefined once a success has been passed on; the refusal otherwise. Rejects when there is no whole answer. */
  readonly outcome: Promise<Refusal | undefined>;
  private resolve!: (refusal: Refusal | undefined) => void;
  private reject!: (reason: Error) => void;
  private controller: Controller | undefined;
  private readonly startedAt = performance.now();
  private status = 0;
  private headers: Headers = {};
  private held: Buffer[] = [];
  private bytes = 0;
  private expected: number | undefined;
  private streaming = false;

  constructor(
    private readonly res: GatewayResponse,
    private readonly timeoutMs: number,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    res.on('close', this.onClose);
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.res.closed) controller.abort(new CallerGone());
  }

  onResponseStart(controller: Controller, status: number, headers: Headers): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    if (status >= 300 && status < 400) return controller.abort(new UnexpectedAnswer(`a redirect (${status})`));
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return controller.abort(new UnexpectedAnswer('an encoded body'));
    const type = headers['content-type'];
    if (this.isSuccess && status !== 204 && !(typeof type === 'string' && JSON_TYPE.test(type)))
      return controller.abort(new UnexpectedAnswer('a body that is not JSON'));
    const length = headers['content-length'];
    this.expected = typeof length === 'string' ? Number(length) : undefined;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > (this.isSuccess ? ANSWER_BYTES : REFUSAL_BYTES))
      return controller.abort(new UnexpectedAnswer('an oversized body'));
    if (performance.now() - this.startedAt > this.timeoutMs * TOTAL_FACTOR) return controller.abort(new TotalTimeout());
    if (this.streaming) return this.stream(controller, chunk);
    this.held.push(chunk);
    if (this.isSuccess && (this.bytes > HELD_BYTES || (this.expected ?? 0) > HELD_BYTES))
      this.startStreaming(controller);
  }

  onResponseEnd(): void {
    this.res.off('close', this.onClose);
    if (!this.isSuccess) return this.resolve(this.refusal());
    if (this.streaming) this.res.end();
    else this.sendWhole();
    this.resolve(undefined);
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.res.off('close', this.onClose);
    if (this.res.headersSent) this.res.destroy();
    this.reject(error);
  }

  private get isSuccess(): boolean {
    return this.status < 300;
  }

  private sendWhole(): void {
    const body = this.held.length === 1 && this.held[0] ? this.held[0] : Buffer.concat(this.held);
    if (this.status === 204) return void this.res.writeHead(204, this.res.headersFor(undefined, undefined)).end();
    this.res.writeHead(this.status, this.res.headersFor(this.contentType, this.bytes));
    // Node joins a head and a text into one write to the socket, a head and bytes into two. Latin-1 keeps every byte.
    if (this.bytes <= ONE_WRITE_BYTES) this.res.end(body.toString('latin1'), 'latin1');
    else this.res.end(body);
  }

  private startStreaming(controller: Controller): void {
    this.streaming = true;
    this.res.writeHead(this.status, this.res.headersFor(this.contentType, this.expected));
    const held = this.held;
    this.held = [];
    for (const chunk of held) this.stream(controller, chunk);
  }

  /** Honest back-pressure: the platform is not read faster than the caller takes it. */
  private stream(controller: Controller, chunk: Buffer): void {
    if (this.res.write(chunk) || controller.paused) return;
    controller.pause();
    this.res.once('drain', () => controller.resume());
  }

  private refusal(): Refusal {
    const { 'retry-after': retryAfter } = this.headers;
    return {
      status: this.status,
      contentType: this.contentType,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: Buffer.concat(this.held),
    };
  }

  private get contentType(): string | undefined {
    const type = this.headers['content-type'];
    return typeof type === 'string' ? type : undefined;
  }

  private readonly onClose = (): void => {
    if (!this.res.writableFinished) this.controller?.abort(new CallerGone());
  };
}
