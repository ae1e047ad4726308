import { Problem } from './problem.js';

/** Attributes of a span: names, numbers and templates, never values that a caller or the platform chose. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A span of a trace. */
export interface Span {
  /** The id of the trace, in hexadecimal. */
  readonly traceId: string;
  /** Starts a child span for a call to another server. */
  call(name: string, attributes: SpanAttributes): Span;
  /** Starts a child span for work of the gateway. */
  step(name: string): Span;
  /** Headers that carry the trace to the called server, as a flat list. */
  readonly headers: readonly string[];
  /** Ends the span; `error` is the problem code of a failure. */
  end(attributes: SpanAttributes, error?: string): void;
}

/** The request that a piece of work is done for: its id for the log, its span for traces. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly span: Span | undefined;
}

/** Runs a part of a request's work within its own span, if the request is traced. */
export async function withSpan<T>(request: Span | undefined, name: string, work: () => Promise<T>): Promise<T> {
  const span = request?.step(name);
  let failure: string | undefined;
  try {
    return await work();
  } catch (error) {
    failure = error instanceof Problem ? error.code : 'internal_error';
    throw error;
  } finally {
    span?.end({}, failure);
  }
}
