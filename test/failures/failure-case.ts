import type { Expected } from './answer.faults.js';
import type { Call } from './sender.js';
import type { Target } from './target.js';

/** One way for a call to fail. */
export interface FailureCase {
  /** The end of a sentence that begins with "a call". */
  readonly title: string;
  /** Whether what is answered is no answer of the operation: the call went elsewhere. */
  readonly leavesOperation?: boolean;
  /** Whether it can go wrong like this at all; left out where every call can. */
  readonly appliesTo?: (target: Target) => boolean;
  /** What becomes of a good call: one bad call or several. */
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

/** What the refusal of a member is. */
export const INVALID: Expected = { status: 400, code: 'invalid_request' };
