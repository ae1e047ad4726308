import type { FormData } from 'undici';
import type { RequestOrigin } from '../http/tracing.js';
import type { PlatformPath } from './path.js';

/** The caller of the platform: the token to forward, and a way to get a newer one if the platform refuses it. */
export interface Bearer {
  /** The person's id; calls count towards the person's share. */
  readonly subject: string;
  readonly token: string;
  /**
   * The token, renewed first if it has too little left: an upload or a slow store may have used up what it had when the
   * request was admitted. Not a promise in the usual case.
   * @throws Problem 401 if there is no valid token any more | 503 if none can be obtained now
   */
  freshToken(origin: RequestOrigin): string | Promise<string>;
  /** A valid token other than the refused one, or undefined if there is none. `origin` is the request. */
  renew(refused: string, origin: RequestOrigin): Promise<string | undefined>;
}

/** One request to the platform. */
export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: PlatformPath;
  /** Encoded, with its question mark; empty for none. */
  readonly query: string;
  /** JSON as bytes, or a form whose files stay on the disk until they are sent. */
  readonly body: Buffer | FormData | null;
  /** The media types that a success may have; JSON unless stated. */
  readonly answerTypes?: RegExp;
}
