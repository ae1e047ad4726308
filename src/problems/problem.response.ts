import type { ServerResponse } from 'node:http';
import { Problem } from './problem.js';

/** The media type of every answer that is not a success (RFC 9457, section 3). */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** What the request says about itself in a problem. */
export interface Occurrence {
  readonly requestId: string;
  /** The request target without its query, which may hold codes. */
  readonly path: string;
}

/** Writes the one error shape. An answer that has begun is cut off, so that it never looks complete. */
export function sendProblem(res: ServerResponse, problem: Problem, at: Occurrence): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(problem.toBody(at.requestId, at.path)));
  const { retryAfterSeconds, headers = {} } = problem.extras;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', String(retryAfterSeconds));
  res.setHeader('Content-Type', PROBLEM_JSON);
  res.setHeader('Content-Length', body.length);
  res.writeHead(problem.status);
  res.end(body);
}
