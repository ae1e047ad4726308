import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor, signIn } from './support/gateway.js';

const PROGRAM = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));

it('S16: WORKERS share sessions and logouts through one SQLite file, and add up their metrics', async () => {
  const [platform, identity, port, metricsPort] = await Promise.all([
    FakePlatform.start(),
    FakeIdentity.start(),
    freePort(),
    freePort(),
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'workers-'));
  const settings = {
    ...settingsFor(port, platform, identity),
    WORKERS: '3',
    SESSION_STORE_URL: `sqlite:${join(directory, 'sessions.db')}`,
    METRICS_PORT: String(metricsPort),
  };
  const gateway = spawn(process.execPath, [PROGRAM], { env: { ...process.env, ...settings }, stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  const call = (cookie: string) =>
    request(url)
      .get('/api/connect/v1/categories')
      .set('Cookie', cookie)
      .then(
        ({ status }) => status,
        () => 0,
      );
  const scrape = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const statuses = async (cookie: string) => new Set(await Promise.all(Array.from({ length: 30 }, () => call(cookie))));
  try {
    await expect.poll(() => call('none'), { timeout: 20_000 }).toBe(401);
    const cookie = await signIn(url);
    expect(await statuses(cookie)).toEqual(new Set([200]));
    const counted = async () =>
      /_count\{method="GET",route="\S*categories",status="200"\} (\d+)/.exec(await scrape())?.[1];
    await expect.poll(counted, { timeout: 5_000 }).toBe('30');
    await request(url).post('/auth/logout').set({ Cookie: cookie, 'X-CSRF': '1' }).expect(200);
    await expect.poll(() => statuses(cookie), { timeout: 5_000 }).toEqual(new Set([401]));
  } finally {
    gateway.kill('SIGINT');
    await once(gateway, 'exit');
    await Promise.all([platform.close(), identity.close()]);
    rmSync(directory, { recursive: true });
  }
  expect(gateway.exitCode).toBe(0);
});

it('P10: WORKERS end at a signal also while all of them have died and none is back', async () => {
  const [platform, identity, port] = await Promise.all([FakePlatform.start(), FakeIdentity.start(), freePort()]);
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  const settings = { ...settingsFor(port, platform, identity), WORKERS: '2', METRICS_PORT: String(await freePort()) };
  const gateway = spawn(process.execPath, [PROGRAM], { env: { ...process.env, ...settings } });
  try {
    let deaths = 0;
    gateway.stderr.on('data', (chunk) => (deaths += String(chunk).split("syscall: 'bind'").length - 1));
    await expect.poll(() => deaths, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(2);
    await sleep(300);
    gateway.kill('SIGTERM');
    await expect.poll(() => gateway.exitCode, { timeout: 3_000 }).toBe(0);
  } finally {
    gateway.kill('SIGKILL');
    await Promise.all([platform.close(), identity.close(), new Promise((resolve) => taken.close(resolve))]);
  }
});
