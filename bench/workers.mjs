// One process against several behind one port: `npm run bench -- --workers`.
import { readFileSync } from 'node:fs';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { load } from './load.mjs';
import { processorTime, residentMb } from './machine.mjs';
import { stop } from './processes.mjs';
import { tableOf } from './report.mjs';
import { medianOf } from './statistics.mjs';
import { checkAnswer, requestOf, WORK } from './work.mjs';

const WORKERS = [1, 2];
const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 64;
const work = WORK.find(({ name }) => name === 'get-1kb');

/** The lines of the report. All share all cores, load and upstream too: what is gained is what they leave. */
export async function measureWorkers(world) {
  const gateways = [];
  for (const workers of WORKERS) gateways.push(await start(world, workers));
  for (let round = 0; round <= ROUNDS; round++)
    for (const gateway of gateways) {
      const sample = await measure(gateway);
      if (round > 0) gateway.samples.push(sample);
    }
  const rows = gateways.map(rowOf);
  for (const { child } of gateways) await stop(child);
  return [
    `### Processes behind one port, GET list 1 KB, ${CONNECTIONS} connections (load and upstream on the same cores)`,
    tableOf(['WORKERS', 'req/s', 'CPU µs', 'p50 ms', 'p99 ms', 'MB in RAM'], rows),
  ];
}

async function start(world, workers) {
  const server = await startGateway(world, { WORKERS: String(workers) }, undefined, false);
  return { workers, ...server, headers: await signInAtGateway(server), samples: [] };
}

async function measure(gateway) {
  await checkAnswer(work, gateway);
  const before = cpuOf(gateway.pid);
  const { requests, us, refused, broken, p50Us, p99Us } = await load(requestOf(work, gateway), {
    connections: CONNECTIONS,
    seconds: SECONDS,
  });
  // One session, found by whichever process is asked.
  if (refused + broken > 0) throw new Error(`${refused + broken} of ${requests} requests were not answered well`);
  return { cpuUs: (cpuOf(gateway.pid) - before) / requests, perSecond: (requests * 1e6) / us, p50Us, p99Us };
}

function rowOf({ workers, pid, samples }) {
  const figure = (name) => medianOf(samples, name);
  return [
    String(workers),
    figure('perSecond').toFixed(0),
    figure('cpuUs').toFixed(1),
    (figure('p50Us') / 1_000).toFixed(2),
    (figure('p99Us') / 1_000).toFixed(2),
    treeOf(pid)
      .reduce((sum, one) => sum + residentMb(one), 0)
      .toFixed(0),
  ];
}

function cpuOf(pid) {
  return treeOf(pid).reduce((sum, one) => sum + processorTime(one), 0);
}

/** A process and its children. */
function treeOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').map(Number))];
}
