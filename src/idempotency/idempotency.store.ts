import { Inject, Injectable } from '@nestjs/common';
import { type Keyring, KEYRING } from '../crypto/keyring.js';
import { RecordStore } from '../store/record.store.js';
import { type Held, IdempotencyLease, type LeaseDraft } from './idempotency.lease.js';
import { tooManyKeys } from './idempotency.problems.js';
import { IdempotencyQuota } from './idempotency.quota.js';
import { LEASE_MS, readRecord, writeRecord, StoredResult } from './idempotency.record.js';

/** How long an answer is kept for repeats. */
const KEPT_MS = 86_400_000;
/** How long a failure is kept for clients that follow the progress. The key can be used again. */
const FAILED_KEPT_MS = 300_000;
/** A record sealed with a retired key: something was done under it, its outcome is unknown. */
const UNREADABLE = { state: 'unknown', fingerprint: undefined, leaseUntil: 0, progress: [] } as const;

/** Leases and results by key, shared by all replicas. The store holds them sealed with the gateway's keys. */
@Injectable()
export class IdempotencyStore {
  constructor(
    private readonly store: RecordStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Takes the lease of a name if it is free or its last operation failed; otherwise returns the stored result.
   * @param person digest of the person's id, whose share of the store the record counts towards
   * @throws StoreUnavailable | Problem 429 `too_many_idempotency_keys`
   */
  async take(name: string, fingerprint: string | undefined, person: string): Promise<IdempotencyLease | StoredResult> {
    const quota = new IdempotencyQuota(this.store, person);
    if (!(await quota.admit())) return this.readRepeat(name);
    const taken = await this.lease(name, fingerprint, quota);
    if (taken instanceof StoredResult) await quota.refund();
    return taken;
  }

  /** Repeats are answered also when the person may use no new key. */
  private async readRepeat(name: string): Promise<StoredResult> {
    const kept = await this.read(name);
    if (kept === undefined || kept.state === 'failed') throw tooManyKeys();
    return kept;
  }

  private async lease(
    name: string,
    fingerprint: string | undefined,
    quota: IdempotencyQuota,
  ): Promise<IdempotencyLease | StoredResult> {
    const claim = new IdempotencyLease(fingerprint, (draft, from) => this.write(name, draft, from), quota);
    if (await claim.take(undefined)) return claim;
    const kept = await this.read(name);
    const isFree = kept === undefined || kept.state === 'failed';
    if (isFree && (await claim.take(kept))) return claim;
    return (isFree ? await this.read(name) : kept) ?? this.lease(name, fingerprint, quota);
  }

  /**
   * The result stored under a name.
   * @throws StoreUnavailable
   */
  async read(name: string): Promise<StoredResult | undefined> {
    // Judged by the time of the question: a process that is paused gets the answer late.
    const readAt = this.store.now();
    const stored = await this.store.readRecord(name);
    if (stored === undefined) return undefined;
    const bytes = this.keyring.openBytes(stored.sealed, purposeOf(name));
    const { holder, version } = stored;
    if (bytes === undefined) return new StoredResult(holder, version, UNREADABLE, Buffer.alloc(0), readAt);
    const { record, packed } = readRecord(bytes);
    return new StoredResult(holder, version, record, packed, readAt);
  }

  private write(name: string, { holder, version, record, packed }: LeaseDraft, from?: Held): Promise<boolean> {
    const leased = { ...record, leaseUntil: this.store.now() + LEASE_MS };
    const sealed = this.keyring.sealBytes(writeRecord(leased, packed), purposeOf(name));
    const keptMs = record.state === 'failed' ? FAILED_KEPT_MS : KEPT_MS;
    return this.store.putRecord(name, from?.holder, { holder, version, sealed }, keptMs, from?.version);
  }
}

function purposeOf(name: string): string {
  return `idempotency:${name}`;
}
