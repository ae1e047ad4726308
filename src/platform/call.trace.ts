import type { Span } from '../http/tracing.js';
import type { AnswerReader } from './answer.reader.js';
import { outcomeOf } from './call.statistics.js';
import type { PlatformRequest } from './platform.request.js';
import { outcomeOfRefusal, problemOfFailure } from './platform.problems.js';

/**
 * Starts a span for one attempt of a call; it ends with the attempt.
 * @returns the headers that carry the trace to the platform
 */
export function traceAttempt(
  parent: Span,
  { method, path }: PlatformRequest,
  resends: number,
  reader: AnswerReader,
): readonly string[] {
  const span = parent.call(`${method} ${path.template}`, {
    'http.request.method': method,
    'url.template': path.template,
    ...(resends > 0 && { 'http.request.resend_count': resends }),
  });
  reader.onEnd = (error) => {
    const { status } = reader;
    span.end(status === 0 ? {} : { 'http.response.status_code': status }, failureOf(status, error));
  };
  return span.headers;
}

/** The same words as in the metrics. */
function failureOf(status: number, error: Error | undefined): string | undefined {
  if (error !== undefined) return outcomeOf(problemOfFailure(error));
  return status < 300 ? undefined : outcomeOfRefusal(status);
}
