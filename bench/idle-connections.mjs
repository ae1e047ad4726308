import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOAD_CORE, openFilesMax, residentMb } from './machine.mjs';
import { kill, own, start } from './processes.mjs';

const SETTLE_MS = 2_000;
/** Files that a process has open beside its connections. */
const OTHER_FILES = 200;

/** Memory of a fresh process with many connections that are open and say nothing. */
export async function measureIdleConnections({ start: startSubject, title }, world, wanted) {
  const connections = connectionsPossible(wanted);
  const server = await startSubject(world);
  await sleep(SETTLE_MS);
  const beforeMb = residentMb(server.pid);
  const { client, open } = await openConnections(server, connections, [
    `GET /health/live HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nAuthorization: Bearer x\r\n\r\n`,
  ]);
  await sleep(SETTLE_MS);
  const afterMb = residentMb(server.pid);
  await kill(client);
  await kill(server.child);
  return { title, connections: open, beforeMb, afterMb };
}

/** How many of these connections a process may have here; says so when it is fewer. */
export function connectionsPossible(wanted) {
  const connections = Math.min(wanted, openFilesMax() - OTHER_FILES);
  if (connections < wanted)
    console.log(`A process may have ${openFilesMax()} files open here: ${connections} connections.`);
  return connections;
}

/** Connections of a process of their own, which ask once each, take turns with the requests, and stay open. */
export async function openConnections({ url }, connections, requests) {
  const command = [process.execPath, own('connections.mjs'), new URL(url).port, String(connections)];
  const client = start(command, { core: LOAD_CORE, env: { REQUESTS: JSON.stringify(requests) } });
  const [report] = await Promise.race([once(client, 'message'), once(client, 'exit')]);
  return { client, open: report?.open ?? 0, good: report?.good ?? 0 };
}
