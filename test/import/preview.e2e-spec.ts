import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_CONNECTOR_ID, DEMO_ORGANISATION_ID } from '../../sandbox/platform/seed/seed.ids.js';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { type Chain, startChain } from '../operations/chain.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  API,
  DOCUMENT,
  formOf,
  IMPORT,
  METADATA,
  upload,
  VERSION_IMPORT,
  VERSION_METADATA,
} from '../support/upload.js';

const PETS = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '2.1' },
  servers: [{ url: 'https://pets.example' }, { url: 'https://test.pets.example' }],
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'getPet',
        summary: 'Get a pet',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: '', content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
        },
      },
    },
  },
  webhooks: { born: { post: { responses: { 200: { description: '' } } } } },
  components: { schemas: { Pet: { type: 'object' } }, securitySchemes: { basic: { type: 'http', scheme: 'basic' } } },
};

describe('The preview of an import', () => {
  let gateway: TestGateway;
  let cookie: string;
  let storage: Server;
  let stored: (url: string) => { status: number; body: string | Buffer; encoding?: string };
  let storageUrl: string;

  beforeAll(async () => {
    storage = createServer((req, res) => {
      const { status, body, encoding } = stored(req.url ?? '');
      if (encoding !== undefined) res.setHeader('content-encoding', encoding);
      res.writeHead(status, { location: '/elsewhere', 'x-saw': req.headers.authorization ?? 'none' }).end(body);
    });
    await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
    storageUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
    gateway = await startGateway({ IMPORT_ORIGINS: storageUrl, IMPORT_MAX_BYTES: '100000' });
    cookie = await gateway.signIn();
  });
  afterAll(async () => {
    await gateway.close();
    storage.close();
  });
  beforeEach(() => gateway.platform.reset());

  const preview = (form: FormData, path = IMPORT): Promise<Response> =>
    upload(gateway, cookie, form, { path: `${path}/preview` });
  const previewOf = (schemaURL: string): Promise<Response> =>
    fetch(`${gateway.url}${IMPORT}/preview`, {
      method: 'POST',
      headers: { cookie, 'x-csrf': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ schemaURL, format: 'openapi' }),
    });

  it('lists what would be created, without calling the platform', async () => {
    const answer = await preview(formOf(JSON.stringify(PETS)));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      ok: true,
      written: 'json',
      openapi: '3.1.0',
      connector: { name: 'Pets', version: '2.1', baseUrl: 'https://pets.example' },
      counts: { authSchemeConfigs: 1, actions: 1, triggers: 1, definitions: 1 },
      authSchemeConfigs: [{ schemeType: 'basic-auth', description: 'basic' }],
      actions: [
        {
          name: 'getPet',
          method: 'GET',
          path: '/pets/{{ param.id }}',
          summary: 'Get a pet',
          parameters: ['id: string in path, required'],
          responses: ['200: Pet'],
        },
      ],
      triggers: [{ name: 'born', method: 'POST', parameters: [], responses: ['200: no body'] }],
      definitions: [{ name: 'Pet', accept: ['application/json'] }],
      messages: [
        {
          text: 'A connector has one base URL; other servers are left out.',
          severity: 'info',
          detail: ['https://test.pets.example (line 1, column 102)'],
        },
      ],
    });
    expect(gateway.platform.seen).toEqual([]);
    expect(readdirSync(gateway.app.get(UploadDirectory, { strict: false }).path)).toEqual([]);
  });

  it('reports the errors of a faulty document', async () => {
    const answer = await preview(formOf('openapi: 3.1.0\npaths: {}\n'));
    expect(await answer.json()).toMatchObject({
      ok: false,
      written: 'yaml',
      counts: { actions: 0 },
      messages: [{ severity: 'error', detail: [expect.stringContaining('line 1')] }],
    });
  });

  it('reads a document from the platform’s storage without credentials', async () => {
    let saw = '';
    storage.once('request', (req) => (saw = String(req.headers.authorization ?? req.headers.cookie)));
    stored = () => ({ status: 200, body: DOCUMENT });
    const answer = await previewOf(`${storageUrl}/bucket/pets.json?signature=x`);
    expect(await answer.json()).toMatchObject({ ok: true, connector: { name: 'Pets' } });
    expect(saw).toBe('undefined');
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('reads a document that its storage sends as %s', async (encoding, compress) => {
    stored = () => ({ status: 200, body: compress(DOCUMENT), encoding });
    expect(await (await previewOf(`${storageUrl}/pets.json`)).json()).toMatchObject({ ok: true, written: 'json' });
  });

  it('P8: limits the decompressed size of a document', async () => {
    stored = () => ({ status: 200, body: gzipSync(' '.repeat(100_001)), encoding: 'gzip' });
    expect(await (await previewOf(`${storageUrl}/bomb`)).json()).toMatchObject({ status: 413 });
    stored = () => ({ status: 200, body: DOCUMENT, encoding: 'compress' });
    expect(await (await previewOf(`${storageUrl}/old`)).json()).toMatchObject({
      status: 400,
      fields: [{ field: 'schemaURL', message: 'cannot be read: it is sent encoded as compress' }],
    });
  });

  it.each([
    ['at another origin', () => 'http://169.254.169.254/latest/meta-data'],
    ['at another port', () => gateway.identity.issuer],
    ['that is no URL', () => 'pets.json'],
    ['on the disk', () => 'file:///etc/hostname'],
  ])('P2: never fetches a document %s', async (_where, url) => {
    expect(await (await previewOf(url())).json()).toMatchObject({
      status: 400,
      fields: [{ field: 'schemaURL', message: expect.stringContaining('upload the document itself') }],
    });
  });

  it.each([
    ['redirects', 302, '', 400, 'invalid_request'],
    ['has no such document', 404, '', 400, 'invalid_request'],
    ['sends more than a document may have', 200, ' '.repeat(100_001), 413, 'content_too_large'],
  ])('P8: reports it when the storage %s', async (_what, status, body, expected, code) => {
    const asked: string[] = [];
    stored = (url) => {
      asked.push(url);
      return { status, body };
    };
    expect(await (await previewOf(`${storageUrl}/a`)).json()).toMatchObject({ status: expected, code });
    expect(asked).toEqual(['/a']);
  });

  it('compares a new version with the latest one, with the caller’s token', async () => {
    const known = { type: 'http', id: '01JA0000000000000000000001', method: 'GET', parameters: [] };
    const responses = [{ id: '01JA0000000000000000000002', status: 200, definitions: [] }];
    const lists: Record<string, object> = {
      latest: { name: '1.0' },
      '1.0': { name: '1.0' },
      actions: {
        totalCount: 2,
        actions: [
          { ...known, responses, name: 'getPet', path: '/pets' },
          { ...known, id: '01JA0000000000000000000003', responses, name: 'old', path: '/old' },
        ],
      },
      triggers: { totalCount: 0, triggers: [] },
      definitions: { totalCount: 0, definitions: [] },
      '01HZ': { protocol: 'http', baseUrl: 'https://old.example', authSchemeConfigs: [] },
    };
    gateway.platform.behave(({ target }, res) => {
      const last = target.replace(/\?.*/, '').split('/').at(-1) ?? '';
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lists[last]));
    });
    const answer = await preview(formOf(JSON.stringify(PETS), VERSION_METADATA), VERSION_IMPORT);
    expect(await answer.json()).toMatchObject({
      follows: '1.0',
      difference: {
        added: [],
        removed: [{ name: 'old', method: 'GET', path: '/old' }],
        changed: [{ name: 'getPet', changes: expect.arrayContaining(['path', 'parameters']) }],
        changes: expect.arrayContaining([
          expect.objectContaining({ subject: { kind: 'connector', name: 'baseUrl' }, breaking: true }),
          expect.objectContaining({ subject: { kind: 'authSchemeConfig', name: 'basic' }, change: 'added' }),
        ]),
        unchanged: 0,
        complete: true,
      },
    });
    const versions = `${API}/o/acme/connectors/01HZ/versions`;
    expect(
      new Set(gateway.platform.seen.map(({ method, target }) => `${method} ${target.replace(/\?.*/, '')}`)),
    ).toEqual(
      new Set([
        `GET ${versions}/latest`,
        `GET ${versions}/1.0`,
        `GET ${versions}/1.0/actions`,
        `GET ${versions}/1.0/triggers`,
        `GET ${versions}/1.0/definitions`,
        `GET ${API}/o/acme/connectors/01HZ`,
      ]),
    );
  });

  it('M2: reports which parts of the latest version could not be read', async () => {
    gateway.platform.behave(({ target }, res) => {
      const isList = /\/(?:actions|triggers|definitions)/.test(target);
      res.writeHead(200, { 'content-type': 'application/json' }).end(isList ? '{"actions":[null]' : '{"name":"1.0"}');
    });
    const answer = await preview(formOf(JSON.stringify(PETS), VERSION_METADATA), VERSION_IMPORT);
    expect(answer.status).toBe(200);
    const { difference } = (await answer.json()) as { difference: { complete: boolean; missing: { part: string }[] } };
    expect(difference.complete).toBe(false);
    expect(difference.missing.map(({ part }) => part)).toEqual(expect.arrayContaining(['actions', 'triggers']));
  });

  it('has no comparison if no version has been published', async () => {
    gateway.platform.answerWith(404, { code: 'not_found', message: 'No.' });
    const answer = await preview(formOf(DOCUMENT, VERSION_METADATA), VERSION_IMPORT);
    const body = (await answer.json()) as object;
    expect({ status: answer.status, follows: 'follows' in body }).toEqual({ status: 200, follows: false });
  });
});

