import type { PlatformCall } from '../platform/platform.call.js';
import type { PlatformPath } from '../platform/path.js';
import type { Report } from './claim.js';

/** Something that is to be done once: what comes before the call that does it, and the call. */
export interface Undertaking {
  /** Where on the platform it is done. */
  readonly to: PlatformPath;
  /** Says what is asked for: the same text for the same request. Only asked with a key. */
  fingerprint(): string | Promise<string>;
  /** Prepares the call. Whatever it throws, nothing has been done. */
  call(report: Report): PlatformCall | Promise<PlatformCall>;
  /** Clears away, once, whatever has come of it; a repeat never gets as far as `call`. */
  close?(): Promise<void>;
}

/** Takes in what has not been read of a request yet; of a repeat too, since the two must be compared. */
export type Receive = (report: Report) => Promise<Undertaking>;
