import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's directory; every command runs there. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const BIN = join(ROOT, 'node_modules', '.bin');
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Why a script cannot go on, in words for whoever started it. */
export class ScriptFault extends Error {}

/** Runs a script's steps; a fault is said and ends with 1, else the exit code is what they return. */
export async function main(steps) {
  try {
    process.exitCode = await steps();
  } catch (error) {
    if (!(error instanceof ScriptFault)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Runs a command whose output goes where ours goes, and gives its exit code. */
export function runAttached(command, args, { ipc = false } = {}) {
  // The channel of `ipc` closes when this process is gone, however it went: the child can end too.
  const stdio = ipc ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  return exitOf(spawn(command, args, { cwd: ROOT, stdio, env: withBin() }));
}

/** Runs a command whose output matters only when it fails. */
export async function runQuietly(command, args, env = withBin()) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env, shell: isScript(command) });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const code = await exitOf(child);
  if (code !== 0)
    throw new ScriptFault(
      `${Buffer.concat(output).toString().trimEnd()}\n\nFailed (${code}): ${command} ${args.join(' ')}`,
    );
}

/** Runs npm with the Node that it came with: the one in node_modules would be deleted while it runs. */
export function runNpm(...args) {
  const path = pathOf(process.env).filter((directory) => !directory.endsWith(join('node_modules', '.bin')));
  return runQuietly('npm', ['--loglevel=error', ...args], { ...process.env, PATH: path.join(delimiter) });
}

/** The directories that commands are looked for in. */
export function pathOf(env) {
  return (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
}

/** The environment of an npm script: the project's own commands come first. */
function withBin() {
  return { ...process.env, PATH: [BIN, ...pathOf(process.env)].join(delimiter) };
}

/** The exit code of a process, as a shell would give it. Signals to us go to it, so that the two end together. */
function exitOf(child) {
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ScriptFault(`${child.spawnfile} cannot be run: ${cause.message}`, { cause })),
    );
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** On Windows npm is a script that only a shell can run. */
function isScript(command) {
  return process.platform === 'win32' && command === 'npm';
}
