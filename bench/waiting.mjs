import { busyTime, coreOf, processorTime, waitingTime } from './machine.mjs';

/** A process that waits longer than this for others is late because of them: its latencies are theirs. */
export const WAITED_MAX = 0.05;

/**
 * The share of the time of a measurement that each of these processes waited while others had its core. They may wait for
 * each other too, which is of the benchmark's own making and the same for all subjects: no more counts than the time for
 * which anything else was on the core.
 * @param {Record<string, number>} processes their ids by name
 */
export async function withWaited(processes, measure) {
  const watched = Object.entries(processes).map(([who, pid]) => ({ who, pid, core: coreOf(pid) }));
  const startedAt = performance.now();
  const before = watched.map((one) => timesOf(one, watched));
  const result = await measure();
  const us = (performance.now() - startedAt) * 1_000;
  const shares = watched.map((one, i) => {
    const { waitedUs, othersUs } = timesOf(one, watched);
    return [one.who, Math.min(waitedUs - before[i].waitedUs, othersUs - before[i].othersUs) / us];
  });
  return { result, waited: Object.fromEntries(shares) };
}

/** So far, in µs: how long a process waited, and for how long others were on its core, if it has one of its own. */
function timesOf({ pid, core }, watched) {
  const waitedUs = waitingTime(pid) ?? 0;
  if (core === undefined) return { waitedUs, othersUs: waitedUs };
  const own = new Set(watched.filter((one) => one.core === core).map((one) => one.pid));
  const ownUs = [...own].reduce((sum, one) => sum + processorTime(one), 0);
  return { waitedUs, othersUs: busyTime(core) - ownUs };
}
