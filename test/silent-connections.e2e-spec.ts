import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startGateway } from './support/gateway.js';

it.each(['', 'GET / HTTP/1.1\r\nHost: 127', 'nothing known\r\n'])(
  'P10: an idle client that sent %j does not delay the shutdown',
  async (said) => {
    const gateway = await startGateway();
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(said);
    const answer = await fetch(`${gateway.url}/health/live`);
    expect(answer.status).toBe(200);
    socket.resume();
    const closed = once(socket, 'close');
    await gateway.close();
    await closed;
    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow('fetch failed');
  },
);
