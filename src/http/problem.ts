import { STATUS_CODES } from 'node:http';
import { type ProblemCode, PROBLEMS, problemType } from './problem.catalogue.js';

/** One faulty member of a request, in the contract's notation: `field1.field2[0].field3`. */
export interface ProblemField {
  readonly field: string;
  readonly message: string;
}

/** A message for the person at the screen, as the contract's `Message`. */
export interface ProblemMessage {
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly detail?: readonly string[];
}

/** The request that a problem is about. */
export interface Occurrence {
  readonly requestId: string;
  /** The request target without its query, which may hold codes. */
  readonly path: string;
}

/** What a problem says beside what its code fixes. */
export interface ProblemExtras {
  /** Takes the place of the catalogue's message where more is known. */
  readonly message?: string;
  readonly fields?: readonly ProblemField[];
  readonly messages?: readonly ProblemMessage[] | undefined;
  readonly details?: string;
  /** Seconds after which a retry makes sense; sent as `Retry-After` (RFC 9110, section 10.2.3). */
  readonly retryAfterSeconds?: number;
  /** Further response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Further members of the body, such as `loginUrl`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * A request that failed. `code` is for programs and stable, `message` is for people; neither contains a secret. It is
 * sent as RFC 9457 problem details that are also the contract's `Error`. Only codes of the catalogue compile.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;

  constructor(
    code: ProblemCode,
    readonly extras: ProblemExtras = {},
  ) {
    super(extras.message ?? PROBLEMS[code].message, { cause: extras.cause });
    this.status = PROBLEMS[code].status;
    this.code = code;
  }

  /** The members of the body, for one request. */
  toBody({ requestId, path: instance }: Occurrence): Record<string, unknown> {
    const { fields = [], messages, details = '', members } = this.extras;
    return {
      ...members,
      type: problemType(this.code),
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      instance,
      code: this.code,
      message: this.message,
      fields,
      details,
      // `fields` says what is wrong with each member; said here again, it would double the answer.
      messages: messages ?? [{ text: this.message, severity: 'error', detail: [] }],
      requestId,
    };
  }
}

/**
 * What a log may say about an error: names, codes and messages down the chain of causes, and nothing that libraries
 * hang on to their errors, such as the request that failed with its headers or the callback with its code.
 */
export function describeError(error: unknown): { reason: string } {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error && reasons.length < 5; at = at.cause) {
    const { code } = at as { code?: unknown };
    reasons.push(`${at.name}: ${at.message}${typeof code === 'string' ? ` (${code})` : ''}`);
  }
  return { reason: reasons.join(' <- ') || 'unknown' };
}
