import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { raw } from '../support/raw.js';
import { DOCUMENT, formOf, formSeen, IMPORT, METADATA, upload, VERSION_IMPORT } from '../support/upload.js';

const MAX_BYTES = 100_000;
const METADATA_BYTES = 65_536;

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ IMPORT_MAX_BYTES: String(MAX_BYTES) });
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

/** A document of exactly `bytes` bytes. */
const documentOf = (bytes: number): string => DOCUMENT + ' '.repeat(bytes - DOCUMENT.length);

/** A raw multipart form, which can omit or add what browsers would not. */
function written(...parts: [head: string, body: string][]): string {
  const text = parts.map(([head, body]) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`);
  return `${text.join('')}--x--\r\n`;
}

const FILE: [string, string] = ['name="file"; filename="a.json"', DOCUMENT];
const ABOUT: [string, string] = ['name="metadata"', METADATA];

function send(body: string, path = IMPORT, headers: Record<string, string> = {}): ReturnType<typeof raw> {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const type = { 'content-type': 'multipart/form-data; boundary=x' };
  return raw(gateway.url, `POST ${path} HTTP/1.1`, { cookie, 'x-csrf': '1', ...type, ...length, ...headers }, body);
}

describe('P8: limits of an upload, at one below, at, and one above', () => {
  it.each([
    [MAX_BYTES - 1, 201],
    [MAX_BYTES, 201],
    [MAX_BYTES + 1, 413],
  ])('a document of %i bytes is a %i', async (bytes, status) => {
    const answer = await upload(gateway, cookie, formOf(documentOf(bytes)));
    expect(answer.status).toBe(status);
    const seen = await Promise.all(gateway.platform.seen.map(formSeen));
    expect(seen.map((form) => (form.get('file') as File).size)).toEqual(status === 201 ? [bytes] : []);
    if (status === 413) expect(await answer.json()).toMatchObject({ code: 'content_too_large' });
  });

  it('a document without a declared length is cut off at the same limit', async () => {
    const body = written(['name="file"; filename="a.json"', documentOf(MAX_BYTES + 1)], ABOUT);
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const headers = { cookie, 'x-csrf': '1', 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await raw(
      gateway.url,
      `POST ${IMPORT} HTTP/1.1`,
      { ...headers, 'transfer-encoding': 'chunked' },
      chunks,
    );
    expect([answer.status, gateway.platform.seen.length]).toEqual([413, 0]);
  });

  it('a form with a Content-Length above the limit is rejected before it is read', async () => {
    const length = String(MAX_BYTES + METADATA_BYTES + 1);
    const answer = await send('', IMPORT, { 'content-length': length, expect: '100-continue' });
    expect([answer.status, answer.head.includes('100 Continue')]).toEqual([413, false]);
  });

  it.each([
    [METADATA_BYTES - 1, 201],
    [METADATA_BYTES, 201],
    [METADATA_BYTES + 1, 400],
  ])('metadata of %i bytes is a %i, as a field and as a file', async (bytes, status) => {
    const metadata = METADATA + ' '.repeat(bytes - METADATA.length);
    const asText = await upload(gateway, cookie, formOf(DOCUMENT, metadata));
    const asFile = await upload(gateway, cookie, formOf(DOCUMENT, new Blob([metadata])));
    expect([asText.status, asFile.status]).toEqual([status, status]);
  });
});

describe('A malformed form', () => {
  it.each<[string, string, object]>([
    ['without a document', written(ABOUT), { fields: [{ field: 'file' }] }],
    ['with a document that is no file', written(['name="file"', DOCUMENT], ABOUT), { fields: [{ field: 'file' }] }],
    ['without metadata', written(FILE), { fields: [{ field: 'metadata' }] }],
    ['with two documents', written(FILE, FILE), { fields: [{ field: 'file' }] }],
    ['with another file', written(['name="logo"; filename="a"', 'x'], ABOUT), { fields: [{ field: 'logo' }] }],
    ['with metadata twice', written(ABOUT, ABOUT), { fields: [{ field: 'metadata' }] }],
    ['with a third part', written(FILE, ABOUT, ABOUT), { code: 'invalid_request' }],
    ['with metadata that is no JSON', written(FILE, ['name="metadata"', '{']), { code: 'malformed_json' }],
    [
      'with metadata of another format',
      written(FILE, ['name="metadata"', '{"format":"raml"}']),
      { fields: [{ field: 'metadata.format' }] },
    ],
    [
      'with metadata that nobody knows',
      written(FILE, ['name="metadata"', '{"format":"openapi","Version":"1"}']),
      { fields: [{ field: 'metadata.Version' }] },
    ],
    ['that ends too early', written(FILE, ABOUT).slice(0, -20), { code: 'incomplete_body' }],
    ['with a part without a name', written(['filename="a"', 'x'], ABOUT), { code: 'invalid_request' }],
    ['with a name of 101 characters', written([`name="${'n'.repeat(101)}"`, 'x']), { code: 'invalid_request' }],
    ['with a member of metadata in brackets', written(FILE, ['name="metadata[format]"', 'openapi']), { fields: [{}] }],
  ])('%s is a 400 that names it, and no file is left', async (_what, body, said) => {
    const answer = await send(body);
    expect([answer.status, gateway.platform.seen.length]).toEqual([400, 0]);
    expect(JSON.parse(answer.body)).toMatchObject(said);
    const { path } = gateway.app.get(UploadDirectory, { strict: false });
    await vi.waitFor(() => expect(readdirSync(path)).toEqual([]));
  });

  it('needs a boundary', async () => {
    const answer = await send('', IMPORT, { 'content-type': 'multipart/form-data' });
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'malformed_form']);
  });

  it('needs the version name where a version is created', async () => {
    const answer = await upload(gateway, cookie, formOf(DOCUMENT), { path: VERSION_IMPORT });
    expect(await answer.json()).toMatchObject({
      status: 400,
      fields: [{ field: 'metadata.version', message: expect.stringContaining('is missing') }],
    });
  });

  it('is a 415 when it is neither a form nor JSON', async () => {
    const answer = await send(DOCUMENT, IMPORT, { 'content-type': 'application/yaml' });
    expect(answer.status).toBe(415);
  });
});

describe('P9: a slow upload', () => {
  it('is accepted while data arrives, and delays no other request', async () => {
    const body = Buffer.from(written(FILE, ABOUT));
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < body.length; i += 40) {
        yield body.subarray(i, i + 40);
        const other = await fetch(`${gateway.url}/api/connect/v1/categories`, { headers: { cookie } });
        expect(other.status).toBe(200);
      }
    };
    const answer = await fetch(gateway.url + IMPORT, {
      method: 'POST',
      headers: { cookie, 'x-csrf': '1', 'content-type': 'multipart/form-data; boundary=x' },
      body: ReadableStream.from(pieces()),
      duplex: 'half',
    });
    expect(answer.status).toBe(201);
    expect(((await formSeen(gateway.platform.last)).get('file') as File).size).toBe(DOCUMENT.length);
  });
});
