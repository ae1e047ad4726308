/** What checks may take; tests give less. */
export class CheckLimits {
  /** How long one check may take; the time before its turn does not count. */
  readonly timeMs: number = 30_000;
  /** The JavaScript heap that one check may take, in MiB: 19 MB of real YAML take 300 to 370. */
  readonly heapMiB: number = 512;
  /** Threads at one time. */
  readonly threads: number = 2;
  /** How many checks of one person may run or wait, and how many may wait at all: their documents are on the disk. */
  readonly share: number = 6;
  readonly waiting: number = 100;
  /** How long a thread without work stays. */
  readonly idleMs: number = 5_000;

  constructor(others: Partial<CheckLimits> = {}) {
    Object.assign(this, others);
  }
}
