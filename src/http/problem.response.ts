import type { Problem } from './problem.js';
import type { GatewayResponse } from './exchange.js';

/** The media type of every answer that is not a success (RFC 9457, section 3). */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Writes the one error shape. An answer that has begun is cut off, so that it never looks complete. */
export function sendProblem(res: GatewayResponse, problem: Problem): void {
  res.req.failure = problem.code;
  if (res.headersSent) return void res.destroy();
  const { retryAfterSeconds, headers = {} } = problem.extras;
  const body = Buffer.from(JSON.stringify(problem.toBody(res.req)));
  const more = Object.entries(headers).flat();
  if (retryAfterSeconds !== undefined) more.push('Retry-After', String(retryAfterSeconds));
  res.sendWhole(problem.status, PROBLEM_JSON, body, more);
}
