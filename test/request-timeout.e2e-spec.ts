import type { Server } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startGateway } from './support/gateway.js';

it('P9: a request whose headers do not arrive within ten seconds gets 408, even if bytes keep arriving', async () => {
  const gateway = await startGateway();
  const server = gateway.app.getHttpServer() as Server;
  expect(server.headersTimeout).toBe(10_000);
  server.headersTimeout = 1_000;
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write('GET / HTTP/1.1\r\nX-Slow: ');
  const drip = setInterval(() => socket.write('a'), 50);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
  await gateway.close();
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain('"code":"request_timeout"');
});
