import { processorTime, waitingTime } from './machine.mjs';
import { load } from './load.mjs';
import { canDo, checkAnswer, requestOf } from './work.mjs';

const WARM_UP = { connections: 64, seconds: 4 };
const SATURATION = { connections: 64, seconds: 2 };

/** One cell: one subject, one kind of work, for some seconds. Throws when a single answer was wrong. */
export async function measure(subject, work, { connections, seconds }) {
  await checkAnswer(work, subject);
  const before = processorTime(subject.pid);
  const waitedBefore = waitingTime(subject.pid);
  const result = await load(requestOf(work, subject), { connections, seconds });
  const cpuUs = (processorTime(subject.pid) - before) / result.requests;
  const waitedShare = ((waitingTime(subject.pid) ?? 0) - (waitedBefore ?? 0)) / result.us;
  const { requests, us, bytes, refused, broken, p50Us, p99Us } = result;
  const wanted = work.status > 399 ? requests : 0;
  if (requests === 0 || broken > 0) throw new Error(`${broken} of ${requests} requests broke off`);
  if (refused !== wanted) throw new Error(`${refused} of ${requests} answers were errors, not ${wanted}`);
  if (bytes / requests < work.bytes) throw new Error('the answers were too short');
  return { cpuUs, perSecond: (requests * 1e6) / us, p50Us, p99Us, waitedShare };
}

/** How many requests a second a subject answers in a closed loop, once its code is compiled. */
export async function saturationOf(subject, work) {
  await measure(subject, work, WARM_UP);
  const { perSecond } = await measure(subject, work, SATURATION);
  return perSecond;
}

/**
 * Measures every subject with every kind of work, in rounds: what one does right after the other has the same
 * neighbours on the machine, so that ratios within a round hold where figures drift.
 * @param {{ isWanted: (cell: string) => boolean }} options says which cells to leave out, too
 * @returns {Promise<Map<string, object[]>>} by `subject work`, a sample per round
 */
export async function runRounds(subjects, works, options) {
  const { rounds, connections, seconds, warmUpSeconds, isWanted } = options;
  const samples = new Map();
  const failures = [];
  const warm = new Set();
  for (let round = 0; round <= rounds; round++) {
    const warmUp = round === 0;
    for (const work of works)
      for (const subject of rotated(subjects, round)) {
        const key = `${subject.name} ${work.name}`;
        if (!canDo(subject, work) || !isWanted(key) || failures.some((failure) => failure.key === key)) continue;
        try {
          // What V8 has compiled for the first kind of work mostly serves the others too.
          const isCold = !warm.has(subject.name);
          warm.add(subject.name);
          const sample = await measure(subject, work, { connections, seconds: isCold ? warmUpSeconds : seconds });
          if (!warmUp) samples.set(key, [...(samples.get(key) ?? []), sample]);
        } catch (error) {
          failures.push({ key, message: error.message });
          samples.delete(key);
          console.log(`FAILED: ${subject.title}, ${work.title}: ${error.message}`);
        }
      }
    console.log(warmUp ? 'Warmed up.' : `Round ${round} of ${rounds} done.`);
  }
  return { samples, failures };
}

/** The same in another order each time, so that nobody always comes behind the same one. */
function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
