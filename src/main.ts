#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setSourceMapsSupport } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** node:sqlite without a flag and type-stripped workers need it. */
const MIN_NODE = [24, 15] as const;

/** The Node that `npm ci` brought along. */
const PINNED_NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isRecent = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);

if (isRecent) await run(process.argv[2]);
else if (existsSync(PINNED_NODE)) runWithPinnedNode();
else {
  process.stderr.write(`The gateway needs Node ${MIN_NODE.join('.')} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
}

async function run(command: string | undefined): Promise<void> {
  if (command === undefined) return startSmall();
  if (command === 'check') {
    const { check } = await import('./check.js');
    process.exit(await check(process.argv.slice(3), (line) => process.stdout.write(`${line}\n`)));
  }
  process.stderr.write(`Unknown command ${command}. Usage: gateway [check [--print]]\n`);
  process.exitCode = 2;
}

/**
 * Starts the gateway. Nearly all that a start allocates stays, which V8 takes for a reason to make its young generation
 * 32 times as large: 40 MB of RAM that are not needed at rest. It may grow once the gateway listens and there is load.
 */
async function startSmall(): Promise<void> {
  // For our own code alone, which is what stacks in the log are read for; those of all libraries take 4 MB.
  setSourceMapsSupport(true);
  // A young generation this small is cleared by one thread in less time than several take to agree: 2 % of all CPU.
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--semi-space-growth-factor=1');
  await import('./bootstrap.js');
  setFlagsFromString('--semi-space-growth-factor=2');
  // After each pause in the calls V8 would look through all that lives here, 50 MB, for every 5 MB of new garbage, and
  // forget what it had learnt about requests. It gets half of the room that it takes under lasting load.
  setFlagsFromString('--heap-growing-percent=100');
}

/** Runs this program again with the pinned Node; signals go through, and neither outlives the other. */
function runWithPinnedNode(): void {
  const child = spawn(PINNED_NODE, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
}
