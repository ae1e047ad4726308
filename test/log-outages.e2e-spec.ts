import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor } from './support/gateway.js';

const MAIN = resolve('dist/src/main.js');
const NODE = resolve('node_modules/.bin/node');
/** At about 230 bytes of log each, more than a pipe buffers, which would block a replica that logs synchronously. */
const REQUESTS = 500;

let directory: string;
let platform: FakePlatform;
let identity: FakeIdentity;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'log-outages-'));
  execFileSync('mkfifo', [join(directory, 'stalled'), join(directory, 'closed')]);
  [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
});
afterAll(async () => {
  await Promise.all([platform.close(), identity.close()]);
  rmSync(directory, { recursive: true });
});

/** A pipe whose reader, this process, reads nothing. */
const stalled = (): number => openSync(join(directory, 'stalled'), 'r+');

/** A pipe whose reader has closed it. */
function closed(): number {
  const reader = openSync(join(directory, 'closed'), 'r+');
  const writer = openSync(join(directory, 'closed'), 'w');
  closeSync(reader);
  return writer;
}

const full = (): number => openSync('/dev/full', 'w');

describe('O8: a replica whose log', () => {
  it.concurrent.for([
    ['is full', full, 0],
    ['has lost its reader', closed, 0],
    ['is not read', stalled, undefined],
  ] as const)('%s starts, answers, counts dropped lines, and ends at SIGTERM', async ([_how, open, exitCode]) => {
    const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
    const env = {
      ...settingsFor(port, platform, identity),
      METRICS_PORT: String(metricsPort),
      LOG_LEVEL: 'info',
    };
    const log = open();
    const child = spawn(NODE, [MAIN], { env, stdio: ['ignore', log, 'inherit', 'ipc'] });
    const ended = once(child, 'exit');
    try {
      const ask = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/health/live`)).status;
      await expect.poll(() => ask().catch(() => 0)).toBe(200);
      for (let i = 0; i < REQUESTS; i += 50)
        expect(new Set(await Promise.all(Array.from({ length: 50 }, ask)))).toEqual(new Set([200]));
      const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const dropped = async (): Promise<number> =>
        Number(/^gateway_log_lines_dropped_total\{log="request"\} (\d+)$/m.exec(await metrics())?.[1]);
      // A log without a reading consumer buffers a megabyte before lines are dropped.
      if (exitCode === 0) await expect.poll(dropped).toBeGreaterThan(REQUESTS / 2);
      else expect(await dropped()).toBe(0);
      child.kill('SIGTERM');
      const [code, signal] = (await ended) as [number | null, string | null];
      expect([code, signal]).toEqual(exitCode === 0 ? [0, null] : [null, 'SIGKILL']);
    } finally {
      child.kill('SIGKILL');
      closeSync(log);
    }
  });
});
