import type { GatewayResponse } from '../http/exchange.js';
import { AnswerReader, CallerGone, type Controller } from './answer.reader.js';

/**
 * Answers up to this size are held until they are complete: one write, and a truncated one can still become a problem.
 */
const HELD_BYTES = 65_536;
const ANSWER_BYTES = 268_435_456;
/** How long a client may stop reading its answer, while it occupies a place among the calls under way. */
const STALLED_MS = 30_000;

/** XML can carry scripts (XHTML): opened in a browser, a file is saved or runs nothing. */
const FILE_HEADERS = ['Content-Disposition', 'attachment', 'Content-Security-Policy', "default-src 'none'; sandbox"];

/**
 * Relays one answer of the platform to the client byte for byte, without a stream in between. Of the headers only the
 * media type passes; the framing is our own.
 */
export class AnswerRelay extends AnswerReader {
  private streaming = false;
  private readonly more: readonly string[] = [];

  constructor(
    private readonly res: GatewayResponse,
    timeoutMs: number,
    types?: RegExp,
  ) {
    super(timeoutMs, ANSWER_BYTES, types);
    if (types !== undefined) this.more = FILE_HEADERS;
    res.on('close', this.onClose);
  }

  override get isUntouched(): boolean {
    return !this.res.headersSent && !this.res.closed;
  }

  protected override get isAbandoned(): boolean {
    return this.res.closed;
  }

  protected override take(controller: Controller, chunk: Buffer): void {
    if (this.streaming) return this.stream(controller, chunk);
    this.held.push(chunk);
    if (this.bytes > HELD_BYTES || (this.expected ?? 0) > HELD_BYTES) this.startStreaming(controller);
  }

  protected override complete(): void {
    if (!this.streaming) return this.res.sendWhole(this.status, this.contentType, this.whole, this.more);
    this.watchCaller();
    this.res.end();
  }

  protected override release(): void {
    this.res.off('close', this.onClose);
  }

  override onResponseError(controller: Controller | undefined, error: Error): void {
    if (this.res.headersSent) {
      this.res.isCutOff = !(error instanceof CallerGone);
      this.res.destroy();
    }
    super.onResponseError(controller, error);
  }

  private startStreaming(controller: Controller): void {
    this.streaming = true;
    this.res.writeHead(this.status, [...this.res.headersFor(this.contentType, this.expected), ...this.more]);
    const held = this.held;
    this.held = [];
    for (const chunk of held) this.stream(controller, chunk);
  }

  /** Back-pressure: the platform is read no faster than the client reads. */
  private stream(controller: Controller, chunk: Buffer): void {
    if (this.res.write(chunk) || controller.paused) return;
    controller.pause();
    this.watchCaller();
    const pausedAt = performance.now();
    this.res.once('drain', () => {
      this.heldUpMs += performance.now() - pausedAt;
      this.res.setTimeout(0);
      controller.resume();
    });
  }

  /** Node's socket timeout: restarts with each byte sent, and closes the connection when none was. */
  private watchCaller(): void {
    this.res.setTimeout(STALLED_MS);
  }

  private readonly onClose = (): void => {
    if (!this.res.writableFinished) this.controller?.abort(new CallerGone());
  };
}
