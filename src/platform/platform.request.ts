import type { FormData } from 'undici';
import type { RequestOrigin } from '../http/tracing.js';
import type { PlatformPath } from './path.js';

/** The caller of the platform: the token to forward, and a way to get a newer one if the platform refuses it. */
export interface Bearer {
  /** The person's id; calls count towards the person's share. */
  readonly subject: string;
  readonly token: string;
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
}
