import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pinned } from './machine.mjs';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 10;

/** Everything that was started and still runs. */
const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** The path of one of the benchmark's own files. */
export function own(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}

/**
 * Starts a program on a core; it ends with the benchmark. Its standard error is kept, to say why it failed.
 * @param {readonly string[]} command
 */
export function start(command, { core, env = {}, cwd }) {
  const [program, ...args] = pinned(core, command);
  const child = spawn(program, args, {
    cwd,
    // As in production: the settings of whoever runs the benchmark are not the subject's.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.complaints = '';
  child.stderr.on('data', (chunk) => (child.complaints = (child.complaints + chunk).slice(-4_000)));
  child.on('error', (error) => (child.complaints += error.message));
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts one of the servers of the benchmark and waits until it listens. */
export async function startServer(file, { core, env = {} }) {
  const port = await freePort();
  const child = start([process.execPath, own(`servers/${file}`)], { core, env: { ...env, PORT: String(port) } });
  await listening(child, port);
  return { child, pid: child.pid, url: `http://127.0.0.1:${port}` };
}

/** Waits until a program listens on its port; what it had to say is in the error when it does not. */
export async function listening(child, port) {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; await sleep(POLL_MS)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(child.complaints.trim().split('\n')[0] || `ended with ${child.exitCode ?? child.signalCode}`);
    if (await accepts(port)) return;
  }
  await stop(child);
  throw new Error(`does not listen after ${START_TIMEOUT_MS / 1_000} s`);
}

/** Ends a program as in production: the gateway then keeps answering for three seconds, and takes its workers along. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

/** Ends a single process at once, for what needs no leave-taking. */
export async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
