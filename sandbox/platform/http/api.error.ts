/** One error of a request, and its place: `field1.field2[0].field3`. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** An error response, in the form of the contract's `Error`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    private readonly members: object = {},
  ) {
    super(message);
  }

  /** The response body. */
  get body(): object {
    return { code: this.code, message: this.message, ...this.members };
  }
}

/** The request violates the contract; each error says how and where. */
export function invalid(...faults: readonly Fault[]): ApiError {
  const message = faults.length === 1 ? 'One thing is wrong with the request.' : 'Several things are wrong.';
  return new ApiError(400, 'invalid_request', message, { fields: faults });
}

/** The resource does not exist, or the caller may not know of it. */
export function notFound(what: string): ApiError {
  return new ApiError(404, 'not_found', `There is no such ${what}.`);
}

/** The request is valid, but not in the current state. */
export function conflict(code: string, message: string): ApiError {
  return new ApiError(409, code, message);
}
