import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DEMO_BIGQUERY_CONNECTOR_ID,
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
  OTHER_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { type Answer, textsAt, SandboxPlatform, textAt, valueAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const SHOP = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}`;
const CONNECTOR_IMPORT = `${DEMO}/protocols/http/import`;
const VERSION_IMPORT = `${DEMO}/connector/${DEMO_CONNECTOR_ID}/http/import`;

const PETS = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '2.1' },
  servers: [{ url: 'https://{region}.pets.example/v2/', variables: { region: { default: 'eu' } } }],
  externalDocs: { url: 'https://docs.pets.example' },
  paths: {
    '/pets/{petId}': {
      parameters: [{ $ref: '#/components/parameters/petId' }],
      get: {
        operationId: 'get pet!',
        summary: 'Get a pet',
        parameters: [{ name: 'Accept', in: 'header', schema: { type: 'string' } }],
        responses: {
          200: { $ref: '#/components/responses/Pet' },
          default: {
            description: '',
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Fault' } } },
          },
        },
      },
      put: {
        requestBody: {
          required: true,
          content: {
            'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Pet' } },
            'application/x-www-form-urlencoded': { schema: { type: 'object' } },
          },
        },
        responses: { 204: { description: '' } },
      },
    },
  },
  webhooks: {
    petBorn: {
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
        responses: { 200: {} },
      },
    },
  },
  components: {
    parameters: {
      petId: { name: 'petId', in: 'path', required: true, schema: { type: ['integer', 'null'], default: 7 } },
    },
    responses: {
      Pet: { description: '', content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
    },
    schemas: {
      Pet: {
        type: 'object',
        properties: { parent: { $ref: '#/components/schemas/Pet' }, owner: { $ref: '#/components/schemas/Pet.Owner' } },
      },
      'Pet.Owner': { type: 'object', properties: { name: { $ref: '#/components/parameters/petId/schema' } } },
      Fault: { type: 'object' },
    },
    securitySchemes: {
      key: { type: 'apiKey', name: 'X-Key', in: 'header', description: 'The key' },
      basic: { type: 'http', scheme: 'basic' },
      bearer: { type: 'http', scheme: 'bearer' },
      tls: { type: 'mutualTLS' },
      code: {
        type: 'oauth2',
        flows: {
          authorizationCode: { authorizationUrl: 'https://a', tokenUrl: 'https://t', scopes: { read: 'Reads' } },
        },
      },
    },
  },
};

const YAML = `
openapi: 3.0.3
info: { title: Pets in YAML, version: "1" }
servers: [{ url: https://pets.example }]
paths:
  /pets:
    get: { operationId: listPets, responses: { "200": { description: ok } } }
`;

let platform: SandboxPlatform;

beforeAll(async () => {
  platform = await SandboxPlatform.start();
});

afterAll(() => platform.close());

function form(file: unknown, metadata: unknown = { format: 'openapi' }): FormData {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  const data = new FormData();
  data.set('file', new File([text], 'openapi.json'));
  data.set('metadata', new Blob([JSON.stringify(metadata)], { type: 'application/json' }));
  return data;
}

function importFile(file: unknown): Promise<Answer> {
  return platform.post(CONNECTOR_IMPORT, form(file));
}

async function upload(file: string, query = ''): Promise<{ answer: Answer; url: string; uploadUrl: string }> {
  const { body } = await platform.get(`${DEMO}/protocols/http/upload-url${query}`);
  const [url, uploadUrl] = [textAt(body, 'url'), textAt(body, 'uploadUrl')];
  const answer = await platform.put(uploadUrl, file, { authorization: null });
  return { answer, url, uploadUrl };
}

function withoutPart(part: string): FormData {
  const data = form(YAML);
  data.delete(part);
  return data;
}

function withMetadata(text: string): FormData {
  const data = form(YAML);
  data.set('metadata', text);
  return data;
}

function hugeDocument(): object {
  const text = 'A long description of something. '.repeat(380);
  const numbers = Array.from({ length: 1_000 }, (_, i) => i);
  const schemas = numbers.map((i) => [
    `Thing${i}`,
    {
      type: 'object',
      description: text,
      properties: { next: { $ref: `#/components/schemas/Thing${(i + 1) % 1_000}` } },
    },
  ]);
  const paths = numbers.map((i) => {
    const content = { 'application/json': { schema: { $ref: `#/components/schemas/Thing${i % 10}` } } };
    return [
      `/things/${i}`,
      { get: { responses: { 200: { description: '', content }, 404: { description: '', content } } } },
    ];
  });
  return { openapi: '3.1.0', paths: Object.fromEntries(paths), components: { schemas: Object.fromEntries(schemas) } };
}

