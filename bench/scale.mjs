// What grows with the people who use it: `npm run bench -- --scale`.
import { measureStart } from './starts.mjs';
import { startGateway } from './gateway.mjs';
import { measureHeldConnections } from './held.mjs';
import { tableOf, tableOfWork } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { median } from './statistics.mjs';
import { startSubjects, SUBJECTS } from './subjects.mjs';
import { WORK } from './work.mjs';
import { measureWorkers } from './workers.mjs';
import { startWorld } from './world.mjs';

const STARTS = 5;
const STORES = ['gateway', 'gateway-redis'];
const ROUNDS = { rounds: 5, seconds: 3, warmUpSeconds: 6, connections: 32, isWanted: () => true };

/** The lines of the report: starts, connections, processes, stores. */
export async function measureScale() {
  const world = await startWorld();
  const parts = [reportStarts, measureHeldConnections, measureWorkers, reportStores];
  const lines = [];
  for (const part of parts) {
    lines.push(...(await part(world)), '');
    console.log(`Part ${parts.indexOf(part) + 1} of ${parts.length} done.`);
  }
  return lines.slice(0, -1);
}

async function reportStarts(world) {
  const { readyMs, idleMb } = await measureStart({ title: 'this gateway', start: startGateway }, world, STARTS);
  const rows = [
    ['seconds until ready', ...spread(readyMs).map((ms) => (ms / 1_000).toFixed(2))],
    ['MB in RAM at rest', ...spread(idleMb).map((mb) => mb.toFixed(0))],
  ];
  return [`### ${STARTS} starts`, tableOf(['what', 'median', 'least', 'most'], rows)];
}

async function reportStores(world) {
  const work = WORK.find(({ name }) => name === 'get-1kb');
  const subjects = await startSubjects(
    SUBJECTS.filter(({ name }) => STORES.includes(name)),
    world,
  );
  const { samples, failures } = await runRounds(subjects, [work], ROUNDS);
  if (failures.length > 0) throw new Error(failures.map(({ key, message }) => `${key}: ${message}`).join('; '));
  return [
    tableOfWork(subjects, { ...work, title: `${work.title}, ${ROUNDS.connections} connections, by store` }, samples),
  ];
}

function spread(values) {
  return [median(values), Math.min(...values), Math.max(...values)];
}