describe('The preview and the import', () => {
  let chain: Chain;
  let headers: Record<string, string>;

  beforeAll(async () => {
    chain = await startChain();
    headers = { cookie: await chain.signIn(), 'x-csrf': '1' };
  });
  afterAll(() => chain.close());

  it('have the same result for GitHub’s whole API', async () => {
    const github = readFileSync('node_modules/@octokit/openapi/generated/api.github.com.json');
    const post = async (
      path: string,
      metadata: string,
      file: string | Uint8Array<ArrayBuffer> = new Uint8Array(github),
    ): Promise<Record<string, { name: string }[]>> => {
      const url = `${chain.url}${API}/o/${DEMO_ORGANISATION_ID}/${path}`;
      const answer = await fetch(url, { method: 'POST', headers, body: formOf(file, metadata) });
      expect(answer.ok).toBe(true);
      return answer.json() as Promise<Record<string, { name: string }[]>>;
    };
    const planned = await post('protocols/http/import/preview', METADATA);
    const made = await post('protocols/http/import', METADATA);
    for (const part of ['actions', 'triggers', 'definitions'])
      expect(made[part]?.map(({ name }) => name).toSorted()).toEqual(planned[part]?.map(({ name }) => name).toSorted());
    const next = await post(`connector/${DEMO_CONNECTOR_ID}/http/import/preview`, VERSION_METADATA, DOCUMENT);
    expect(next['difference']).toMatchObject({ unchanged: 0, complete: true });
  });
});