describe('an imported connector', () => {
  it('is a draft of everything that the document describes', async () => {
    const { status, body } = await importFile(PETS);
    expect(status).toBe(201);
    expect(valueAt(body, 'connector')).toMatchObject({
      organisationId: DEMO_ORGANISATION_ID,
      name: 'Pets',
      protocol: 'http',
      public: false,
      baseUrl: 'https://eu.pets.example/v2',
      documentationURL: 'https://docs.pets.example',
      authSchemeConfigs: [
        { schemeType: 'api-key', name: 'X-Key', in: 'header', description: 'The key' },
        { schemeType: 'basic-auth', description: 'basic' },
        { schemeType: 'api-key', name: 'Authorization', in: 'header' },
        { schemeType: 'certificate' },
        {
          schemeType: 'oauth2',
          tokenUrl: 'https://t',
          scopes: [{ name: 'read', description: 'Reads' }],
          grant: { grantType: 'authorization_code' },
        },
      ],
      versions: [{ name: '2.1', publishedAt: null }],
    });
    expect(valueAt(body, 'actions')).toMatchObject([
      {
        name: 'get_pet',
        summary: 'Get a pet',
        method: 'GET',
        path: '/pets/{{ param.petId }}',
        parameters: [{ name: 'petId', in: 'path', required: true, type: 'integer', default: 7 }],
        responses: [
          { status: 200, definitions: [{ definition: { name: 'Pet', accept: ['application/json'] } }] },
          { definitions: [{ definition: { accept: ['application/problem+json'] } }] },
        ],
        errors: [],
      },
      {
        name: 'put_pets_petId',
        requestBody: {
          required: true,
          definitions: [
            { definition: { name: 'Pet' } },
            { definition: { accept: ['application/x-www-form-urlencoded'] } },
          ],
        },
        responses: [{ status: 204, definitions: [] }],
      },
    ]);
    expect(valueAt(body, 'triggers')).toMatchObject([
      {
        name: 'petBorn',
        method: 'POST',
        requestBody: { required: false, definitions: [{ definition: { name: 'Pet' } }] },
      },
    ]);
    expect(textsAt(body, 'messages', 'severity')).toEqual(['warning', 'info', 'info']);
    const path = `${DEMO}/connectors/${textAt(body, 'connector.id')}`;
    expect((await platform.get(path)).body).toEqual(valueAt(body, 'connector'));
    expect(await platform.get(`${path}/versions/2.1/actions/get_pet`)).toMatchObject({
      body: valueAt(body, 'actions.0') as object,
    });
    expect(await platform.post(`${path}/versions/2.1/publish`)).toMatchObject({ status: 200 });
  });

  it('has schemas that refer to each other', async () => {
    const { body } = await importFile(PETS);
    const urls = new Map(
      (valueAt(body, 'definitions') as { name: string; url: string }[]).map(({ name, url }) => [name, url]),
    );
    const pet = await platform.get(String(urls.get('Pet')));
    expect(pet.body).toEqual({
      type: 'object',
      properties: { parent: { $ref: urls.get('Pet') }, owner: { $ref: urls.get('Pet_Owner') } },
    });
    const owner = await platform.get(textAt(pet.body, 'properties.owner.$ref'));
    expect(await platform.get(textAt(owner.body, 'properties.name.$ref'))).toMatchObject({
      body: { type: ['integer', 'null'], default: 7 },
    });
    const fault = [...urls].find(([name]) => name.startsWith('Fault_'))?.[1];
    expect((await platform.get(String(fault))).body).toEqual({ $ref: urls.get('Fault') });
  });

  it('may be imported from YAML, and without a title or a version', async () => {
    expect(await importFile(YAML)).toMatchObject({
      status: 201,
      body: { connector: { name: 'Pets in YAML', versions: [{ name: '1' }] }, actions: [{ name: 'listPets' }] },
    });
    expect(await importFile('openapi: 3.1')).toMatchObject({
      status: 201,
      body: { connector: { name: 'Imported connector', baseUrl: '', versions: [{ name: '1.0.0' }] }, actions: [] },
    });
  });

  it('may have schemas with nested definitions and dangling references', async () => {
    const schemas = {
      Own: { $id: 'https://pets.example/own', $defs: { Part: {} }, $ref: '#/$defs/Part' },
      Lost: { $ref: '#/$defs/Part' },
    };
    const { status, body } = await importFile({ openapi: '3.1.0', components: { schemas } });
    expect(status).toBe(201);
    const found = await Promise.all(textsAt(body, 'definitions', 'url').map((url) => platform.get(url)));
    expect(found.map((answer) => answer.body)).toEqual([schemas.Own, {}]);
    expect(textsAt(body, 'messages', 'text')).toContainEqual(
      expect.stringMatching(/^The reference #\/\$defs\/Part leads nowhere; there anything is allowed\./),
    );
  });

  it('may be imported from Swagger 2.0, with a message', async () => {
    const swagger = {
      swagger: '2.0',
      info: { title: 'Old', version: '1' },
      host: 'old.example',
      schemes: ['https'],
      paths: {},
    };
    expect(await importFile(swagger)).toMatchObject({
      status: 201,
      body: {
        connector: { name: 'Old', baseUrl: 'https://old.example' },
        messages: [{ severity: 'warning', text: expect.stringMatching(/^This is Swagger 2\.0\./) }],
      },
    });
  });

  it('has a message for everything that cannot be converted', async () => {
    const operation = {
      parameters: [
        { name: 'filter', in: 'query', schema: { type: 'object' } },
        { name: 'odd', in: 'body' },
        { $ref: '#/components/schemas/A' },
      ],
      requestBody: { content: { 'application/xml': { schema: {} } } },
      callbacks: { done: {} },
      responses: { '2XX': { description: '' } },
    };
    const document = {
      openapi: '3.0.0',
      servers: [{ url: '/v1' }, { url: 'https://second.example' }],
      paths: {
        '/a/{b}': { get: { ...operation, operationId: 'same' }, post: { operationId: 'same', responses: {} } },
      },
      components: {
        schemas: {
          A: { properties: { far: { $ref: 'https://pets.example/X' }, lost: { $ref: '#/components/schemas/Lost' } } },
        },
        securitySchemes: { id: { type: 'openIdConnect' }, implicit: { type: 'oauth2', flows: { implicit: {} } } },
      },
    };
    const { status, body } = await importFile(document);
    expect(status).toBe(201);
    expect(textsAt(body, 'actions', 'name')).toEqual(['same_get_a_b', 'same_post_a_b']);
    const said = new Map(
      (valueAt(body, 'messages') as { detail: string[]; severity: string }[]).map(({ detail, severity }) => [
        detail.join(' | '),
        severity,
      ]),
    );
    expect(Object.fromEntries(said)).toEqual({
      'same_get_a_b: filter in query': 'warning',
      'same_get_a_b: odd in body': 'warning',
      'same_get_a_b: (no name) in (no place)': 'warning',
      'same_get_a_b_request: application/xml': 'warning',
      'same_get_a_b: 2XX': 'info',
      same_post_a_b: 'warning',
      'same_get_a_b: b | same_post_a_b: b': 'warning',
      same_get_a_b: 'info',
      'same: same_get_a_b | same: same_post_a_b': 'info',
      '/paths/~1a~1{b}/get/parameters/2/$ref': 'warning',
      '/components/schemas/A/properties/far/$ref': 'warning',
      '/components/schemas/A/properties/lost/$ref': 'warning',
      'https://second.example': 'info',
      '/servers/0/url': 'warning',
      'id: openIdConnect | implicit: oauth2 implicit': 'warning',
    });
    const version = `${DEMO}/connectors/${textAt(body, 'connector.id')}/versions/1.0.0`;
    expect(await platform.post(`${version}/publish`)).toMatchObject({ status: 200 });
  });

  it.each([
    ['another JSON', { hello: 'world' }],
    ['a list', '[1]'],
    ['a text', 'just words'],
    ['nothing', ''],
    ['broken JSON', '{"openapi": '],
    ['broken YAML', 'openapi: [3.1'],
    ['OpenAPI 4', { openapi: '4.0.0' }],
    [
      'YAML that unfolds without end',
      'openapi: 3.1.0\na: &a [1,1,1,1,1,1,1,1,1,1]\n' +
        ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
          .map((name) => `${name}${name}: &${name}${name} [${`*${name},`.repeat(10)}]`)
          .join('\n'),
    ],
    ['YAML that unfolds into long texts', `openapi: 3.1.0\na: &a ${'x'.repeat(1_000_000)}\nb: [${'*a,'.repeat(1000)}]`],
    ['YAML that contains itself', 'openapi: 3.1.0\na: &a [*a]'],
  ])('cannot be imported from %s', async (_name, file) => {
    const answer = await importFile(file);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'unreadable_document', messages: [{ severity: 'error' }] },
    });
    expect(textAt(answer.body, 'messages.0.text')).toBe(textAt(answer.body, 'message'));
  });
});

