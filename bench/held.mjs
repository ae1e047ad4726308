// What connections cost that are open and say nothing, each of which was a signed-in person's.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionsPossible, openConnections } from './footprint.mjs';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { load } from './load.mjs';
import { residentMb } from './machine.mjs';
import { stop } from './processes.mjs';
import { tableOf } from './report.mjs';
import { checkAnswer, requestOf, WORK } from './work.mjs';

const WANTED = 10_000;
const SESSIONS = 100;
const LOAD = { connections: 32, seconds: 5 };
const REST_MS = 5_000;
const work = WORK.find(({ name }) => name === 'get-1kb');

/**
 * The lines of the report. Code is compiled and memory taken by a load before the first figure, so that what follows is
 * of the connections alone.
 */
export async function measureHeldConnections(world) {
  const gateway = await startGateway(world);
  const callers = [];
  for (let i = 0; i < SESSIONS; i++) callers.push({ ...gateway, headers: await signInAtGateway(gateway) });
  await ask(callers[0]);
  const without = await ask(callers[0]);
  await sleep(REST_MS);
  const before = residentMb(gateway.pid);
  const { client, open, good } = await openConnections(gateway, connectionsPossible(WANTED), callers.map(textOf));
  if (good === 0 || good < open) throw new Error(`${good} of ${open} connections got a 200. ${client.complaints}`);
  await sleep(REST_MS);
  const held = residentMb(gateway.pid);
  const beside = await ask(callers[0]);
  const stillOpen = await openOf(client);
  await stop(client);
  await sleep(REST_MS);
  const after = residentMb(gateway.pid);
  await stop(gateway.child);
  if (stillOpen < open) throw new Error(`Only ${stillOpen} of ${open} connections stayed open.`);
  return [
    `### ${open} idle connections of ${SESSIONS} sessions, each of which got one answer`,
    tableOf(
      ['connections', 'MB in RAM', 'p50 ms', 'p99 ms', 'req/s'],
      [rowOf('none', before, without), rowOf(`${open} open`, held, beside), [`${open} closed`, mb(after), '', '', '']],
    ),
    '',
    `${(((held - before) * 1024) / open).toFixed(1)} KB a connection. Latency is that of ${work.title} on ` +
      `${LOAD.connections} further connections, for ${LOAD.seconds} s.`,
  ];
}

async function ask(caller) {
  await checkAnswer(work, caller);
  const result = await load(requestOf(work, caller), LOAD);
  const failed = result.refused + result.broken;
  if (failed > 0 || result.requests === 0) throw new Error(`${failed} of ${result.requests} requests failed.`);
  return result;
}

function textOf(caller) {
  const { method, headers } = requestOf(work, caller);
  const fields = Object.entries({ Host: new URL(caller.url).host, ...headers });
  return `${method} ${work.path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function openOf(client) {
  return new Promise((resolve) => {
    client.once('message', ({ open }) => resolve(open));
    client.send('how many');
  });
}

function rowOf(title, residentMb, { p50Us, p99Us, requests, us }) {
  const perSecond = Math.round((requests * 1e6) / us);
  return [title, mb(residentMb), (p50Us / 1_000).toFixed(2), (p99Us / 1_000).toFixed(2), String(perSecond)];
}

function mb(value) {
  return value.toFixed(0);
}
