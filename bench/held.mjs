// What connections cost that are open and say nothing, each of which was a signed-in person's.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionsPossible, openConnections } from './idle-connections.mjs';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { residentMb } from './machine.mjs';
import { kill } from './processes.mjs';
import { tableOf, tableOfWork } from './report.mjs';
import { measure } from './rounds.mjs';
import { requestHeadOf, WORK } from './work.mjs';

const WANTED = 10_000;
const SESSIONS = 100;
const LOAD = { connections: 32, seconds: 5 };
const WARM_UP = { connections: 32, seconds: 10 };
const REST_MS = 5_000;
const work = WORK.find(({ name }) => name === 'get-1kb');

/**
 * The lines of the report. Code is compiled and memory taken by a load before the first figure, so that what follows is
 * of the connections alone; the load after them tells their latency from the machine's.
 */
export async function measureHeldConnections(world) {
  const gateway = await startGateway(world);
  const callers = [];
  for (let i = 0; i < SESSIONS; i++) callers.push({ ...gateway, headers: await signInAtGateway(gateway) });
  await measure(callers[0], work, WARM_UP);
  const before = await phaseOf('none', callers[0]);
  const restingMb = await settled(gateway);
  const requests = callers.map((caller) => requestHeadOf(work, caller));
  const { client, open, good } = await openConnections(gateway, connectionsPossible(WANTED), requests);
  if (open === 0 || good < open) throw new Error(`${good} of ${open} connections got a 200. ${client.complaints}`);
  const heldMb = await settled(gateway);
  const beside = await phaseOf(`${open} open`, callers[0]);
  const stillOpen = await openOf(client);
  if (stillOpen < open) throw new Error(`Only ${stillOpen} of ${open} connections stayed open.`);
  await kill(client);
  const closedMb = await settled(gateway);
  const afterwards = await phaseOf(`${open} closed`, callers[0]);
  await kill(gateway.child);
  return linesOf(open, [restingMb, heldMb, closedMb], [before, beside, afterwards]);
}

async function phaseOf(title, caller) {
  return { name: title, title, sample: await measure(caller, work, LOAD) };
}

async function settled({ pid }) {
  await sleep(REST_MS);
  return residentMb(pid);
}

function openOf(client) {
  return new Promise((resolve) => {
    client.once('message', ({ open }) => resolve(open));
    client.send('how many');
  });
}

function linesOf(open, mbs, phases) {
  const [restingMb, heldMb] = mbs;
  const samples = new Map(phases.map(({ name, sample }) => [`${name} ${work.name}`, [sample]]));
  return [
    `### ${open} idle connections of ${SESSIONS} sessions, each of which got one answer`,
    tableOf(
      ['connections', 'MB in RAM'],
      phases.map(({ title }, i) => [title, mbs[i].toFixed(0)]),
    ),
    '',
    `${(((heldMb - restingMb) * 1024) / open).toFixed(1)} KB a connection.`,
    '',
    tableOfWork(phases, { ...work, title: `${work.title} on ${LOAD.connections} others beside them` }, samples),
  ];
}
