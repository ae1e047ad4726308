/** One thing that is wrong with a request, and where: `field1.field2[0].field3`. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** An answer that is not a success, as the contract's `Error`. */
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

  /** What is sent. */
  get body(): object {
    return { code: this.code, message: this.message, ...this.members };
  }
}

/** The request breaks rules of the contract; each fault says which and where. */
export function invalid(...faults: readonly Fault[]): ApiError {
  const message = faults.length === 1 ? 'One thing is wrong with the request.' : 'Several things are wrong.';
  return new ApiError(400, 'invalid_request', message, { fields: faults });
}

/** There is no such thing, or none that the caller may know of. */
export function notFound(what: string): ApiError {
  return new ApiError(404, 'not_found', `There is no such ${what}.`);
}

/** The request is fine, but not in the state that things are in. */
export function conflict(code: string, message: string): ApiError {
  return new ApiError(409, code, message);
}
