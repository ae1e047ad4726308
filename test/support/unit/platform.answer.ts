import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;
type Headers = Record<string, string | string[]>;

/** One answer of the platform as undici hands it over: in pieces, until the handler aborts it. */
export class PlatformAnswer {
  /** Why the handler aborted the call. */
  reason: Error | undefined;
  paused = false;

  constructor(private readonly handler: Handler) {}

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.reason = reason;
    this.handler.onResponseError?.(this.controller, reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** The request was written to a connection. */
  start(): this {
    this.handler.onRequestStart?.(this.controller, {});
    return this;
  }

  head(status: number, headers: Headers = {}): this {
    if (!this.aborted) this.handler.onResponseStart?.(this.controller, status, headers);
    return this;
  }

  data(chunk: string | Buffer): this {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!this.aborted) this.handler.onResponseData?.(this.controller, bytes);
    return this;
  }

  end(): void {
    if (!this.aborted) this.handler.onResponseEnd?.(this.controller, {});
  }

  /** The connection broke. */
  fail(error: Error): void {
    if (!this.aborted) this.handler.onResponseError?.(this.controller, error);
  }

  private get controller(): Dispatcher.DispatchController {
    return this as unknown as Dispatcher.DispatchController;
  }
}