describe('an imported version', () => {
  it('is a draft of the connector, which keeps its own data', async () => {
    const before = (await platform.get(SHOP)).body;
    const { status, body } = await platform.post(
      VERSION_IMPORT,
      form(PETS, { format: 'openapi', version: 'imported & new' }),
    );
    expect(status).toBe(201);
    expect(valueAt(body, 'connector')).toMatchObject({
      id: DEMO_CONNECTOR_ID,
      name: 'Acme Shop',
      baseUrl: valueAt(before, 'baseUrl'),
    });
    expect(textsAt(body, 'connector.authSchemeConfigs', 'description')).toEqual([
      'Key of the shop',
      'Sign-in of a shop owner',
      'Back office',
      'The key',
      'basic',
      'bearer',
      'tls',
      'code',
    ]);
    expect(body).toMatchObject({
      messages: expect.arrayContaining([
        expect.objectContaining({ detail: ['not taken over: https://eu.pets.example/v2'] }),
      ]) as unknown[],
    });
    const path = `${SHOP}/versions/imported%20%26%20new`;
    expect(await platform.get(path)).toMatchObject({ body: { publishedAt: null } });
    expect(await platform.get(`${path}/actions/get_pet`)).toMatchObject({ status: 200 });
    const again = await platform.post(VERSION_IMPORT, form(PETS, { format: 'openapi', version: 'again' }));
    expect(textsAt(again.body, 'connector.authSchemeConfigs', 'id')).toEqual(
      textsAt(body, 'connector.authSchemeConfigs', 'id'),
    );
  });

  it.each([
    ['a name that is taken', VERSION_IMPORT, { format: 'openapi', version: '1.0.0' }, 409, undefined],
    ['a reserved name', VERSION_IMPORT, { format: 'openapi', version: 'latest' }, 400, 'metadata.version'],
    ['no name', VERSION_IMPORT, { format: 'openapi' }, 400, 'metadata.version'],
    ['another format', VERSION_IMPORT, { format: 'postman', version: '7' }, 400, 'metadata.format'],
    [
      'BigQuery',
      `${DEMO}/connector/${DEMO_BIGQUERY_CONNECTOR_ID}/http/import`,
      { format: 'openapi', version: '7' },
      400,
      'connector_id',
    ],
  ])('cannot have %s', async (_name, path, metadata, status, field) => {
    const answer = await platform.post(path, form(PETS, metadata));
    expect(answer.status).toBe(status);
    if (field) expect(textsAt(answer.body, 'fields', 'field')).toEqual([field]);
  });
});

