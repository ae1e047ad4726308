/** Limits of checks; tests set lower ones. */
export class CheckLimits {
  /** Timeout of one check, without the time in the queue. */
  readonly timeMs: number = 30_000;
  /** Maximum JavaScript heap of one check, in MiB: 19 MB of real YAML take 300 to 370. */
  readonly heapMiB: number = 512;
  /** Maximum number of threads. */
  readonly threads: number = 2;
  /** Maximum number of checks per person, running or queued, and of queued checks in all: their documents are on disk. */
  readonly share: number = 6;
  readonly waiting: number = 100;
  /** How long an idle thread is kept. */
  readonly idleMs: number = 5_000;

  constructor(others: Partial<CheckLimits> = {}) {
    Object.assign(this, others);
  }
}
