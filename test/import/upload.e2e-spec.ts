import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { raw } from '../support/raw.js';
import {
  DOCUMENT,
  formOf,
  formSeen,
  IMPORT,
  METADATA,
  upload,
  VERSION_IMPORT,
  VERSION_METADATA,
} from '../support/upload.js';

let gateway: TestGateway;
let cookie: string;
let directory: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
  directory = gateway.app.get(UploadDirectory, { strict: false }).path;
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

const sha256 = (bytes: ArrayBuffer | string): string =>
  createHash('sha256')
    .update(typeof bytes === 'string' ? bytes : new Uint8Array(bytes))
    .digest('hex');

describe('P16: an uploaded document', () => {
  it.each([
    [IMPORT, METADATA],
    [VERSION_IMPORT, VERSION_METADATA],
  ])('reaches the platform byte for byte at %s', async (path, metadata) => {
    const document = `${DOCUMENT.slice(0, -1)}, "x-big": 9007199254740993, "x-text": "π\\u0000😀"}\r\n\r\n`;
    const answer = await upload(gateway, cookie, formOf(document, metadata), { path });
    expect(answer.status).toBe(201);
    const { method, target, headers } = gateway.platform.last;
    expect({ method, target }).toEqual({ method: 'POST', target: path });
    expect(headers.authorization).toMatch(/^Bearer eyJ/);
    expect(Number(headers['content-length'])).toBe(gateway.platform.last.body.length);
    const seen = await formSeen(gateway.platform.last);
    const file = seen.get('file') as File;
    expect({ name: file.name, type: file.type }).toEqual({ name: 'pets.json', type: 'application/json' });
    expect(sha256(await file.arrayBuffer())).toBe(sha256(document));
    expect(seen.get('metadata')).toBe(metadata);
    expect([...seen.keys()].toSorted()).toEqual(['file', 'metadata']);
  });

  it('keeps the parameters of its media type', async () => {
    const form = new FormData();
    form.set('metadata', METADATA);
    form.set('file', new File([DOCUMENT], 'pets.json', { type: 'application/json; charset=utf-8; profile="a"' }));
    expect((await upload(gateway, cookie, form)).status).toBe(201);
    const file = (await formSeen(gateway.platform.last)).get('file') as File;
    expect(file.type).toBe('application/json; charset=utf-8; profile="a"');
  });

  it('O8: is accepted after the upload directory was deleted, without a restart', async () => {
    rmSync(gateway.app.get(UploadDirectory, { strict: false }).path, { recursive: true });
    expect((await upload(gateway, cookie, formOf(DOCUMENT))).status).toBe(201);
    directory = gateway.app.get(UploadDirectory, { strict: false }).path;
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  it('may come with metadata as a file part, like a Blob in FormData', async () => {
    const metadata = new Blob([METADATA], { type: 'application/json' });
    const answer = await upload(gateway, cookie, formOf(DOCUMENT, metadata));
    expect(answer.status).toBe(201);
    const seen = (await formSeen(gateway.platform.last)).get('metadata') as File;
    expect({ text: await seen.text(), type: seen.type }).toEqual({ text: METADATA, type: 'application/json' });
  });

  it('keeps its file name in any script', async () => {
    const form = formOf(DOCUMENT);
    form.set('file', new Blob([DOCUMENT], { type: 'text/yaml' }), 'Bücher "1" – 図書.yaml');
    expect((await upload(gateway, cookie, form)).status).toBe(201);
    const seen = (await formSeen(gateway.platform.last)).get('file') as File;
    expect({ name: seen.name, type: seen.type }).toEqual({ name: 'Bücher "1" – 図書.yaml', type: 'text/yaml' });
  });

  it('is deleted from the disk after it is imported or rejected', async () => {
    await upload(gateway, cookie, formOf(DOCUMENT));
    gateway.platform.answerWith(400, { code: 'no', message: 'No.' });
    await upload(gateway, cookie, formOf(DOCUMENT));
    await upload(gateway, cookie, formOf(DOCUMENT, '{"format":"raml"}'));
    await upload(gateway, cookie, formOf(DOCUMENT), { path: IMPORT.replace('acme', '%2e%2e') });
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  it('is deleted from the disk when its caller disconnects', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    const head = [
      `POST ${IMPORT} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      `Cookie: ${cookie}`,
      'X-CSRF: 1',
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 100000',
    ];
    const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n';
    socket.write(`${head.join('\r\n')}\r\n\r\n${part}${' '.repeat(50_000)}`);
    await vi.waitFor(() => expect(readdirSync(directory)).toHaveLength(1));
    const [name = ''] = readdirSync(directory);
    expect([statSync(directory).mode & 0o777, statSync(join(directory, name)).mode & 0o777]).toEqual([0o700, 0o600]);
    socket.destroy();
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
    expect(gateway.platform.seen).toEqual([]);
  });

  it('is not read without a session; the gateway does not send 100 Continue', async () => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': '100000',
      expect: '100-continue',
      'x-csrf': '1',
    };
    const answer = await raw(gateway.url, `POST ${IMPORT} HTTP/1.1`, headers);
    expect({ status: answer.status, head: answer.head }).toEqual({
      status: 401,
      head: expect.not.stringContaining('100 Continue'),
    });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('Upload files left by a crash', () => {
  it('are deleted at the next start, except those of a running process', () => {
    const gone = join(tmpdir(), 'connect-gateway-import-4194304-stray');
    mkdirSync(gone, { recursive: true });
    const another = new UploadDirectory({ importMaxBytes: 1 } as Config);
    try {
      expect([gone, directory].map((path) => statSync(path, { throwIfNoEntry: false }) !== undefined)).toEqual([
        false,
        true,
      ]);
    } finally {
      another.close();
    }
    expect(statSync(another.path, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('The platform and an uploaded document', () => {
  it('P15: receives the whole document again with a new token after it rejected the first', async () => {
    gateway.platform.behave((_seen, res) => {
      const status = gateway.platform.seen.length === 1 ? 401 : 201;
      res.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    expect((await upload(gateway, cookie, formOf(DOCUMENT))).status).toBe(201);
    const files = await Promise.all(
      gateway.platform.seen.map(async (seen) => ((await formSeen(seen)).get('file') as File).text()),
    );
    expect(files).toEqual([DOCUMENT, DOCUMENT]);
  });

  it('P14: receives it once when it resets the connection', async () => {
    gateway.platform.behave((_seen, res) => void res.socket?.resetAndDestroy());
    const answer = await upload(gateway, cookie, formOf(DOCUMENT));
    expect([answer.status, gateway.platform.seen.length]).toEqual([502, 1]);
  });

  it('E2: returns all of its messages about a faulty document', async () => {
    const messages = [
      { text: 'Two operations are the same', severity: 'error', detail: ['getPet', 'line 7'] },
      { text: 'No servers', severity: 'warning' },
    ];
    gateway.platform.answerWith(400, { code: 'import_failed', message: 'Not importable', messages, hint: 7 });
    const answer = await upload(gateway, cookie, formOf(DOCUMENT));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'import_failed', message: 'Not importable', messages, hint: 7 });
  });
});
