// How long the gateway takes to start, and how much memory it takes: `npm run bench -- --footprint`.
import { setTimeout as sleep } from 'node:timers/promises';
import { largeForms, upload } from './documents.mjs';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { startGenerator } from './generator.mjs';
import { residentMb } from './machine.mjs';
import { memoryDuring } from './memory.mjs';
import { kill } from './processes.mjs';
import { IDLE_MB_BAR } from './ratios.mjs';
import { fixed, tableOf, verdictOf } from './report.mjs';
import { runSlot } from './slots.mjs';
import { startOnce } from './starts.mjs';
import { median, medianOf } from './statistics.mjs';
import { buildsOf, callersOf, definitionsOf } from './subjects.mjs';
import { WORK } from './work.mjs';
import { startWorld } from './world.mjs';

const FULL = {
  names: ['gateway', 'raw', 'fastify', 'express-session'],
  starts: 5,
  seconds: 20,
  imports: 20,
  settleMs: 15_000,
};
const QUICK = { names: ['gateway', 'fastify'], starts: 3, seconds: 5, imports: 4, settleMs: 5_000 };
const BUSY = ['gateway', 'fastify'];
/** Each with a session and a connection, which takes its turn about once a second. */
const CALLERS = 1_000;
const BUSY_LOAD = { perSecond: 1_000, open: CALLERS, limit: CALLERS };
const MEMORY_EVERY_MS = 100;
const REST_MS = 2_000;
/** Start by that of @fastify/http-proxy; MB more with busy callers, and after imports, than at rest. */
const BARS = { start: 1.3, busyMb: 30, importsMb: 40 };

/** The lines of the report. */
export async function measureFootprint({ quick, against }) {
  const scale = quick ? QUICK : FULL;
  const world = await startWorld();
  const starts = await measureStarts(definitionsOf(scale.names, against), world, scale);
  console.log('Starts measured.');
  const busy = [];
  for (const definition of definitionsOf(BUSY, against)) busy.push(await measureBusy(definition, world, scale));
  console.log('Busy callers measured.');
  const importing = [];
  for (const build of buildsOf(against)) importing.push(await measureImporting(build, scale));
  return [...linesOfStarts(starts, scale), '', ...linesOfMemory(busy, importing, scale)];
}

/** In turns, so that all have the same neighbours on the machine. */
async function measureStarts(definitions, world, { starts: times }) {
  const starts = definitions.map(({ name, title }) => ({ name, title, samples: [] }));
  for (let i = 0; i < times; i++)
    for (const [at, definition] of definitions.entries()) starts[at].samples.push(await startOnce(definition, world));
  return starts;
}

async function measureBusy(definition, world, { seconds }) {
  const subject = { ...definition, ...(await definition.start(world)) };
  const generator = startGenerator();
  const work = WORK.find(({ name }) => name === 'get-1kb');
  await sleep(REST_MS);
  const restMb = residentMb(subject.pid);
  const callers = await callersOf(subject, CALLERS, world);
  const { mbs } = await memoryDuring(subject.pid, MEMORY_EVERY_MS, () =>
    runSlot({ generator, upstream: world.upstream }, callers, work, { ...BUSY_LOAD, seconds }),
  );
  for (const { child } of [subject, { child: generator }]) await kill(child);
  return { title: subject.title, restMb, medianMb: median(mbs), mostMb: Math.max(...mbs) };
}

/** On all cores, since documents are checked by threads of their own. */
async function measureImporting({ title, project }, { imports, settleMs }) {
  const gateway = await startGateway(await startWorld('importer.mjs'), {}, project, false);
  const caller = { ...gateway, headers: await signInAtGateway(gateway) };
  const forms = largeForms();
  await sleep(REST_MS);
  const restMb = residentMb(gateway.pid);
  for (let i = 0; i < imports; i++) await upload(caller, forms[i % forms.length]);
  await sleep(settleMs);
  const afterMb = residentMb(gateway.pid);
  await kill(gateway.child);
  return { title, restMb, afterMb };
}

function linesOfStarts(starts, { starts: times }) {
  const fastify = starts.find(({ name }) => name === 'fastify');
  const gateway = starts.find(({ name }) => name === 'gateway');
  const ratioOf = (name) => median(gateway.samples.map((one, i) => one[name] / fastify.samples[i][name]));
  return [
    `### ${times} starts each, in turns`,
    tableOf(
      ['subject', 'wall ms', 'CPU ms', 'MB at rest'],
      starts.map((one) => [
        one.title,
        ...['readyMs', 'cpuMs', 'idleMb'].map((name) => fixed(medianOf(one.samples, name), 0)),
      ]),
    ),
    '',
    verdictOf('start until ready, wall time, gateway / @fastify/http-proxy', ratioOf('readyMs'), BARS.start),
    verdictOf('start until ready, CPU time, gateway / @fastify/http-proxy', ratioOf('cpuMs'), BARS.start),
    verdictOf('memory at rest', medianOf(gateway.samples, 'idleMb'), IDLE_MB_BAR, 'MB', 0),
  ];
}

function linesOfMemory(busy, importing, { seconds, imports, settleMs }) {
  return [
    `### Memory with ${CALLERS} sessions, a connection each, ${BUSY_LOAD.perSecond} requests a second for ${seconds} s; MB in RAM`,
    tableOf(
      ['subject', 'at rest', 'busy, median', 'busy, most'],
      busy.map(({ title, restMb, medianMb, mostMb }) => [
        title,
        ...[restMb, medianMb, mostMb].map((mb) => fixed(mb, 0)),
      ]),
    ),
    '',
    `### Memory ${settleMs / 1_000} s after ${imports} imports; MB in RAM`,
    tableOf(
      ['subject', 'at rest', 'after'],
      importing.map(({ title, restMb, afterMb }) => [title, ...[restMb, afterMb].map((mb) => fixed(mb, 0))]),
    ),
    '',
    verdictOf('memory with busy callers, more than at rest', busy[0].mostMb - busy[0].restMb, BARS.busyMb, 'MB', 0),
    verdictOf(
      'memory after imports, more than at rest',
      importing[0].afterMb - importing[0].restMb,
      BARS.importsMb,
      'MB',
      0,
    ),
  ];
}
