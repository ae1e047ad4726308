import { readdirSync, readFileSync } from 'node:fs';

// The image's health check. A process that answers nothing for half a minute hangs, and is killed so that it is started
// again: Docker itself only notes that a container is unhealthy. Where the gateway is process 1 the kernel protects it from
// this, so run the container with an init (`docker run --init`, `init: true`).

const TRIES = 3;
const TRY_MS = 8_000;
const PAUSE_MS = 1_000;
const PROGRAM = 'dist/src/main.js';

const url = `http://127.0.0.1:${process.env.PORT || 3000}/health/live`;

/** Whether the gateway is alive: it answers, whatever it answers; a refused connection is for the orchestrator to see. */
async function isAlive() {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(TRY_MS) })).ok;
  } catch (error) {
    return error.name === 'TimeoutError' ? undefined : false;
  }
}

/** The ids of processes that run the gateway. */
function gateways() {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(PROGRAM);
    } catch {
      return false;
    }
  });
}

for (let i = 0; i < TRIES; i++) {
  const answer = await isAlive();
  if (answer !== undefined) process.exit(answer ? 0 : 1);
  await new Promise((resolve) => void setTimeout(resolve, PAUSE_MS));
}
for (const pid of gateways()) process.kill(Number(pid), 'SIGKILL');
process.exit(1);
