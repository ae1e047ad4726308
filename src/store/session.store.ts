/** A session as it is stored: what must be found is plain; the person and the tokens are sealed with the cookie's key. */
export interface StoredSession {
  readonly id: string;
  /** Counts the changes of `sealed`; a change names the version it was made from. */
  readonly version: number;
  readonly sealed: Buffer;
  /** Digest of the person's id: finds all sessions of one person. */
  readonly owner: string;
  /** Digest of the identity provider's session id, for its back-channel logout; null where it gave none. */
  readonly providerSession: string | null;
  /** Lets the person recognise the session: the browser's User-Agent at sign-in, shortened. */
  readonly device: string;
  /** Epoch milliseconds, as all times here by the store's clock. */
  readonly createdAt: number;
  /** Epoch milliseconds after which the session is over in any case. */
  readonly expiresAt: number;
  /** Epoch milliseconds after which it is over unless it is used. */
  readonly idleExpiresAt: number;
}

/** What of a stored session is plain and never changes; its sealed content is bound to it. */
export type SessionFacts = Pick<
  StoredSession,
  'id' | 'owner' | 'providerSession' | 'device' | 'createdAt' | 'expiresAt'
>;

/** Which sessions a question is about: those that are alive, or also those past a limit that are still stored. */
export type Which = 'alive' | 'stored';

/** Sessions. Every method rejects with `StoreUnavailable` within a second when the store does not answer. */
export abstract class SessionStore {
  /** Epoch milliseconds by the store's clock, which all replicas share: the limits of sessions go by it. */
  abstract now(): number;
  abstract create(session: StoredSession): Promise<void>;
  /** The session; undefined once it is removed, unknown, or past a limit unless `which` is `stored`. Alive by default. */
  abstract read(id: string, which?: Which): Promise<StoredSession | undefined>;
  /**
   * Compare-and-set: true when the session was at `version` and now has the new content at `version + 1`. Its limits do
   * not matter while it is stored: the provider has used up the token that the content has now.
   */
  abstract replace(id: string, version: number, sealed: Buffer): Promise<boolean>;
  /** Moves the idle limit. Does nothing to a session that is gone. */
  abstract extend(id: string, idleExpiresAt: number): Promise<void>;
  /** Ends a session for good; true when it was there. */
  abstract remove(id: string): Promise<boolean>;
  abstract listByOwner(owner: string, which?: Which): Promise<StoredSession[]>;
  abstract listByProviderSession(providerSession: string, which?: Which): Promise<StoredSession[]>;
  /** How many sessions are alive. */
  abstract countAlive(): Promise<number>;
  /** Clears away the sessions whose limit has passed; says how many there were that no other process has cleared away. */
  abstract removeExpired(): Promise<number>;
  /**
   * Calls back when another process changed or removed a session: with its id, or without one when any of them may have
   * changed.
   */
  abstract onChange(listener: (id?: string) => void): void;
}
