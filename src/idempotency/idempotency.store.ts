import { Inject, Injectable } from '@nestjs/common';
import { type Keyring, KEYRING } from '../crypto/keyring.js';
import { RecordStore } from '../store/record.store.js';
import { IdempotencyLease, type LeaseDraft } from './idempotency.lease.js';
import { readRecord, writeRecord, StoredResult } from './idempotency.record.js';

/** How long an answer is kept for repeats. */
const KEPT_MS = 86_400_000;
/** How long a failure is kept for those who watch. The key is free meanwhile. */
const FAILED_KEPT_MS = 300_000;
/** What cannot be opened any more, since its key was retired: whatever it was, it was something. */
const UNREADABLE = { state: 'unknown', fingerprint: undefined, leaseUntil: 0, progress: [] } as const;

/** The keys that are in use, on every replica. What the store holds of them is sealed with the gateway's own secrets. */
@Injectable()
export class IdempotencyStore {
  constructor(
    private readonly store: RecordStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Takes a name, when nobody has it or what was tried under it came to nothing; otherwise, what is kept under it.
   * @throws StoreUnavailable
   */
  async take(name: string, fingerprint: string | undefined): Promise<IdempotencyLease | StoredResult> {
    const claim = new IdempotencyLease(fingerprint, (draft, from) => this.write(name, draft, from));
    if (await claim.take(undefined)) return claim;
    const kept = await this.read(name);
    const isFree = kept === undefined || kept.state === 'failed';
    if (isFree && (await claim.take(kept?.holder))) return claim;
    return (isFree ? await this.read(name) : kept) ?? this.take(name, fingerprint);
  }

  /**
   * What is kept under a name.
   * @throws StoreUnavailable
   */
  async read(name: string): Promise<StoredResult | undefined> {
    const stored = await this.store.readRecord(name);
    if (stored === undefined) return undefined;
    const bytes = this.keyring.openBytes(stored.sealed, purposeOf(name));
    if (bytes === undefined) return new StoredResult(stored.holder, UNREADABLE, Buffer.alloc(0));
    const { record, packed } = readRecord(bytes);
    return new StoredResult(stored.holder, record, packed);
  }

  private write(name: string, { holder, version, record, packed }: LeaseDraft, from?: string): Promise<boolean> {
    const sealed = this.keyring.sealBytes(writeRecord(record, packed), purposeOf(name));
    const keptMs = record.state === 'failed' ? FAILED_KEPT_MS : KEPT_MS;
    return this.store.putRecord(name, from, { holder, version, sealed }, keptMs);
  }
}

function purposeOf(name: string): string {
  return `idempotency:${name}`;
}
