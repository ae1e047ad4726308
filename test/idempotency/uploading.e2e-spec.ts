import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { DOCUMENT, formOf, IMPORT, METADATA, upload } from '../support/upload.js';
import { EventSource } from '../support/event-source.js';
import { newKey, PATIENT } from './creating-call.js';

const FORM = [
  `--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n${METADATA}\r\n`,
  `--b\r\nContent-Disposition: form-data; name="file"; filename="pets.json"\r\n\r\n${DOCUMENT}\r\n--b--\r\n`,
].join('');

let gateway: TestGateway;
let cookie: string;
let directory: string;
const open: (EventSource | Socket)[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
  directory = gateway.app.get(UploadDirectory, { strict: false }).path;
});
beforeEach(() => gateway.platform.reset());
afterEach(() => {
  for (const one of open.splice(0))
    if (one instanceof EventSource) one.close();
    else one.destroy();
});
afterAll(() => gateway.close());

function watch(key: string): EventSource {
  const url = `${gateway.url}/api/connect/v1/o/acme/imports/${key}/progress`;
  const source = new EventSource(url, { cookie, 'sec-fetch-site': 'same-origin' });
  open.push(source);
  return source;
}

/** Starts an upload and sends its first half. */
function begin(key: string): Socket {
  const { hostname, port, host } = new URL(gateway.url);
  const head = [
    `POST ${IMPORT} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nX-CSRF: 1\r\nConnection: close\r\n`,
    `Idempotency-Key: ${key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${FORM.length}\r\n\r\n`,
  ];
  const socket = connect(Number(port), hostname, () => socket.write(head.join('') + FORM.slice(0, FORM.length / 2)));
  socket.setEncoding('latin1').on('error', () => undefined);
  open.push(socket);
  return socket;
}

const progressOf = (source: EventSource): unknown[] =>
  source.heard.filter(({ event }) => event === 'progress').map(({ data }) => JSON.parse(data));
const send = (key: string): Promise<Response> =>
  upload(gateway, cookie, formOf(DOCUMENT), { headers: { 'idempotency-key': key } });

describe('a document upload with a key', () => {
  it('reports progress before the document has arrived, and again after it', async () => {
    const key = newKey();
    const source = watch(key);
    const socket = begin(key);
    const half = Math.floor(FORM.length / 2);
    await expect.poll(() => progressOf(source), PATIENT).toEqual([{ stage: 'received', bytes: half, of: FORM.length }]);
    expect((await send(key)).status).toBe(409);
    expect(gateway.platform.seen).toEqual([]);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write(FORM.slice(FORM.length / 2));
    await expect.poll(() => source.isOver, PATIENT).toBe(true);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(progressOf(source)).toContainEqual({ stage: 'received', bytes: FORM.length, of: FORM.length });
    expect(source.stages.slice(-4)).toEqual(['parsed', 'checked', 'sent', 'created']);
    expect(gateway.platform.seen).toHaveLength(1);
    await expect.poll(() => readdirSync(directory), PATIENT).toEqual([]);
  });

  it('releases the key and leaves no file when the document does not arrive', async () => {
    const key = newKey();
    const source = watch(key);
    const socket = begin(key);
    await expect.poll(() => progressOf(source), PATIENT).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => source.isOver, PATIENT).toBe(true);
    expect(JSON.parse(String(source.last?.data))).toMatchObject({ code: 'incomplete_body' });
    await expect.poll(() => readdirSync(directory), PATIENT).toEqual([]);
    expect((await send(key)).status).toBe(201);
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('releases the key after a faulty document; then replays the corrected one and rejects a different one', async () => {
    const key = newKey();
    const headers = { 'idempotency-key': key };
    const wrong = await upload(gateway, cookie, formOf('{"openapi":"3.1.0"}'), { headers });
    expect(await wrong.json()).toMatchObject({ status: 400, code: 'invalid_document' });
    const [made, repeat] = [await send(key), await send(key)];
    expect([made.status, repeat.status]).toEqual([201, 201]);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(await repeat.text()).toBe(await made.text());
    const other = await upload(gateway, cookie, formOf(`${DOCUMENT} `), { headers });
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(gateway.platform.seen).toHaveLength(1);
    await expect.poll(() => readdirSync(directory), PATIENT).toEqual([]);
  });
});
