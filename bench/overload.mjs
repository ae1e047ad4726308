// Twice what a subject can do, at a fixed rate: `npm run bench -- --overload`.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionsPossible } from './idle-connections.mjs';
import { loadAtRate, startGenerator } from './generator.mjs';
import { linesOfOverload } from './overload.report.mjs';
import { saturationOf } from './rounds.mjs';
import { distributionOf } from './statistics.mjs';
import { callersOf, definitionsOf, startSubjects } from './subjects.mjs';
import { POST_16KB, WORK } from './work.mjs';
import { withWaited } from './waiting.mjs';
import { startWorld } from './world.mjs';

const SUBJECTS = ['gateway', 'fastify'];
const FACTOR = 2;
/** One of them asks for little before, during and after; the others make the load. */
const PEOPLE = 1_001;
/** More than the gateway makes calls to the platform at one time, so that it has to refuse some. */
const CONNECTIONS = 4_000;
const FULL = { works: ['post-16kb', 'get-200kb', 'get-1kb'], seconds: 30, beforeSeconds: 5, afterSeconds: 10 };
const QUICK = { works: ['post-16kb', 'get-1kb'], seconds: 6, beforeSeconds: 3, afterSeconds: 5 };
const PROBES = { perSecond: 200, open: 8, limit: 200 };
const PROBE = WORK.find(({ name }) => name === 'get-1kb');
const WINDOW_MS = 250;
/** p99 is normal when it is at most twice what it was before, or this. */
const NORMAL_MS = 10;

/** The lines of the report. */
export async function measureOverload({ quick, against }) {
  const scale = quick ? QUICK : FULL;
  const works = [POST_16KB, ...WORK].filter(({ name }) => scale.works.includes(name));
  const world = await startWorld();
  const run = { load: startGenerator(), probes: startGenerator(), upstream: world.upstream };
  const cases = [];
  for (const subject of await startSubjects(definitionsOf(SUBJECTS, against), world)) {
    const callers = await callersOf(subject, PEOPLE, world);
    for (const work of works) {
      cases.push({ subject, work, ...(await measureCase(run, callers, work, scale)) });
      console.log(`${subject.title}, ${work.title}: done.`);
    }
  }
  return linesOfOverload(cases, FACTOR);
}

async function measureCase({ load, probes, upstream }, callers, work, { seconds, beforeSeconds, afterSeconds }) {
  const [prober, ...others] = callers;
  const saturation = await saturationOf(prober, work);
  await loadAtRate(probes, [prober], PROBE, { ...PROBES, seconds: 1 });
  const probing = loadAtRate(probes, [prober], PROBE, {
    ...PROBES,
    seconds: beforeSeconds + seconds + afterSeconds,
  });
  await sleep(beforeSeconds * 1_000);
  const connections = connectionsPossible(CONNECTIONS);
  const rate = { perSecond: Math.round(FACTOR * saturation), seconds, givesUp: true };
  const processes = { subject: prober.pid, upstream: upstream.pid, generator: load.pid, probes: probes.pid };
  const { result, waited } = await withWaited(processes, () =>
    loadAtRate(load, others, work, { ...rate, open: connections, limit: connections }),
  );
  const probed = await probing;
  return {
    saturation,
    seconds,
    waited,
    ...result,
    perSecond: rate.perSecond,
    recovery: recoveryOf(probed, result, seconds),
  };
}

/** What the probes' p99 was before, and how long after the overload it was normal again; both in ms. */
function recoveryOf(probed, overload, seconds) {
  const at = (request) => probed.startedAt + (request * 1_000) / PROBES.perSecond;
  const between = (from, to) =>
    [...probed.statuses.keys()].filter((request) => at(request) >= from && at(request) < to);
  const p99Of = (requests) => distributionOf(requests.map((request) => probed.latencyMs[request])).p99;
  const endAt = overload.startedAt + seconds * 1_000;
  const beforeMs = p99Of(between(probed.startedAt, overload.startedAt));
  const isNormal = (requests) =>
    requests.every((request) => probed.statuses[request] === PROBE.status) &&
    p99Of(requests) <= Math.max(NORMAL_MS, 2 * beforeMs);
  for (let afterMs = 0; endAt + afterMs + WINDOW_MS <= at(probed.planned); afterMs += WINDOW_MS)
    if (isNormal(between(endAt + afterMs, endAt + afterMs + WINDOW_MS))) return { beforeMs, afterMs };
  return { beforeMs, afterMs: Number.POSITIVE_INFINITY };
}
