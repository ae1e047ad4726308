// The platform: fixed answers in one write each, over plain sockets, so that it is never what a run waits for. Over TLS
// with TLS_KEY and TLS_CERTIFICATE; IDLE_SECONDS closes connections after such a pause, which ANNOUNCED says beforehand.
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { endWithBenchmark } from './serve.mjs';

const { TLS_KEY, TLS_CERTIFICATE, IDLE_SECONDS, ANNOUNCED } = process.env;
const END_OF_HEAD = '\r\n\r\n';
const END_OF_CHUNKS = '0\r\n\r\n';

const connector = {
  id: '01J8ZC5W9QK3T7V2M4N6P8R0SA',
  name: 'Orders of the shop',
  protocol: { slug: 'http', name: 'HTTP' },
  baseUrl: 'https://shop.example/api/v2',
  tags: { area: ['sales', 'fulfilment'] },
  authSchemeConfigs: [{ id: '01J8ZC5W9QK3T7V2M4N6P8R0SB', description: 'Key of the shop', schemeType: 'api-key' }],
  createdAt: '2026-03-04T05:06:07Z',
  updatedAt: '2026-08-09T10:11:12Z',
};

/** What is answered by the organisation that the path names; a POST creates what it would have listed. */
const ANSWERS = {
  '1kb': answer(200, listOf(1_024)),
  '20kb': answer(200, listOf(20_480)),
  '200kb': answer(200, listOf(204_800)),
  none: answer(404, { code: 'not_found', message: 'There is no such connector.', fields: [], details: '' }),
};
const CREATED = answer(201, listOf(1_024));
const UNAUTHORIZED = answer(401, { code: 'unauthorized', message: 'No bearer token.' });

let connections = 0;
const server = createServer((socket) => {
  let pending = Buffer.alloc(0);
  connections += 1;
  if (IDLE_SECONDS !== undefined) socket.setTimeout(Number(IDLE_SECONDS) * 1_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let end = endOfRequest(pending); end !== -1; end = endOfRequest(pending)) {
      socket.write(answerTo(pending.toString('latin1', 0, pending.indexOf(END_OF_HEAD))));
      pending = pending.subarray(end);
    }
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
endWithBenchmark();
process.on('message', () => process.send({ connections }));

function createServer(onConnection) {
  if (TLS_KEY === undefined) return createPlainServer({ noDelay: true }, onConnection);
  const identity = { key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERTIFICATE) };
  return createTlsServer({ ...identity, noDelay: true }, onConnection);
}

/** Where the first request in the buffer ends, or -1 when it is not complete. */
function endOfRequest(buffer) {
  const end = buffer.indexOf(END_OF_HEAD);
  if (end === -1) return -1;
  const bodyStart = end + END_OF_HEAD.length;
  if (buffer[0] === 0x47 /* G */) return bodyStart;
  const head = buffer.toString('latin1', 0, end);
  if (/transfer-encoding: chunked/i.test(head)) {
    const last = buffer.indexOf(END_OF_CHUNKS, bodyStart);
    return last === -1 ? -1 : last + END_OF_CHUNKS.length;
  }
  const bodyEnd = bodyStart + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return buffer.length < bodyEnd ? -1 : bodyEnd;
}

function answerTo(head) {
  if (!head.includes('uthorization: Bearer ')) return UNAUTHORIZED;
  if (head.startsWith('POST')) return CREATED;
  const start = head.indexOf('/o/') + 3;
  return ANSWERS[head.slice(start, head.indexOf('/', start))] ?? ANSWERS.none;
}

function answer(status, body) {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Answer`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: keep-alive',
    ...(ANNOUNCED === undefined ? [] : [`Keep-Alive: timeout=${IDLE_SECONDS}`]),
  ];
  return Buffer.from(head.join('\r\n') + END_OF_HEAD + text);
}

/** A page of connectors whose JSON text is exactly this long. */
function listOf(bytes) {
  const page = { totalCount: 1, connectors: [connector], next: '' };
  while (JSON.stringify(page).length + JSON.stringify(connector).length + 1 <= bytes) page.connectors.push(connector);
  page.next = 'x'.repeat(bytes - JSON.stringify(page).length);
  return page;
}
