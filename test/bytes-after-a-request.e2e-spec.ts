import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

it('P7: invalid HTTP after a request cuts the response in progress and adds nothing to it', async () => {
  const cookie = await gateway.signIn();
  gateway.platform.behave((_seen, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '200000' }).write('1'.repeat(100_000));
  });
  const { hostname, port, host } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(`GET /api/connect/v1/categories HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
  await expect.poll(() => text.length).toBeGreaterThan(100_000);
  socket.write('rubbish\r\n\r\n');
  await closed;
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\w-]+: [^]*\r\n\r\n1+$/);
});
