import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DEMO_CONNECTION_ID,
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
  OTHER_CONNECTOR_ID,
  OTHER_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { textsAt, SandboxPlatform, textAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const OTHER = `/o/${OTHER_ORGANISATION_ID}`;
const SHOP = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}`;
const NOT_FOUND = { status: 404, body: { code: 'not_found' } };

let platform: SandboxPlatform;
const said = vi.fn<(...words: unknown[]) => void>();

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(said);
  platform = await SandboxPlatform.start();
});

afterAll(async () => {
  await platform.close();
  vi.restoreAllMocks();
});

describe('a bearer token', () => {
  it('is required for every operation, including unknown ones', async () => {
    for (const path of ['/categories', '/connectors', DEMO, SHOP, '/nowhere']) {
      const answer = await platform.get(path, { authorization: null });
      expect(answer).toMatchObject({ status: 401, type: 'application/json', body: { code: 'unauthenticated' } });
    }
  });

  it.each([
    ['another scheme', () => 'Basic ZGVtbzpkZW1v'],
    ['no token', () => 'Bearer '],
    ['a value that is not a token', () => 'Bearer abc.def'],
    ['a token of another issuer', async () => `Bearer ${await platform.token({ iss: 'https://elsewhere.example' })}`],
    ['a token for another audience', async () => `Bearer ${await platform.token({ aud: 'another-client' })}`],
    ['an expired token', async () => `Bearer ${await platform.token({ exp: 1_000_000_000 })}`],
    ['a token that never expires', async () => `Bearer ${await platform.token({ exp: undefined })}`],
    [
      'a symmetric signature',
      async () => `Bearer ${await platform.token({}, { alg: 'HS256', key: new Uint8Array(32) })}`,
    ],
    [
      'the signature of another key',
      async () => `Bearer ${await platform.token({}, { key: (await generateKeyPair('RS256')).privateKey })}`,
    ],
  ])('is refused when it is %s', async (_name, authorization) => {
    const answer = await platform.get('/categories', { authorization: await authorization() });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('is verified with keys that are fetched once', async () => {
    await platform.get('/categories');
    const before = platform.keyRequests;
    await Promise.all([1, 2, 3].map(() => platform.get('/categories')));
    expect(platform.keyRequests).toBe(before);
  });

  it('cannot be verified while the provider serves no keys, which is reported as an error of the provider', async () => {
    const alone = await SandboxPlatform.start();
    alone.keysAreDown = true;
    expect(await alone.get('/categories')).toMatchObject({
      status: 503,
      body: { code: 'identity_provider_unavailable' },
    });
    alone.keysAreDown = false;
    expect(await alone.get('/categories')).toMatchObject({ status: 200 });
    await alone.close();
  });
});

describe('an organisation', () => {
  it('is visible to its members, whatever the case of their e-mail address', async () => {
    expect(await platform.get(`${DEMO}/connectors`, { as: 'Demo@Example.com' })).toMatchObject({ status: 200 });
    expect(await platform.get(`${OTHER}/connectors`, { as: 'other@example.com' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['GET', `${OTHER}/connectors`],
    ['GET', `${OTHER}/protocols`],
    ['GET', `${OTHER}/connectors/${OTHER_CONNECTOR_ID}`],
    ['DELETE', `${OTHER}/connectors/${OTHER_CONNECTOR_ID}`],
    ['GET', `${OTHER}/connectors/${OTHER_CONNECTOR_ID}/versions/1.0.0`],
    ['POST', `${OTHER}/protocols/http/connectors`],
  ])('does not exist for other people: %s %s', async (method, path) => {
    expect(await platform.ask(method, path)).toMatchObject(NOT_FOUND);
    expect(
      await platform.ask(method, path, { authorization: `Bearer ${await platform.token({ email: undefined })}` }),
    ).toMatchObject(NOT_FOUND);
  });

  it.each([
    `${DEMO}/connectors/${OTHER_CONNECTOR_ID}`,
    `${DEMO}/connectors/${OTHER_CONNECTOR_ID}/connections`,
    `${DEMO}/connectors/${OTHER_CONNECTOR_ID}/versions/1.0.0/actions`,
    `${DEMO}/schemas/${OTHER_CONNECTOR_ID}/1.0.0/Any.json`,
  ])('gives no access to the data of another one: %s', async (path) => {
    expect(await platform.get(path)).toMatchObject(NOT_FOUND);
  });

  it('gives no access to the connections of another one', async () => {
    const path = `${OTHER}/connections/${DEMO_CONNECTION_ID}/versions`;
    expect(await platform.post(path, { name: '1' }, { as: 'other@example.com' })).toMatchObject(NOT_FOUND);
  });
});

describe('a request', () => {
  it.each([
    ['GET', '/nowhere'],
    ['PATCH', SHOP],
    ['GET', `${DEMO}/connectors/unknown`],
    ['GET', `${SHOP}/versions/unknown`],
    ['GET', `${SHOP}/versions/1.2.0/actions/unknown`],
    ['GET', `${SHOP}/versions/1.2.0/triggers/unknown`],
    ['GET', `${SHOP}/versions/1.2.0/definitions/unknown`],
    ['GET', `${SHOP}/connections/unknown`],
    ['DELETE', `${SHOP}/auth-scheme-configs/unknown`],
    ['GET', `${DEMO}/protocols/unknown/auth-schemes`],
    ['GET', `${DEMO}/schemas/${DEMO_CONNECTOR_ID}/1.2.0/Unknown.json`],
    ['GET', '/o/%E0%A4%A/connectors'],
  ])('for something that does not exist gets 404: %s %s', async (method, path) => {
    expect(await platform.ask(method, path)).toMatchObject({ ...NOT_FOUND, type: 'application/json' });
  });

  it.each([
    ['broken JSON', '{"name": ', { status: 400, body: { code: 'invalid_json' } }],
    [
      'JSON that nests too deep',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      { status: 400, body: { code: 'invalid_json' } },
    ],
    ['no object', '[]', { status: 400, body: { code: 'invalid_request', fields: [{ field: '' }] } }],
    ['nothing', '', { status: 400, body: { code: 'invalid_request' } }],
    ['more than 32 MiB', 'x'.repeat(32 * 1024 * 1024 + 1), { status: 413, body: { code: 'body_too_large' } }],
  ])('with %s is refused', async (_name, body, expected) => {
    expect(await platform.post(`${SHOP}/versions`, body)).toMatchObject(expected);
  });

  it('gets all errors at once, each with its path', async () => {
    const credential = { name: 'k', type: 'string', data: {} };
    const answer = await platform.post(`${SHOP}/connections`, {
      credentials: { action: [{ authSchemeConfig: { id: 'a', schemeType: 'nonsense' }, credential }] },
      variables: [
        { name: 'a', value: 'b' },
        { name: 'a', value: 7 },
      ],
    });
    expect(answer.status).toBe(400);
    expect(textsAt(answer.body, 'fields', 'field')).toEqual([
      'name',
      'credentials.action[0].authSchemeConfig.schemeType',
      'credentials.action[0].credential.data.value',
      'variables[1].value',
    ]);
  });

  it('that changes several things changes none of them if one is invalid', async () => {
    const connection = { name: 'Twice', credentials: {}, variables: [] };
    const before = await platform.get(`${DEMO}/connectors`);
    const answer = await platform.post(`${DEMO}/protocols/bigquery/connectors`, {
      name: 'Half',
      connections: [connection, connection],
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    expect(await platform.get(`${DEMO}/connectors`)).toEqual(before);
  });

  it('that is aborted does not harm the platform', async () => {
    const { port, hostname } = new URL(platform.url);
    const head = `POST /api/connect/v1${SHOP}/versions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n`;
    const token = await platform.token();
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${head}authorization: Bearer ${token}\r\n\r\n{"name"`, () => socket.destroy());
      }).on('close', () => resolve());
    });
    expect(await platform.get('/categories')).toMatchObject({ status: 200 });
  });

  it('is not logged', () => {
    expect(said).not.toHaveBeenCalled();
  });
});

describe('a restart', () => {
  it('keeps all data in a file, and adds examples only to an empty one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-platform-'));
    const kept = await SandboxPlatform.start({ database: join(directory, 'new', 'platform.db') });
    const made = await kept.post(`${SHOP}/versions`, { name: '9.9.9', fromVersion: 'latest' });
    expect(await kept.delete(`${SHOP}/connections/${DEMO_CONNECTION_ID}?force=true`)).toMatchObject({ status: 204 });
    await kept.restart();
    expect(await kept.get(`${SHOP}/versions/9.9.9`)).toEqual({ ...made, status: 200 });
    expect(await kept.get(`${SHOP}/connections/${DEMO_CONNECTION_ID}`)).toMatchObject(NOT_FOUND);
    const { body } = await kept.get(`${SHOP}/versions/9.9.9/definitions/Product`);
    expect(textAt(body, 'url')).toMatch(kept.url);
    await kept.close();
    rmSync(directory, { recursive: true });
  });

  it('reports an address that is in use', async () => {
    const port = Number(new URL(platform.url).port);
    await expect(SandboxPlatform.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
