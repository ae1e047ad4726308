import type { RequestOrigin } from '../http/tracing.js';

/** Who is calling, with a token of theirs that the platform accepts. A `Bearer` for the platform's client. */
export interface CallerIdentity {
  /** The identity provider's id of the person (`sub`). */
  readonly subject: string;
  /** The token to forward; valid at the time the request was let in. */
  readonly token: string;
  /** Another token after the platform refused this one; undefined when there is none. */
  renew(refused: string, origin: RequestOrigin): Promise<string | undefined>;
}
