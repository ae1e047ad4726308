// What the gateway adds to the latency of a request, at fixed rates: `npm run bench -- --latency`.
import { startGenerator } from './generator.mjs';
import { fixed, tableOf, verdictOf } from './report.mjs';
import { saturationOf } from './rounds.mjs';
import { isQuiet, runSlot, summaryOf } from './slots.mjs';
import { callersOf, definitionsOf, startSubjects } from './subjects.mjs';
import { WAITED_MAX } from './waiting.mjs';
import { WORK } from './work.mjs';
import { startWorld } from './world.mjs';

const RATE = 2_000;
const SHARE_OF_SATURATION = 0.7;
/** More than this takes a core of the generator alone. */
const RATE_MAX = 15_000;
const FULL = { names: ['gateway', 'fastify', 'express-session', 'nginx'], wanted: 5, rounds: 9, seconds: 4 };
const QUICK = { names: ['gateway', 'fastify'], wanted: 3, rounds: 5, seconds: 2 };
/** What the gateway may add, in ms. */
const BARS = { p50: 0.5, p99: 3, p999: 10 };
const NAMES = { p50: 'p50', p99: 'p99', p999: 'p99.9', max: 'max' };
/** One person may have 256 calls at one time: fewer than a stall can make wait. */
const PEOPLE = 16;
const work = WORK.find(({ name }) => name === 'get-1kb');

/** The lines of the report. */
export async function measureLatency({ quick, against }) {
  const scale = quick ? QUICK : FULL;
  const world = await startWorld();
  const run = { generator: startGenerator(), upstream: world.upstream };
  const cells = await cellsOf(world, scale.names, against);
  await warmUp(run, cells);
  for (let round = 1; round <= scale.rounds; round++) {
    const open = cells.filter(({ slots }) => slots.filter(isQuiet).length < scale.wanted);
    if (open.length === 0) break;
    for (const { callers, perSecond, slots } of open)
      slots.push(await runSlot(run, callers, work, { perSecond, seconds: scale.seconds }));
    console.log(`Round ${round} of at most ${scale.rounds}: ${open.length} of ${cells.length} cells.`);
  }
  return linesOf(cells, scale);
}

/** Each subject at each rate, behind the same rate without a gateway. */
async function cellsOf(world, names, against) {
  const subjects = await startSubjects(definitionsOf(names, against), world);
  const headers = { Authorization: `Bearer ${world.token}` };
  const direct = [{ name: 'direct', title: 'no gateway', ...world.upstream, headers }];
  const first = cellOf(direct, RATE);
  const cells = [first];
  for (const subject of subjects) {
    const callers = await callersOf(subject, PEOPLE, world);
    const saturation = await saturationOf(subject, work);
    const perSecond = Math.min(RATE_MAX, Math.round(SHARE_OF_SATURATION * saturation));
    const alone = cellOf(direct, perSecond);
    cells.push(cellOf(callers, RATE, first), alone, { ...cellOf(callers, perSecond, alone), saturation });
  }
  return cells.toSorted((a, b) => Number(b.perSecond === RATE) - Number(a.perSecond === RATE));
}

function cellOf(callers, perSecond, alone) {
  return { subject: callers[0], callers, perSecond, alone, slots: [] };
}

/** The first slots of the generator are those of code that is not compiled yet. */
async function warmUp(run, cells) {
  for (const { callers, perSecond } of cells) await runSlot(run, callers, work, { perSecond, seconds: 1 });
}

function linesOf(cells, { seconds }) {
  const results = new Map(cells.map((cell) => [cell, summaryOf(cell.slots)]));
  const rows = (part) => cells.map((cell) => rowOf(cell, results.get(cell), results.get(cell.alone), part));
  const columns = ['subject', 'req/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', '+p50', '+p99', '+p99.9', 'slots'];
  return [
    `### ${work.title} at fixed rates: medians of slots of ${seconds} s, and what the gateway adds`,
    tableOf(columns, rows('medians')),
    '',
    '### The higher rates, and the requests per second in a closed loop',
    tableOf(
      ['subject', 'saturation/s', 'req/s', 'share %'],
      cells.filter(({ saturation }) => saturation !== undefined).map(saturationRowOf),
    ),
    '',
    '### All requests of the slots together',
    tableOf(columns, rows('together')),
    '',
    '### Share of the time that processes waited while others had their core, and how late requests were sent; all slots',
    tableOf(
      ['subject', 'req/s', 'subject %', 'upstream %', 'generator %', 'p50 ms', 'p99 ms', 'max ms', 'connections'],
      cells.map((cell) => waitedRowOf(cell, results.get(cell))),
    ),
    '',
    `A slot counts if subject and generator waited for others for at most ${WAITED_MAX * 100} % of it.`,
    '',
    ...cells
      .filter(({ subject }) => subject.name === 'gateway')
      .flatMap((cell) => verdictsOf(cell, results.get(cell), results.get(cell.alone))),
  ];
}

function rowOf({ subject, perSecond }, { kept, of, ...result }, alone, part) {
  const figures = Object.keys(NAMES).map((figure) => result[part][figure]);
  const added = Object.keys(BARS).map((figure) => result[part][figure] - alone?.[part][figure]);
  return [subject.title, String(perSecond), ...[...figures, ...added].map((ms) => fixed(ms, 2)), `${kept} of ${of}`];
}

function saturationRowOf({ subject, saturation, perSecond }) {
  return [subject.title, fixed(saturation, 0), String(perSecond), fixed((perSecond / saturation) * 100, 0)];
}

function waitedRowOf({ subject, perSecond }, { waited, latenessMs, connections }) {
  const shares = [waited.subject, waited.upstream, waited.generator].map((share) => fixed(share * 100, 1));
  const lateness = [latenessMs.p50, latenessMs.p99, latenessMs.max].map((ms) => fixed(ms, 2));
  return [subject.title, String(perSecond), ...shares, ...lateness, String(connections)];
}

function verdictsOf({ perSecond }, ours, alone) {
  return Object.entries(BARS).map(([figure, bar]) => {
    const added = ours.medians[figure] - alone.medians[figure];
    return verdictOf(`${NAMES[figure]} that the gateway adds at ${perSecond}/s`, added, bar, 'ms');
  });
}
