import type { FormData } from 'undici';
import type { RequestOrigin } from '../http/tracing.js';
import type { PlatformPath } from './path.js';

/** Who calls the platform: the token to forward, and a way to a newer one should the platform refuse it. */
export interface Bearer {
  /** The id of the person, whose share of calls this one counts towards. */
  readonly subject: string;
  readonly token: string;
  /** Another valid token than the one that was refused, or undefined when there is none to be had; `origin` is the request. */
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
