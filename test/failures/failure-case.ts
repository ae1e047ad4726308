import type { Expected } from './answer.faults.js';
import type { Call } from './sender.js';
import type { Target } from './target.js';

/** One way for a call to fail. */
export interface FailureCase {
  /** The end of a sentence that begins with "a call". */
  readonly title: string;
  /** Whether the response does not come from the operation, because the call went elsewhere. */
  readonly leavesOperation?: boolean;
  /** Whether the target can fail in this way; omitted where every target can. */
  readonly appliesTo?: (target: Target) => boolean;
  /** Turns a valid call into one or more bad calls. */
  readonly spoil: (good: Call, target: Target) => Call | readonly Call[];
  readonly answer: Expected | ((target: Target, call: Call) => Expected);
}

/** The call with other headers; an empty one is left out. */
export function withHeaders(call: Call, headers: Readonly<Record<string, string>>): Call {
  const entries = Object.entries({ ...call.headers, ...headers }).filter(([, value]) => value !== '');
  return { ...call, headers: Object.fromEntries(entries) };
}

/** The call with another body of the same type. */
export function withBody(call: Call, body: string): Call {
  return { ...withHeaders(call, { 'content-length': String(Buffer.byteLength(body)) }), body };
}

/** The expected rejection of a member. */
export const INVALID: Expected = { status: 400, code: 'invalid_request' };
