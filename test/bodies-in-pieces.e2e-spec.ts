import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';

const BODY = JSON.stringify({ tags: { area: ['Órders', 'sales'] } });
/** Long enough for a chunk to arrive in a packet of its own. */
const APART_MS = 30;

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => void (gateway.platform.seen.length = 0));

/** A request that updates tags, as bytes. */
function update(body: string, framing = `Content-Length: ${Buffer.byteLength(body)}`): Buffer {
  const { host } = new URL(gateway.url);
  const head = [
    'PUT /api/connect/v1/o/acme/connectors/01J8ZC5W9QK3T7V2M4N6P8R0SA/tags HTTP/1.1',
    `Host: ${host}`,
    `Cookie: ${cookie}`,
  ];
  head.push('X-CSRF: 1', 'Content-Type: application/json', framing);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Sends the pieces separately over one connection and waits until the platform has seen `count` requests. */
async function send(pieces: readonly Uint8Array[], count: number): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket: Socket = connect({ port: Number(port), host: hostname, noDelay: true });
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(APART_MS);
  }
  await expect.poll(() => text.match(/HTTP\/1\.1 \d+/g)?.length).toBe(count);
  socket.destroy();
  return text;
}

it.each([
  ['with its header section', (all: Buffer) => [all]],
  [
    'after its header section',
    (all: Buffer) => [all.subarray(0, all.indexOf('\r\n\r\n') + 4), all.subarray(all.indexOf('{'))],
  ],
  ['half of it with its header section', (all: Buffer) => [all.subarray(0, -20), all.subarray(-20)]],
  [
    'split within a multi-byte character',
    (all: Buffer) => [all.subarray(0, all.indexOf('Ó') + 1), all.subarray(all.indexOf('Ó') + 1)],
  ],
])('P16: a body that arrives %s reaches the platform byte for byte', async (_how, cut) => {
  const text = await send(cut(update(BODY)), 1);
  expect(text).toMatch(/^HTTP\/1\.1 20\d /);
  expect(gateway.platform.seen.map(({ body }) => body.toString('utf8'))).toEqual([BODY]);
});

it('P16: a chunked body without Content-Length reaches the platform complete', async () => {
  const half = Buffer.byteLength(BODY) - 10;
  const bytes = Buffer.from(BODY);
  const chunks = [bytes.subarray(0, half), bytes.subarray(half)].map((chunk) =>
    Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
  );
  const head = update('', 'Transfer-Encoding: chunked');
  await send([Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')])], 1);
  expect(gateway.platform.seen.map(({ body }) => body.toString('utf8'))).toEqual([BODY]);
});

it('P16: two pipelined requests in one packet keep their own bodies, and the responses keep their order', async () => {
  const other = BODY.replace('Órders', 'Invoices');
  const text = await send([Buffer.concat([update(BODY), update(other)])], 2);
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  const seen = gateway.platform.seen.map(({ body }) => body.toString('utf8'));
  expect(seen.toSorted()).toEqual([BODY, other].toSorted());
});
