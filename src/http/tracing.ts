import { Problem } from './problem.js';

/** What a span says of itself: names, numbers and templates, never a value that a caller or the platform chose. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A piece of work in a trace. */
export interface Span {
  /** Begins a piece of it that another server does. */
  call(name: string, attributes: SpanAttributes): Span;
  /** Begins a piece of it that the gateway does. */
  step(name: string): Span;
  /** What tells the server that does this piece which trace it belongs to: a flat list of headers. */
  readonly headers: readonly string[];
  /** Ends it; `error` is the code of what went wrong. */
  end(attributes: SpanAttributes, error?: string): void;
}

/** The request that a piece of work is done for: its id for the log, its span for traces. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly span: Span | undefined;
}

/** Does a piece of a request's work within a span of its own, where the request is traced. */
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
