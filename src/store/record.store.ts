/** A record under a name that one of many may hold: the holder is plain, the rest is sealed. */
export interface StoredRecord {
  readonly holder: string;
  /** Counts the holder's writes, so that a late one cannot undo a newer one. */
  readonly version: number;
  readonly sealed: Buffer;
}

/** An amount of records. */
export interface RecordCost {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Records and names that are kept for a while. Every method rejects with `StoreUnavailable` within a second when the
 * store does not answer; no write is ever repeated later.
 */
export abstract class RecordStore {
  /** Epoch milliseconds by the store's clock, which all replicas share. */
  abstract now(): number;
  /**
   * Writes a record that lives for `milliseconds`, where the name is held by `from`; undefined: where it is free. A
   * holder's own record is replaced by newer versions only.
   * @param at only where the record of `from` is at this version, as it was when it was read
   * @returns whether it was written
   */
  abstract putRecord(
    name: string,
    from: string | undefined,
    record: StoredRecord,
    milliseconds: number,
    at?: number,
  ): Promise<boolean>;
  /** The record under a name, while it lives. */
  abstract readRecord(name: string): Promise<StoredRecord | undefined>;
  /**
   * Counts a cost towards what a name may use up in 24 hours, by the hour; negative costs are given back.
   * @returns false, and nothing is counted, when that would be more than `most`
   */
  abstract charge(name: string, cost: RecordCost, most: RecordCost): Promise<boolean>;
  /** Whether the store takes a record of this size and still has half of its memory left for sessions. */
  abstract hasRoomFor(name: string, bytes: number): Promise<boolean>;
  /** True for the first caller to remember a name; it is forgotten after `milliseconds`. */
  abstract rememberOnce(name: string, milliseconds: number): Promise<boolean>;
  /** Remembers a name for `milliseconds` from now, whether or not it was remembered before. */
  abstract remember(name: string, milliseconds: number): Promise<void>;
  /** Until when a name is remembered, in epoch milliseconds by the store's clock; 0 when it is not. */
  abstract rememberedUntil(name: string): Promise<number>;
}
