/** How a call can fail without a response from the gateway. */
export type ConnectionFailureCode = 'aborted' | 'answer_unreadable' | 'network_failed';

const MESSAGES: Readonly<Record<ConnectionFailureCode, string>> = {
  aborted: 'The request was cancelled.',
  answer_unreadable: 'The answer did not come from the gateway or is incomplete. Try again.',
  network_failed: 'The gateway could not be reached. Check the connection and try again.',
};

/**
 * A call without a response from the gateway: the network failed, the caller cancelled, or an intermediary answered.
 * It has the members of a `Problem` that are displayed, so `error.message` can always be shown, and codes of its own,
 * so `error.code` distinguishes the cases.
 */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  readonly fields: never[] = [];
  readonly messages: never[] = [];

  constructor(
    readonly code: ConnectionFailureCode,
    /** The HTTP status of the intermediary's response; 0 without a response. */
    readonly status: number,
    cause: unknown,
  ) {
    super(MESSAGES[code], { cause });
  }
}

/** The `error` of a failed call: a problem of the gateway unchanged, anything else as a `ConnectionFailure`. */
export function failureOf(error: unknown, response: Response | undefined): unknown {
  if (error instanceof ConnectionFailure) return error;
  if (response !== undefined && !response.ok && isProblem(error)) return error;
  if (isAbort(error)) return new ConnectionFailure('aborted', 0, error);
  if (response === undefined) return new ConnectionFailure('network_failed', 0, error);
  return new ConnectionFailure('answer_unreadable', response.status, error);
}

/** Whether a value has the members that every problem of the gateway has (RFC 9457). */
export function isProblem(value: unknown): value is { code: string; status: number; message: string } {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  const { code, status } = value as { code?: unknown; status?: unknown };
  return typeof code === 'string' && typeof status === 'number';
}

/** `AbortController.abort()` and `AbortSignal.timeout()` reject with these (DOM Standard). */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
