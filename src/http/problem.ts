import { STATUS_CODES } from 'node:http';

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

/** What a problem may say beyond its status, code and sentence. */
export interface ProblemExtras {
  readonly fields?: readonly ProblemField[];
  readonly messages?: readonly ProblemMessage[];
  readonly details?: string;
  /** Seconds after which a retry makes sense; sent as `Retry-After` (RFC 9110, section 10.2.3). */
  readonly retryAfterSeconds?: number;
  /** Further response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body, such as `loginUrl` or what the platform added to its error. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one way to say that a request failed. `code` is stable and meant for programs, `message` is one sentence for
 * people that says what to do; neither ever holds a secret. Becomes RFC 9457 problem details that a client of the
 * platform also reads as the contract's `Error`.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(message, { cause: extras.cause });
  }

  /** The members of the body, for one request. */
  toBody({ requestId, path: instance }: Occurrence): Record<string, unknown> {
    const { fields = [], messages, details = '', members } = this.extras;
    return {
      ...members,
      // A URI whatever the platform chose for a code (RFC 9457, section 3.1.1).
      type: `urn:problem-type:connect-gateway:${encodeURIComponent(this.code.toWellFormed())}`,
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
