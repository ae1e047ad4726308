import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { find, LOAD_CORE, pinned } from './machine.mjs';
import { own } from './processes.mjs';
import { scratchDirectory } from './scratch.mjs';

const WRK = find('wrk');
const GRACE_MS = 30_000;

/** What makes the load: wrk where it is installed, since it takes a fifth of the processor that autocannon takes. */
export const GENERATOR = WRK === undefined ? 'autocannon' : 'wrk';

/**
 * Asks the same thing again and again over some connections for some seconds.
 * @returns {Promise<{ requests: number, us: number, bytes: number, refused: number, broken: number, p50Us: number, p99Us: number }>}
 */
export async function load(request, { connections, seconds }) {
  const command =
    WRK === undefined ? withAutocannon(request, connections, seconds) : withWrk(request, connections, seconds);
  const [program, ...args] = pinned(LOAD_CORE, command);
  const { stdout } = await promisify(execFile)(program, args, { timeout: seconds * 1_000 + GRACE_MS });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function withWrk({ url, method, headers, body }, connections, seconds) {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', own('load.lua'), ...fields, url];
  return [WRK, ...args, '--', method, ...(body === undefined ? [] : [fileOf(body)])];
}

function withAutocannon(request, connections, seconds) {
  return [process.execPath, own('load.autocannon.mjs'), JSON.stringify({ request, connections, seconds })];
}

const files = new Map();

/** wrk's script reads the body from a file; one for each body will do. */
function fileOf(body) {
  const file = files.get(body) ?? join(scratchDirectory('body'), 'body');
  if (!files.has(body)) writeFileSync(file, body);
  files.set(body, file);
  return file;
}
