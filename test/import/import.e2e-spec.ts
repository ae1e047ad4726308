import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_ORGANISATION_ID } from '../../sandbox/platform/seed/seed.ids.js';
import { type Chain, startChain } from '../operations/chain.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { DOCUMENT, formOf, formSeen, upload } from '../support/upload.js';

const GITHUB = 'node_modules/@octokit/openapi/generated/api.github.com.json';
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** The parts of a document that the test counts. */
interface Counted {
  readonly paths: Record<string, object>;
  readonly components: { readonly schemas: object };
}
interface Result {
  readonly actions: { name: string; method: string; path: string }[];
  readonly definitions: { name: string }[];
}

const json = readFileSync(GITHUB);
const github = JSON.parse(json.toString()) as Counted;
const yaml = Buffer.from(dump(github));
const operations = Object.values(github.paths).flatMap((item) => Object.keys(item).filter((key) => METHODS.has(key)));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('A document without faults', () => {
  let gateway: TestGateway;
  let cookie: string;

  beforeAll(async () => {
    gateway = await startGateway();
    cookie = await gateway.signIn();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.platform.reset());

  it.each([
    ['13 MB of JSON', json],
    ['10 MB of YAML', yaml],
  ])('P16: reaches the platform byte for byte, %s as well', async (_what, bytes) => {
    gateway.platform.answerWith(201, {});
    const answer = await upload(gateway, cookie, formOf(new Uint8Array(bytes)));
    expect(answer.status).toBe(201);
    const file = (await formSeen(gateway.platform.last)).get('file') as File;
    expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(bytes));
  });

  it('with errors is rejected with all of them, and the platform is not called', async () => {
    const paths = { '/pets': { get: { responses: { 200: { $ref: '#/components/responses/Pets' } } } } };
    const faulty = JSON.stringify({ openapi: '3.1.0', paths, servers: [{}] }, null, 2);
    const answer = await upload(gateway, cookie, formOf(faulty));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'invalid_document',
      messages: [
        { severity: 'error', detail: [expect.stringContaining('line 1, column')] },
        {
          severity: 'error',
          detail: [expect.stringMatching(/^\/paths\/~1pets\/get\/responses\/200\/\$ref \(line 8, column/)],
        },
        { severity: 'warning', detail: [expect.stringContaining('/servers/0')] },
      ],
    });
    expect(gateway.platform.seen).toEqual([]);
  });

  it('that only the platform can fetch is forwarded unchecked', async () => {
    const body = JSON.stringify({ schemaURL: 'https://shop.example/openapi.json', format: 'openapi' });
    const headers = { cookie, 'x-csrf': '1', 'content-type': 'application/json' };
    const url = `${gateway.url}/api/connect/v1/o/acme/protocols/http/import`;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
    expect(gateway.platform.last.body.toString()).toBe(body);
  });
});

describe('GitHub’s whole API, through the gateway and into the sandbox', () => {
  let chain: Chain;
  let cookie: string;

  beforeAll(async () => {
    chain = await startChain();
    cookie = await chain.signIn();
  });
  afterAll(() => chain.close());

  it.each([
    ['JSON', json],
    ['YAML', yaml],
  ])('creates an action for each operation and a definition for each schema, from %s', async (_written, bytes) => {
    const url = `${chain.url}/api/connect/v1/o/${DEMO_ORGANISATION_ID}/protocols/http/import`;
    const headers = { cookie, 'x-csrf': '1' };
    const answer = await fetch(url, { method: 'POST', headers, body: formOf(new Uint8Array(bytes)) });
    expect(answer.status).toBe(201);
    const { actions, definitions } = (await answer.json()) as Result;
    expect(actions).toHaveLength(operations.length);
    const names = new Set(definitions.map(({ name }) => name));
    const schemas = Object.keys(github.components.schemas);
    expect(schemas.filter((name) => !names.has(name))).toEqual([]);
    expect(actions.find(({ name }) => name === 'repos_get')).toMatchObject({
      method: 'GET',
      path: '/repos/{{ param.owner }}/{{ param.repo }}',
    });
  });

  it('releases its memory budget for the next document', async () => {
    const url = `${chain.url}/api/connect/v1/o/${DEMO_ORGANISATION_ID}/protocols/http/import`;
    const answer = await fetch(url, { method: 'POST', headers: { cookie, 'x-csrf': '1' }, body: formOf(DOCUMENT) });
    expect(await answer.json()).toMatchObject({ connector: { name: 'Pets' }, actions: [], definitions: [] });
  });
});
