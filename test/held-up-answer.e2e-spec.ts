import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlatformClient } from '../src/platform/platform.client.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const BYTES = 60_000_000;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ PLATFORM_TIMEOUT_MS: '300' });
});
afterAll(() => gateway.close());

it('P14: a response that a slow caller delays does not count as a platform failure', async () => {
  const cookie = await gateway.signIn();
  gateway.platform.behave((_seen, res) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(BYTES) };
    res.writeHead(200, headers).end(Buffer.alloc(BYTES, '1'));
  });
  const { hostname, port, host } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.once('data', () => socket.pause());
  socket.write(`GET /api/connect/v1/categories HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
  await sleep(1_800);
  socket.on('data', () => undefined).resume();
  await closed;
  const { calls } = gateway.app.get(PlatformClient, { strict: false });
  await expect.poll(() => [...calls.keys()]).toEqual(['caller_gone']);
});
