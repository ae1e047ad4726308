import type { RequestOrigin } from '../http/tracing.js';

/** The caller of a request, with a token that the platform accepts. A `Bearer` for the platform's client. */
export interface CallerIdentity {
  /** The identity provider's id of the person (`sub`). */
  readonly subject: string;
  /** The token to forward; valid when the request was admitted. */
  readonly token: string;
  /** The token, renewed first if it would end on its way. */
  freshToken(origin: RequestOrigin): string | Promise<string>;
  /** Another token after the platform refused this one; undefined if there is none. */
  renew(refused: string, origin: RequestOrigin): Promise<string | undefined>;
}
