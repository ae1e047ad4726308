/** What checks may take; tests give less. */
export class CheckLimits {
  /** How long one check may take; the time before its turn does not count. */
  readonly timeMs: number = 30_000;
  /** The JavaScript heap that one check may take, in MiB: 19 MB of real YAML take 300 to 370. */
  readonly heapMiB: number = 512;
  /** Threads at one time, and checks that may wait for one. */
  readonly threads: number = 2;
  readonly waiting: number = 8;
  /** How long a thread without work stays. */
  readonly idleMs: number = 5_000;

  constructor(others: Partial<CheckLimits> = {}) {
    Object.assign(this, others);
  }
}
