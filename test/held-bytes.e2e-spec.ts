import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { heldBodyBytes } from '../src/http/body.js';
import { UploadDirectory } from '../src/import/intake/upload.directory.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const MIB = 1_048_576;
const IMPORT_BYTES = 100_000;
const TAGS = '/api/connect/v1/o/acme/connectors/01HZ/tags';
const IMPORT = '/api/connect/v1/o/acme/protocols/http/import';

let gateway: TestGateway;
let uploads: UploadDirectory;
let ann: string;
let bob: string;
const sockets: Socket[] = [];

async function signInAs(subject: string): Promise<string> {
  gateway.identity.subject = subject;
  return gateway.signIn();
}

beforeAll(async () => {
  gateway = await startGateway({ IMPORT_MAX_BYTES: String(IMPORT_BYTES) });
  uploads = gateway.app.get(UploadDirectory);
  [ann, bob] = [await signInAs('ann'), await signInAs('bob')];
});
afterAll(() => gateway.close());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Begins a request whose body never ends; returns the response so far, '' for none. */
async function begin(target: string, cookie: string, headers: string[], part: Buffer): Promise<() => string> {
  const { hostname, port, host } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [target, `Host: ${host}`, `Cookie: ${cookie}`, 'X-CSRF: 1', ...headers].join('\r\n');
  socket.write(`${head}\r\n\r\n`);
  socket.write(part);
  return () => /"code":"(\w+)"/.exec(answer)?.[1] ?? '';
}

const tags = (cookie: string) =>
  request(gateway.url)
    .put(TAGS)
    .set({ Cookie: cookie, 'X-CSRF': '1' })
    .send({ tags: { area: ['sales'] } });

describe('H4: bodies that never end', () => {
  it('hold at most 32 MiB per person, do not affect others, and are released', async () => {
    const json = ['Content-Type: application/json', `Content-Length: ${4 * MIB}`];
    const begun: (() => string)[] = [];
    for (let i = 0; i < 60; i++) begun.push(await begin(`PUT ${TAGS} HTTP/1.1`, ann, json, Buffer.alloc(MIB, ' ')));
    const codes = (): string[] => begun.map((code) => code());
    await expect.poll(() => codes().filter((code) => code === 'too_many_bytes').length).toBeGreaterThanOrEqual(28);
    await expect.poll(heldBodyBytes).toBeGreaterThan(28 * MIB);
    expect(heldBodyBytes()).toBeLessThanOrEqual(32 * MIB);
    expect((await tags(bob)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(heldBodyBytes).toBe(0);
    expect((await tags(ann)).status).toBe(200);
  });

  it('count until their requests are answered', async () => {
    const padding = ' '.repeat(2 * MIB);
    let answer: (() => void) | undefined;
    gateway.platform.behave((_seen, res) => {
      answer = () => res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const sent = request(gateway.url)
      .put(TAGS)
      .set({ Cookie: ann, 'X-CSRF': '1', 'Content-Type': 'application/json' })
      .send(`{"tags":{}${padding}}`)
      .then(({ status }) => status);
    await expect.poll(() => gateway.platform.seen.at(-1)?.body.length).toBeGreaterThan(2 * MIB);
    expect(heldBodyBytes()).toBeGreaterThan(2 * MIB);
    answer?.();
    expect(await sent).toBe(200);
    await expect.poll(heldBodyBytes).toBe(0);
    gateway.platform.behave();
  });

  it('that arrive in tiny chunks are refused early', async () => {
    const json = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const code = await begin(`PUT ${TAGS} HTTP/1.1`, ann, json, Buffer.from('1\r\n \r\n'.repeat(2_000)));
    await expect.poll(code).toBe('malformed_json');
  });
});

describe('H4: uploads that never end', () => {
  it('hold at most four documents per person on disk, do not affect others, and are released', async () => {
    const form = ['Content-Type: multipart/form-data; boundary=b', 'Content-Length: 150000'];
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n';
    const begun: (() => string)[] = [];
    for (let i = 0; i < 8; i++)
      begun.push(await begin(`POST ${IMPORT} HTTP/1.1`, ann, form, Buffer.from(part + ' '.repeat(90_000))));
    const codes = (): string[] => begun.map((code) => code()).filter((code) => code !== '');
    await expect.poll(() => codes().length).toBeGreaterThanOrEqual(3);
    expect(new Set(codes())).toEqual(new Set(['too_many_bytes']));
    expect(uploads.budget.held).toBeLessThanOrEqual(4 * IMPORT_BYTES);
    const onDisk = readdirSync(uploads.path).map((name) => statSync(join(uploads.path, name)).size);
    expect(onDisk.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4 * IMPORT_BYTES);
    const other = await request(gateway.url)
      .post(IMPORT)
      .set({ Cookie: bob, 'X-CSRF': '1' })
      .field('metadata', '{"format":"openapi"}')
      .attach('file', Buffer.from('{}'), 'a.json');
    expect(other.body).toMatchObject({ code: 'invalid_document' });
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => uploads.budget.held).toBe(0);
  });
});

describe('H4: stored responses of idempotent calls', () => {
  it('hold at most 192 MiB per person and do not affect others', async () => {
    const half = `{"id":"${'x'.repeat(40 * MIB)}"}`;
    const held: (() => void)[] = [];
    gateway.platform.behave((_seen, res) => {
      res.writeHead(201, { 'content-type': 'application/json' }).write(half.slice(0, -1));
      held.push(() => res.end('}'));
    });
    const create = (cookie: string, key: string) =>
      request(gateway.url)
        .post('/api/connect/v1/o/acme/connectors/01HZ/versions')
        .set({ Cookie: cookie, 'X-CSRF': '1', 'Idempotency-Key': key })
        .send({ name: '1' })
        .then(({ status, body }) => ({ status, code: (body as { code?: string }).code }));
    const answers = ['first', 'second', 'third', 'fourth', 'fifth'].map((key) => create(ann, key));
    expect(await Promise.race(answers)).toEqual({ status: 429, code: 'too_many_bytes' });
    answers.push(create(bob, 'first'));
    await expect.poll(() => held.length).toBe(6);
    for (const end of held) end();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 201, 201, 201, 201, 429]);
    gateway.platform.behave();
  });
});
