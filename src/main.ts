#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, setSourceMapsSupport } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** The Node version required for node:sqlite without a flag and type-stripped workers. */
const MIN_NODE = [24, 15] as const;

type Bootstrap = typeof import('./bootstrap.js');
type Check = typeof import('./check.js');

/** The gateway in a few files, which `npm run build` makes; `nest build` alone leaves its modules beside this one. */
const BUNDLE = new URL('../bundle/', import.meta.url);
const isBundled = existsSync(BUNDLE);

/** What V8 has compiled at earlier starts; where it cannot be written, each start compiles again. */
const COMPILED = fileURLToPath(new URL('../compiled', import.meta.url));

/** The Node binary that `npm ci` installed. */
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
    const { check } = await (isBundled ? bundled<Check>('check') : import('./check.js'));
    process.exit(await check(process.argv.slice(3), (line) => process.stdout.write(`${line}\n`)));
  }
  process.stderr.write(`Unknown command ${command}. Usage: gateway [check [--print]]\n`);
  process.exitCode = 2;
}

/**
 * Starts the gateway. Nearly all memory allocated at startup is kept, which makes V8 grow its young generation 32-fold:
 * 40 MB of RAM that are not needed at rest. It may grow once the gateway listens and there is load.
 */
async function startSmall(): Promise<void> {
  // For our own code only, which stack traces in the log are read for; those of all libraries take 4 MB.
  setSourceMapsSupport(true);
  // One thread collects such a small young generation faster than several can synchronise: 2 % of all CPU.
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--semi-space-growth-factor=1');
  // Thousands of small modules gain nothing from it.
  if (isBundled) enableCompileCache(COMPILED);
  const { start } = await (isBundled ? bundled<Bootstrap>('bootstrap') : import('./bootstrap.js'));
  await start();
  flushCompileCache();
  setFlagsFromString('--semi-space-growth-factor=2');
  // After each pause in the calls V8 would scan all live objects, 50 MB, for every 5 MB of new garbage, and discard its
  // statistics about requests. It gets half of the space that it takes under lasting load.
  setFlagsFromString('--heap-growing-percent=100');
}

function bundled<T>(program: string): Promise<T> {
  return import(new URL(`${program}.cjs`, BUNDLE).href) as Promise<T>;
}

/** Runs this program again with the pinned Node; signals are forwarded, and neither process outlives the other. */
function runWithPinnedNode(): void {
  const child = spawn(PINNED_NODE, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
}
