import { mkdirSync, writeFileSync } from 'node:fs';
import { chartOf } from './chart.mjs';
import { measureFootprint } from './footprint.mjs';
import { measureIdleConnections } from './idle-connections.mjs';
import { measureImports } from './imports.mjs';
import { measureHostile } from './hostile.mjs';
import { measureLatency } from './latency.mjs';
import { GENERATOR } from './load.mjs';
import { describeMachine, hasProcessorTimes, residentMb } from './machine.mjs';
import { parseOptions } from './options.mjs';
import { measureOverload } from './overload.mjs';
import { own } from './processes.mjs';
import { linesOfRatios } from './ratios.mjs';
import { tablesOf } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { measureScale } from './scale.mjs';
import { measureTls } from './tls.mjs';
import { measureVersions } from './versions.mjs';
import { measureWorkers } from './workers.mjs';
import { measureSoak } from './soak.mjs';
import { measureStart } from './starts.mjs';
import { otherGateway, startSubjects } from './subjects.mjs';
import { startWorld } from './world.mjs';

/** Each gives the lines of its report. */
const MODES = {
  imports: measureImports,
  versions: measureVersions,
  workers: async () => measureWorkers(await startWorld()),
  hostile: measureHostile,
  scale: measureScale,
  latency: measureLatency,
  overload: measureOverload,
  tls: measureTls,
  soak: measureSoak,
  footprint: measureFootprint,
};

try {
  process.exitCode = await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
// What was started is stopped as this process ends.
process.exit();

async function run(options) {
  if (!hasProcessorTimes()) throw new Error('The benchmark reads processor times from /proc, so it needs Linux.');
  const machine = `${describeMachine()}; load: ${GENERATOR}`;
  console.log(`${machine}${options.mode === undefined ? `, ${options.connections} connections` : ''}.\n`);
  return options.mode === undefined ? compare(options) : report(options, machine);
}

async function report(options, machine) {
  const lines = await MODES[options.mode](options);
  save({ [`${options.mode}.md`]: `${[`${machine}.`, '', ...lines].join('\n')}\n` });
  console.log(lines.join('\n'));
  return 0;
}

async function compare(options) {
  const world = await startWorld();
  const footprints = options.footprint ? await measureFootprints(options, world) : { start: [], idle: [] };
  const definitions = [...options.subjects, ...(options.against === undefined ? [] : [otherGateway(options.against)])];
  const subjects = await startSubjects(definitions, world);
  const before = memoryOf(subjects);
  const { samples, failures } = await runRounds(subjects, options.works, options);
  const memory = { before, after: memoryOf(subjects) };
  const tables = tablesOf(subjects, options.works, samples, memory, footprints);
  const ratios = linesOfRatios(
    samples,
    footprints.start.find(({ name }) => name === 'gateway'),
  );
  save({ 'tables.md': `${tables}\n`, 'ratios.txt': `${ratios.join('\n')}\n` });
  save({ 'chart.svg': chartOf(subjects, options.works, samples) });
  save({ 'samples.json': JSON.stringify(Object.fromEntries(samples), null, 2) });
  console.log(`\n${tables}\n`);
  for (const { key, message } of failures) console.log(`FAILED: ${key}: ${message}`);
  console.log(
    `Kept in bench/results. CPU is processor time per request; ratios are medians over rounds (least–most).\n`,
  );
  console.log(ratios.join('\n'));
  return failures.length > 0 ? 1 : 0;
}

async function measureFootprints({ subjects, starts, idleConnections, footprintOf }, world) {
  const start = [];
  const idle = [];
  for (const subject of subjects.filter(({ name }) => footprintOf.includes(name))) {
    start.push({
      name: subject.name,
      ...(await measureStart(subject, world, subject.name === 'gateway' ? starts : 1)),
    });
    if (idleConnections > 0) idle.push(await measureIdleConnections(subject, world, idleConnections));
  }
  console.log('Start-up and memory measured.');
  return { start, idle };
}

function memoryOf(subjects) {
  return new Map(subjects.map(({ name, pid }) => [name, residentMb(pid)]));
}

function save(files) {
  mkdirSync(own('results'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(own(`results/${name}`), content);
}
