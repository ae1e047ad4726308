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
  'P10: a proxy that sends into a connection %s, to a replica that ends, is answered and told to leave',
  async (_which, isUsed) => {
    const gateway = await startGateway();
    const server = gateway.app.getHttpServer() as Server;
    const accepted = once(server, 'connection');
    const proxy = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await accepted;
    if (isUsed) expect(await ask(proxy)).toContain('Connection: keep-alive');
    const closed = gateway.close();
    while (server.listening) await nextTurn();
    const ended = once(proxy, 'close');
    const answer = await ask(proxy);
    expect(answer).toContain('HTTP/1.1 200');
    expect(answer).toContain('Connection: close');
    await Promise.all([ended, closed]);
    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow('fetch failed');
  },
);

async function ask(socket: Socket): Promise<string> {
  socket.write(LIVE);
  return String(await once(socket, 'data'));
}
