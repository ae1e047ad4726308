import type { RecordStore } from '../store/record.store.js';

/** New keys of one person in a day. Each is a record of some hundred bytes that is kept for a day. */
const KEYS_PER_DAY = 2_000;
/** Bytes of kept answers of one person in a day, compressed. */
const BYTES_PER_DAY = 16 * 1024 * 1024;
/** Answers up to this size are covered by the number of keys. */
const SMALL_BYTES = 4_096;

const ALLOWANCE = { count: KEYS_PER_DAY, bytes: BYTES_PER_DAY };

/** What one person may have stored under their keys, on all replicas together. */
export class IdempotencyQuota {
  constructor(
    private readonly store: RecordStore,
    /** Digest of the person's id. */
    private readonly person: string,
  ) {}

  /** Counts a new key; false when the person has used as many as one may in a day. */
  admit(): Promise<boolean> {
    return this.store.charge(this.person, { count: 1, bytes: 0 }, ALLOWANCE);
  }

  /** Takes a key back that was not new, or under which nothing was created. */
  async refund(): Promise<void> {
    await this.store.charge(this.person, { count: -1, bytes: 0 }, ALLOWANCE);
  }

  /** Whether an answer may be kept: sessions share the store, and come first. */
  async mayKeep(bytes: number): Promise<boolean> {
    if (bytes <= SMALL_BYTES) return true;
    if (!(await this.store.hasRoomFor(this.person, bytes))) return false;
    return this.store.charge(this.person, { count: 0, bytes }, ALLOWANCE);
  }
}
