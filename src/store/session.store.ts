import { Problem } from '../http/problem.js';
import type { ClaimStore } from './claim-store.js';

/** A session as it is stored: what must be found is plain, who it is and its tokens are sealed with the cookie's key. */
export interface StoredSession {
  readonly id: string;
  /** Counts the changes of `sealed`; a change names the version it was made from. */
  readonly version: number;
  readonly sealed: Buffer;
  /** Digest of the person's id: finds all sessions of one person. */
  readonly owner: string;
  /** Digest of the identity provider's session id, for its back-channel logout; null where it gave none. */
  readonly providerSession: string | null;
  /** What the person recognises the session by: the browser's User-Agent at sign-in, shortened. */
  readonly device: string;
  readonly createdAt: number;
  /** Epoch milliseconds after which the session is over, whatever happens. */
  readonly expiresAt: number;
  /** Epoch milliseconds after which it is over unless it is used. */
  readonly idleExpiresAt: number;
}

/** The store cannot answer now. Nothing is known about the session, so nothing is concluded: a 503, the cookie stays. */
export class StoreUnavailable extends Problem {
  constructor(cause: unknown) {
    super('session_store_unavailable', {
      retryAfterSeconds: 1,
      cause,
    });
  }
}

/**
 * Where sessions live. Every method rejects with StoreUnavailable within a second when the store does not answer; no
 * write is ever repeated later.
 */
export interface SessionStore extends ClaimStore {
  create(session: StoredSession): Promise<void>;
  /** The session while it is alive; undefined once it is over, removed or unknown. */
  read(id: string): Promise<StoredSession | undefined>;
  /** Compare-and-set: true when the session was at `version` and now has the new content at `version + 1`. */
  replace(id: string, version: number, sealed: Buffer): Promise<boolean>;
  /** Moves the idle limit. Does nothing to a session that is gone. */
  extend(id: string, idleExpiresAt: number): Promise<void>;
  /** Ends a session for good; true when it was there. */
  remove(id: string): Promise<boolean>;
  listByOwner(owner: string): Promise<StoredSession[]>;
  listByProviderSession(providerSession: string): Promise<StoredSession[]>;
  /** A lock for `milliseconds`, or false while another holder has it. The same holder renews it so. */
  lease(name: string, holder: string, milliseconds: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  /** True for the first one to remember a name; it is forgotten after `milliseconds`. */
  rememberOnce(name: string, milliseconds: number): Promise<boolean>;
  /** Remembers a name for `milliseconds` from now, whether or not it was remembered before. */
  remember(name: string, milliseconds: number): Promise<void>;
  /** For how many milliseconds more a name is remembered, 0 when it is not; asking leaves nothing behind. */
  rememberedFor(name: string): Promise<number>;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  /**
   * Calls back when somebody else changed or removed a session: with its id, or without one when any of them may have
   * changed.
   */
  onChange(listener: (id?: string) => void): void;
  close(): Promise<void>;
}

/** Injection token of the `SessionStore`, which has two implementations. */
export const SESSION_STORE = Symbol('SESSION_STORE');
