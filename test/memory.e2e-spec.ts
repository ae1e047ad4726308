import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from './support/gateway.js';
import { type Replica, Replicas } from './support/replicas.js';

const MIB = 1_048_576;
/** The documented memory of a container, and the part of it for the upload directory (`tmpfs`). */
const CONTAINER_BYTES = 2_048 * MIB;
const UPLOADS_BYTES = 320 * MIB;
const TAGS = '/api/connect/v1/o/acme/connectors/01HZ/tags';
const IMPORT = '/api/connect/v1/o/acme/protocols/http/import';
const VERSIONS = '/api/connect/v1/o/acme/connectors/01HZ/versions';

let replicas: Replicas;
let replica: Replica;
const sockets: Socket[] = [];

beforeAll(async () => {
  replicas = await Replicas.start('SQLite', { IMPORT_MAX_BYTES: String(2 * MIB) });
  [replica] = replicas.all;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await replicas.close();
});

/** Begins a request that never ends. */
async function begin(target: string, cookie: string, headers: string[], part: Buffer): Promise<void> {
  const socket = connect(replica.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  const head = [`${target} HTTP/1.1`, 'Host: 127.0.0.1:3000', `Cookie: ${cookie}`, 'X-CSRF: 1', ...headers];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(part);
}

/** The peak resident memory of the replica, in bytes. */
function peak(): number {
  const status = readFileSync(`/proc/${replica.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

it.skipIf(process.platform !== 'linux')(
  'H4: four persons who send and ask for all they may leave a container its memory',
  async () => {
    const body = Buffer.alloc(4 * MIB - 1, ' ');
    const form = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
      Buffer.alloc(MIB, ' '),
    ]);
    let begun = 0;
    replicas.platform.behave((_seen, res) => {
      begun += 1;
      res.writeHead(201, { 'content-type': 'application/json' }).write(Buffer.alloc(40 * MIB, ' '));
    });
    for (const subject of ['ann', 'bob', 'cem', 'dee']) {
      replicas.identity.subject = subject;
      const cookie = await signIn(replica.url);
      const json = ['Content-Type: application/json'];
      for (let i = 0; i < 9; i++) await begin(`PUT ${TAGS}`, cookie, [...json, `Content-Length: ${4 * MIB}`], body);
      const multipart = ['Content-Type: multipart/form-data; boundary=b', `Content-Length: ${2 * MIB}`];
      for (let i = 0; i < 9; i++) await begin(`POST ${IMPORT}`, cookie, multipart, form);
      const version = Buffer.from('{"name":"1"}');
      for (const key of ['first', 'second'])
        await begin(
          `POST ${VERSIONS}`,
          cookie,
          [...json, `Idempotency-Key: ${key}`, `Content-Length: ${version.length}`],
          version,
        );
    }
    await expect.poll(() => begun).toBe(8);
    const health = await fetch(`${replica.url}/health/live`);
    expect(health.status).toBe(200);
    // Checking two hostile documents at a time has another gigabyte.
    expect(peak() + UPLOADS_BYTES).toBeLessThan(CONTAINER_BYTES - 1_024 * MIB);
  },
  60_000,
);
