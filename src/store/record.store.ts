/** What is known under a name that one of many may hold, as it is stored: who holds it is plain, the rest is sealed. */
export interface StoredClaim {
  readonly holder: string;
  /** Counts what the holder has written, so that a write which was late cannot undo a newer one. */
  readonly version: number;
  readonly sealed: Buffer;
}

/** Names that one of many takes, and what is kept under them for a while. */
export interface ClaimStore {
  /**
   * Writes a claim that lives for `milliseconds`, where the name is held by `from`; undefined: where nobody holds it.
   * A holder's own claim is replaced by newer versions only. True when it was written.
   */
  putClaim(name: string, from: string | undefined, claim: StoredClaim, milliseconds: number): Promise<boolean>;
  /** What is kept under a name; undefined where nothing is, or not any more. */
  readClaim(name: string): Promise<StoredClaim | undefined>;
}
