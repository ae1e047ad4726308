/** How deep objects and arrays may nest: real documents stay below 30, and every later step recurses as deep as this. */
export const MAX_DEPTH = 100;
/** How many values a document may hold, aliases counted each time they are used: 13 MB of GitHub's have 258 000. */
export const MAX_VALUES = 1_000_000;
/** How many keys `<<` may copy in one document. */
export const MAX_MERGED_KEYS = 100_000;
/** How many messages one check tells; the last of them says how many more there are. */
export const MAX_MESSAGES = 100;
/** How many places one message tells, and how long its text and each of them may be: names come from the document. */
export const MAX_PLACES = 10;
export const MAX_CHARACTERS = 500;

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
