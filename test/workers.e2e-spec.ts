import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor, signIn } from './support/gateway.js';

const PROGRAM = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));

it('S16: WORKERS share sessions and logouts in one SQLite file, and their metrics are summed', async () => {
  const workers = await startWorkers(3);
  const { url, gateway } = workers;
  const call = (cookie: string) =>
    request(url)
      .get('/api/connect/v1/categories')
      .set('Cookie', cookie)
      .then(
        ({ status }) => status,
        () => 0,
      );
  const statuses = async (cookie: string) => new Set(await Promise.all(Array.from({ length: 30 }, () => call(cookie))));
  try {
    await expect.poll(() => call('none')).toBe(401);
    const cookie = await signIn(url);
    expect(await statuses(cookie)).toEqual(new Set([200]));
    const counted = () =>
      workers.sample(
        /_count\{http_request_method="GET",http_route="\S*categories",http_response_status_code="200"\} (\d+)/,
      );
    await expect.poll(counted).toBe(30);
    await request(url).post('/auth/logout').set({ Cookie: cookie, 'X-CSRF': '1' }).expect(200);
    await expect.poll(() => statuses(cookie)).toEqual(new Set([401]));
  } finally {
    gateway.kill('SIGINT');
    await once(gateway, 'exit');
    await workers.close();
  }
  expect(gateway.exitCode).toBe(0);
});

interface Workers {
  readonly gateway: ChildProcess;
  readonly url: string;
  readonly pids: () => number[];
  readonly sample: (pattern: RegExp) => Promise<number>;
  close(): Promise<void>;
}

/** A supervisor with so many workers and a metrics port. */
async function startWorkers(count = 2): Promise<Workers> {
  const [platform, identity, port, metricsPort] = await Promise.all([
    FakePlatform.start(),
    FakeIdentity.start(),
    freePort(),
    freePort(),
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'workers-'));
  const settings = {
    ...settingsFor(port, platform, identity),
    WORKERS: String(count),
    SESSION_STORE_URL: `sqlite:${join(directory, 'sessions.db')}`,
    METRICS_PORT: String(metricsPort),
  };
  const gateway = spawn(process.execPath, [PROGRAM], { env: { ...process.env, ...settings } });
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(async () => (await fetch(`${url}/health/live`).catch(() => undefined))?.status, { timeout: 20_000 })
    .toBe(200);
  const children = `/proc/${gateway.pid}/task/${gateway.pid}/children`;
  const pids = (): number[] => readFileSync(children, 'utf8').trim().split(' ').map(Number).filter(Boolean);
  await expect.poll(() => pids().length, { timeout: 20_000 }).toBe(count);
  return {
    gateway,
    url,
    pids,
    async sample(pattern) {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      expect(answer.status).toBe(200);
      return Number(pattern.exec(await answer.text())?.[1] ?? Number.NaN);
    },
    async close() {
      gateway.kill('SIGKILL');
      await Promise.all([platform.close(), identity.close()]);
      rmSync(directory, { recursive: true });
    },
  };
}

it('P10: WORKERS end on a signal also while all workers are down', async () => {
  const workers = await startWorkers();
  try {
    for (const pid of workers.pids()) process.kill(pid, 'SIGKILL');
    await expect.poll(() => workers.pids().length).toBe(0);
    workers.gateway.kill('SIGTERM');
    await expect.poll(() => workers.gateway.exitCode).toBe(0);
  } finally {
    await workers.close();
  }
});

it('O2: no counter decreases when a worker dies, and a hanging worker leaves the metrics unchanged', async () => {
  const workers = await startWorkers();
  const counted = () =>
    workers.sample(/server_request_duration_seconds_count\{[^}]*route="\/health\/live"[^}]*\} (\d+)/);
  try {
    for (let i = 0; i < 20; i++) await fetch(`${workers.url}/health/live`, { headers: { connection: 'close' } });
    await expect.poll(counted).toBeGreaterThanOrEqual(20);
    const before = await counted();
    expect(await workers.sample(/gateway_platform_breaker\{state="closed"\} (\d+)/)).toBe(1);
    const [first = 0, second = 0] = workers.pids();
    process.kill(first, 'SIGKILL');
    await expect.poll(() => workers.pids().includes(first)).toBe(false);
    expect(await counted()).toBeGreaterThanOrEqual(before);
    process.kill(second, 'SIGSTOP');
    expect(await counted()).toBeGreaterThanOrEqual(before);
    process.kill(second, 'SIGCONT');
    await expect.poll(() => workers.sample(/gateway_worker_restarts_total\{reason="ended"\} (\d+)/)).toBe(1);
  } finally {
    await workers.close();
  }
});
