import type { NestApplicationContext } from '@nestjs/core';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startGateway } from './support/gateway.js';

const LIVE = 'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

it.each([
  ['that was used before', true],
  ['that is new', false],
])(
  'P10: a request of a proxy on a connection %s gets its response and Connection: close during shutdown',
  async (_which, isUsed) => {
    const gateway = await startGateway();
    const server = gateway.app.getHttpServer() as Server;
    const accepted = once(server, 'connection');
    const proxy = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await accepted;
    if (isUsed) expect(await ask(proxy)).toContain('Connection: keep-alive');
    const closed = gateway.app.close();
    while (server.listening) await nextTurn();
    const ended = once(proxy, 'close');
    const answer = await ask(proxy);
    expect(answer).toContain('HTTP/1.1 200');
    expect(answer).toContain('Connection: close');
    await Promise.all([ended, closed]);
    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow('fetch failed');
    await gateway.close();
  },
);

it('P10: before the replica stops listening, connections close after their next response, and new ones are accepted', async () => {
  const gateway = await startGateway();
  const port = Number(new URL(gateway.url).port);
  const old = connect(port, '127.0.0.1');
  expect(await ask(old)).toContain('Connection: keep-alive');
  // As Nest does on the signal.
  const closed = (gateway.app as unknown as NestApplicationContext).close('SIGTERM');
  await expect.poll(async () => (await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
  const ended = once(old, 'close');
  expect(await ask(old)).toContain('Connection: close');
  await ended;
  const late = connect(port, '127.0.0.1');
  expect(await ask(late)).toContain('Connection: keep-alive');
  await closed;
  await gateway.close();
});

async function ask(socket: Socket): Promise<string> {
  socket.write(LIVE);
  return String(await once(socket, 'data'));
}
