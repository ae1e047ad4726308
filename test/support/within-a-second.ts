import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

const PAUSE_MS = 20;
/** How many reads of a few milliseconds, each after a pause, take a second. */
const READS = 40;

/**
 * Expects `read` to give a value within a second, by the number of reads: a machine that is busy takes longer for all
 * that happens meanwhile, so a clock would tell the wrong second.
 */
export async function expectWithinASecond<T>(read: () => Promise<T>, expected: T): Promise<void> {
  let last = await read();
  for (let reads = 1; reads < READS && !isDeepStrictEqual(last, expected); reads++) {
    await sleep(PAUSE_MS);
    last = await read();
  }
  expect(last).toEqual(expected);
}
