import { setTimeout as sleep } from 'node:timers/promises';
import { processorTime, residentMb } from './machine.mjs';
import { kill } from './processes.mjs';

const SETTLE_MS = 2_000;

/** Wall and CPU time until a fresh process is ready, and its memory at rest. */
export async function startOnce({ start }, world) {
  const startedAt = performance.now();
  const server = await start(world);
  const readyMs = server.readyMs ?? performance.now() - startedAt;
  const cpuMs = processorTime(server.pid) / 1_000;
  await sleep(SETTLE_MS);
  const idleMb = residentMb(server.pid);
  await kill(server.child);
  return { readyMs, cpuMs, idleMb };
}

/** The same of several processes, one after the other. */
export async function measureStart(subject, world, times) {
  const starts = [];
  for (let i = 0; i < times; i++) starts.push(await startOnce(subject, world));
  const figures = (name) => starts.map((one) => one[name]);
  return { title: subject.title, readyMs: figures('readyMs'), idleMb: figures('idleMb') };
}
