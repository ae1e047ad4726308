/** Locks that expire. Every method rejects with `StoreUnavailable` within a second when the store does not answer. */
export abstract class LeaseStore {
  /** Takes a lock for `milliseconds`, or renews it for the same holder; false while another holder has it. */
  abstract lease(name: string, holder: string, milliseconds: number): Promise<boolean>;
  /** Gives a lock back; does nothing when another holder has it by now. */
  abstract release(name: string, holder: string): Promise<void>;
}
