import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOAD_CORE, openFilesMax, residentMb } from './machine.mjs';
import { own, start, stop } from './processes.mjs';

const SETTLE_MS = 2_000;
/** Files that a process has open beside its connections. */
const OTHER_FILES = 200;

/** Time to ready and memory at rest, of fresh processes. */
export async function measureStart({ start: startSubject, title }, world, times) {
  const readyMs = [];
  const idleMb = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    const server = await startSubject(world);
    readyMs.push(server.readyMs ?? performance.now() - startedAt);
    await sleep(SETTLE_MS);
    idleMb.push(residentMb(server.pid));
    await stop(server.child);
  }
  return { title, readyMs, idleMb };
}

/** Memory of a fresh process with many connections that are open and say nothing. */
export async function measureIdleConnections({ start: startSubject, title }, world, wanted) {
  const connections = Math.min(wanted, openFilesMax() - OTHER_FILES);
  if (connections < wanted)
    console.log(`A process may have ${openFilesMax()} files open here: ${connections} connections.`);
  const server = await startSubject(world);
  await sleep(SETTLE_MS);
  const beforeMb = residentMb(server.pid);
  const port = new URL(server.url).port;
  const client = start([process.execPath, own('connections.mjs'), port, String(connections)], { core: LOAD_CORE });
  const opened = await Promise.race([once(client, 'message'), once(client, 'exit')]);
  await sleep(SETTLE_MS);
  const afterMb = residentMb(server.pid);
  await stop(client);
  await stop(server.child);
  return { title, connections: opened[0]?.open ?? 0, beforeMb, afterMb };
}
