import type { NestApplicationContext } from '@nestjs/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from './support/redis.js';
import { freePort, settingsFor, startGateway, type TestGateway } from './support/gateway.js';

/** Sends the signal when the process starts to load the server modules. */
const SIGNAL_WHILE_LOADING = `data:text/javascript,
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.includes('/app.setup')) process.kill(process.pid, 'SIGTERM');
      return next(url, context);
    },
  });`;

describe('health probes', () => {
  let gateway: TestGateway;
  let closing: Promise<void> | undefined;
  beforeEach(async () => {
    closing = undefined;
    gateway = await startGateway();
  });
  afterEach(() => closing ?? gateway.close());

  it.each(['live', 'ready', 'startup'])('O3: %s succeeds once the gateway listens', async (question) => {
    const answer = await fetch(`${gateway.url}/health/${question}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });

  it('O3, P10: a replica that shuts down is live and not ready', async () => {
    // As Nest does on the signal.
    closing = (gateway.app as unknown as NestApplicationContext).close('SIGTERM').then(() => gateway.close());
    const ready = () => fetch(`${gateway.url}/health/ready`);
    await expect.poll(async () => (await ready()).status).toBe(503);
    const answer = await ready();
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'shutting_down' });
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });
});

describe.skipIf(!hasRedis())(`a session store that is not available yet${WITHOUT_REDIS}`, () => {
  it('O3: keeps a replica out of rotation until it has worked once, but not when it fails later', async () => {
    const redis = await TestRedis.start();
    await redis.stop();
    const gateway = await startGateway({ SESSION_STORE_URL: redis.url });
    const ask = async (question: string) => (await fetch(`${gateway.url}/health/${question}`)).status;
    expect(await ask('ready')).toBe(503);
    expect(await ask('startup')).toBe(503);
    expect(await ask('live')).toBe(200);
    await redis.launch();
    await expect.poll(() => ask('ready')).toBe(200);
    await redis.stop('SIGKILL');
    await expect.poll(() => ask('startup')).toBe(503);
    expect(await ask('ready')).toBe(200);
    await gateway.close();
    await redis.close();
  });
});

it('P10: a starting replica handles SIGTERM itself, as process 1 of a container must', async () => {
  const [platform, identity, port] = await Promise.all([FakePlatform.start(), FakeIdentity.start(), freePort()]);
  const env = settingsFor(port, platform, identity);
  const child = spawn(process.execPath, ['--import', SIGNAL_WHILE_LOADING, resolve('dist/src/main.js')], { env });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  await Promise.all([platform.close(), identity.close()]);
  // It exits at once, or gracefully if it was up by then; the default action of the kernel does not apply to process 1.
  expect(signal).toBeNull();
  expect([0, 128 + constants.signals.SIGTERM]).toContain(code);
});