describe('the body of an import', () => {
  it('may have its metadata as a plain field', async () => {
    const data = form(YAML);
    data.set('metadata', '{"format":"openapi"}');
    expect(await platform.post(CONNECTOR_IMPORT, data)).toMatchObject({ status: 201 });
  });

  it.each([
    ['no file', () => withoutPart('file'), 400, 'invalid_request'],
    ['no metadata', () => withoutPart('metadata'), 400, 'invalid_request'],
    ['metadata that is not JSON', () => withMetadata('format=openapi'), 400, 'invalid_json'],
  ])('with %s is refused', async (_name, data, status, code) => {
    expect(await platform.post(CONNECTOR_IMPORT, data())).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['text/plain', 'hello', 415, 'unsupported_media_type'],
    ['multipart/form-data; boundary=x', '--x\r\nbroken', 400, 'invalid_form'],
    ['multipart/form-data', 'no boundary', 400, 'invalid_form'],
    ['application/json', '{', 400, 'invalid_json'],
    ['application/json', '', 400, 'invalid_request'],
  ])('as %s of %j is refused', async (type, body, status, code) => {
    const answer = await platform.post(CONNECTOR_IMPORT, body, { headers: { 'content-type': type } });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

describe('an uploaded file', () => {
  it('can be imported repeatedly, as a connector and as a version', async () => {
    const { answer, url } = await upload(JSON.stringify(PETS));
    expect(answer.status).toBe(200);
    const source = { schemaURL: url, filetype: 'json', format: 'openapi' };
    expect(await platform.post(CONNECTOR_IMPORT, source)).toMatchObject({
      status: 201,
      body: { connector: { name: 'Pets' } },
    });
    const version = { ...source, filetype: undefined, version: 'from a file' };
    expect(await platform.post(VERSION_IMPORT, version)).toMatchObject({
      status: 201,
      body: { connector: { name: 'Acme Shop' } },
    });
    expect(await platform.post(VERSION_IMPORT, source)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'version' }] },
    });
    const other = `/o/${OTHER_ORGANISATION_ID}/protocols/http/import`;
    expect(await platform.post(other, source, { as: 'other@example.com' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'schemaURL' }] },
    });
  });

  it('can be sent to its URL once', async () => {
    const { uploadUrl } = await upload('first');
    expect(await platform.put(uploadUrl, 'second')).toMatchObject({ status: 403, body: { code: 'upload_refused' } });
  });

  it('can be sent to its URL within five minutes', async () => {
    const { body } = await platform.get(`${DEMO}/protocols/http/upload-url`);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 + 1 });
    const answer = await platform.put(textAt(body, 'uploadUrl'), 'late', { authorization: null });
    vi.useRealTimers();
    expect(answer).toMatchObject({ status: 403, body: { code: 'upload_refused' } });
  });

  it('can only be sent to exactly the issued URL', async () => {
    const { body } = await platform.get(`${DEMO}/protocols/http/upload-url`);
    for (const target of [textAt(body, 'url'), `${textAt(body, 'uploadUrl').slice(0, -2)}zz`])
      expect(await platform.put(target, 'x', { authorization: null })).toMatchObject({ status: 403 });
    expect(await platform.put('/uploads/unknown?signature=x', 'x')).toMatchObject({ status: 404 });
  });

  it.each([
    ['?content_type=application/json&content_length=2', 200],
    ['?content_type=text/yaml', 400],
    ['?content_length=3', 400],
  ])('must match the announcement: %s gets %i', async (query, status) => {
    expect((await upload('{}', query)).answer.status).toBe(status);
  });

  it('cannot be announced with an impossible size', async () => {
    for (const length of ['many', '-1', '999999999'])
      expect(await platform.get(`${DEMO}/protocols/http/upload-url?content_length=${length}`)).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'content_length' }] },
      });
  });

  it.each([
    ['https://elsewhere.example/openapi.json', 'json', 'schemaURL'],
    ['http://127.0.0.1/api/connect/v1/categories', 'json', 'schemaURL'],
    [7, 'json', 'schemaURL'],
    ['https://elsewhere.example/openapi.json', 'word', 'filetype'],
  ])('is the only source that an import reads: not %s of %s', async (schemaURL, filetype, field) => {
    expect(await platform.post(CONNECTOR_IMPORT, { schemaURL, filetype, format: 'openapi' })).toMatchObject({
      status: 400,
      body: { fields: [{ field }] },
    });
  });

  it('must be uploaded before it is imported', async () => {
    const { body } = await platform.get(`${DEMO}/protocols/http/upload-url`);
    const source = { schemaURL: textAt(body, 'url'), format: 'openapi' };
    expect(await platform.post(CONNECTOR_IMPORT, source)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'schemaURL' }] },
    });
  });
});

describe('a document of 13 MB', () => {
  it('is imported completely', async () => {
    const { status, body } = await importFile(hugeDocument());
    expect(status).toBe(201);
    expect(valueAt(body, 'actions')).toHaveLength(1_000);
    expect(valueAt(body, 'definitions')).toHaveLength(1_000);
    const path = `${DEMO}/connectors/${textAt(body, 'connector.id')}/versions/1.0.0`;
    expect(await platform.get(`${path}/actions?first=100`)).toMatchObject({ status: 200, body: { totalCount: 1_000 } });
  });
});
