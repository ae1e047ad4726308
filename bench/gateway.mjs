import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ANY_CORE, find, LOAD_CORE, SUBJECT_CORE } from './machine.mjs';
import { freePort, listening, start, stop } from './processes.mjs';
import { scratchDirectory } from './scratch.mjs';
import { signIn } from './sign-in.mjs';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const READY_POLL_MS = 5;
const READY_TIMEOUT_MS = 30_000;

/**
 * The gateway as `npm run start:prod` runs it: logs at info, metrics, sessions in SQLite.
 * @param {object} [settings] win over the usual ones
 * @param {string} [project] another build to compare with: a directory that holds `dist`
 * @param {boolean} [alone] on a core of its own, as subjects are
 * @param {string[]} [more] further options for its Node
 */
export async function startGateway({ upstreamUrl, issuer }, settings = {}, project = PROJECT, alone = true, more = []) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    // As in the image.
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '131072',
    MALLOC_MMAP_THRESHOLD_: '131072',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    PLATFORM_URL: `${upstreamUrl}/api/connect/v1`,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'connect-gateway',
    OIDC_CLIENT_SECRET: 'a-client-secret',
    SESSION_KEYS: randomBytes(32).toString('base64'),
    SESSION_STORE_URL: `sqlite:${join(scratchDirectory('gateway'), 'sessions.db')}`,
    METRICS_PORT: String(await freePort()),
    LOG_LEVEL: 'info',
    ...settings,
  };
  const startedAt = performance.now();
  const command = [process.execPath, ...extraOptions(), ...more, ...productionArguments()];
  const child = start(command, { core: alone ? SUBJECT_CORE : ANY_CORE, env, cwd: project });
  await listening(child, port);
  await ready(url);
  const metricsUrl = `http://127.0.0.1:${env.METRICS_PORT}/metrics`;
  return { child, pid: child.pid, url, metricsUrl, readyMs: performance.now() - startedAt };
}

export async function signInAtGateway({ url }) {
  return { Cookie: await signIn(`${url}/auth/login?returnTo=/`) };
}

/** The gateway with its sessions in Redis. */
export async function startGatewayOnRedis(world) {
  const redis = find('redis-server') ?? find('valkey-server');
  if (redis === undefined) throw new Error('redis-server is not installed');
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = start([redis, ...args], { core: LOAD_CORE, cwd: tmpdir() });
  await listening(child, port);
  try {
    return await startGateway(world, { SESSION_STORE_URL: `redis://127.0.0.1:${port}` });
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** What `npm run start:prod` hands to Node, so that what is measured is what is run. */
function productionArguments() {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  return scripts['start:prod'].split(' ').slice(1);
}

/** Further options for the gateway's Node alone, such as `--cpu-prof` or a limit to try. */
function extraOptions() {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '');
}

async function ready(url) {
  for (const end = Date.now() + READY_TIMEOUT_MS; Date.now() < end; await sleep(READY_POLL_MS))
    if ((await fetch(`${url}/health/ready`)).status === 200) return;
  throw new Error('is not ready');
}
