import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
  LIBRARY_CONNECTOR_ID,
  LIBRARY_ORGANISATION_ID,
  OTHER_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { textsAt, SandboxPlatform, textAt, valueAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const SHOP_VERSIONS = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}/versions`;
const ACTION = {
  type: 'http',
  name: 'Get',
  method: 'GET',
  path: '/',
  parameters: [],
  responses: [{ definitions: [] }],
};

let platform: SandboxPlatform;
/** The versions of a separate connector for each test. */
let versions: string;

beforeAll(async () => {
  platform = await SandboxPlatform.start();
});

afterAll(() => platform.close());

beforeEach(async () => {
  const made = { name: 'Versioned', baseUrl: '', authSchemeConfigs: [] };
  const { body } = await platform.post(`${DEMO}/protocols/http/connectors`, made);
  versions = `${DEMO}/connectors/${textAt(body, 'id')}/versions`;
});

/** Creates a version that can be published, and publishes it on request. */
async function make(name: string, isPublished = true): Promise<string> {
  const path = `${versions}/${encodeURIComponent(name)}`;
  expect(await platform.post(versions, { name })).toMatchObject({ status: 201 });
  expect(await platform.post(`${path}/actions`, ACTION)).toMatchObject({ status: 201 });
  if (isPublished) expect(await platform.post(`${path}/publish`)).toMatchObject({ status: 200 });
  return path;
}

function schema(content: object): object {
  return { contentType: 'application/schema+json', content: JSON.stringify(content) };
}

async function nameOf(path: string): Promise<unknown> {
  return valueAt((await platform.get(path)).body, 'name');
}

describe('a new version', () => {
  it.each(['1.0.0', '1.0.0-rc.1+build 7', 'Größe/50%', '2026-11', 'Latest'])('can be named %s', async (name) => {
    const answer = await platform.post(versions, { name });
    const body = { name, isLatest: false, isDefault: false, publishedAt: null };
    expect(answer).toMatchObject({ status: 201, body });
    expect(await platform.get(`${versions}/${encodeURIComponent(name)}`)).toEqual({ ...answer, status: 200 });
  });

  it.each([
    ['latest', 400],
    ['default', 400],
    ['', 400],
    ['..', 400],
    [7, 400],
    [undefined, 400],
  ])('cannot be named %s', async (name, status) => {
    expect(await platform.post(versions, { name })).toMatchObject({ status, body: { fields: [{ field: 'name' }] } });
  });

  it('cannot have the name of another one', async () => {
    await make('1', false);
    expect(await platform.post(versions, { name: '1' })).toMatchObject({
      status: 409,
      body: { code: 'version_exists' },
    });
  });

  it('starts with copies of the contents of another one, which refer to each other', async () => {
    await platform.post(SHOP_VERSIONS, { name: 'copy', fromVersion: '1.1.0' });
    const [from, to] = await Promise.all(
      ['1.1.0', 'copy'].map((name) => platform.get(`${SHOP_VERSIONS}/${name}/definitions`)),
    );
    expect(textsAt(to?.body, 'definitions', 'name')).toEqual(textsAt(from?.body, 'definitions', 'name'));
    const ids = textsAt(to?.body, 'definitions', 'id');
    expect(ids.some((id) => textsAt(from?.body, 'definitions', 'id').includes(id))).toBe(false);
    const { body: action } = await platform.get(`${SHOP_VERSIONS}/copy/actions/GetProduct`);
    expect(ids).toContain(valueAt(action, 'responses.0.definitions.0.definition.id'));
    const { body: product } = await platform.get(`${DEMO}/schemas/${DEMO_CONNECTOR_ID}/copy/Product.json`);
    const price = ids[textsAt(to?.body, 'definitions', 'name').indexOf('Price')];
    expect(textAt(product, 'properties.price.$ref')).toContain(`/copy/${String(price)}.json`);
    expect(await platform.get(`${SHOP_VERSIONS}/copy/triggers/OrderPlaced`)).toMatchObject({ status: 200 });
  });

  it('cannot start with a version that does not exist', async () => {
    expect(await platform.post(versions, { name: '1', fromVersion: '0' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'fromVersion' }] },
    });
    expect(await platform.get(`${versions}/1`)).toMatchObject({ status: 404 });
  });

  it('appears in the connector, and in the list with the most recently updated first', async () => {
    await make('1', false);
    await make('2', false);
    await platform.post(`${versions}/1/actions`, { ...ACTION, name: 'Other' });
    const { body } = await platform.get(versions);
    expect(textsAt(body, 'items', 'name')).toEqual(['1', '2']);
    expect(valueAt(body, 'totalCount')).toBe(2);
    const { body: connector } = await platform.get(versions.replace(/\/versions$/, ''));
    expect(textsAt(connector, 'versions', 'name')).toEqual(['1', '2']);
    const page = await platform.get(`${versions}?first=1`);
    const next = await platform.get(`${versions}?first=1&after=${textAt(page.body, 'next')}`);
    expect([...textsAt(page.body, 'items', 'name'), ...textsAt(next.body, 'items', 'name')]).toEqual(['1', '2']);
  });
});

describe('the reserved names', () => {
  it('refer to nothing until a version is published', async () => {
    await make('1', false);
    for (const name of ['latest', 'default'])
      expect(await platform.get(`${versions}/${name}`)).toMatchObject({ status: 404 });
  });

  it('refer to the version that was published last', async () => {
    await make('2');
    await make('1');
    expect(await nameOf(`${versions}/latest`)).toBe('1');
    expect(await nameOf(`${versions}/default`)).toBe('1');
    await platform.post(`${versions}/1/unpublish`);
    expect(await nameOf(`${versions}/latest`)).toBe('2');
    expect(await platform.get(`${versions}/2`)).toMatchObject({ body: { isLatest: true, isDefault: true } });
  });

  it('differ if another version was chosen as the default', async () => {
    expect(await nameOf(`${SHOP_VERSIONS}/latest`)).toBe('1.1.0');
    expect(await nameOf(`${SHOP_VERSIONS}/default`)).toBe('1.0.0');
    expect(await platform.get(`${SHOP_VERSIONS}/latest/actions/GetProduct`)).toMatchObject({ status: 200 });
  });
});

describe('a changed version', () => {
  it('has another name and description, and keeps unknown members', async () => {
    const path = await make('1', false);
    const { body } = await platform.get(path);
    const sent = { ...(body as object), name: '1.0', description: 'new', ticket: { id: 7 } };
    expect(await platform.put(path, sent)).toMatchObject({
      status: 200,
      body: { name: '1.0', description: 'new', ticket: { id: 7 } },
    });
    expect(await platform.get(path)).toMatchObject({ status: 404 });
    expect(await platform.get(`${versions}/1.0/actions/Get`)).toMatchObject({ status: 200 });
  });

  it('keeps read-only members and reports attempts to change them', async () => {
    const path = await make('1', false);
    const { body } = await platform.get(path);
    const time = '2020-01-01T00:00:00Z';
    const sent = { ...(body as object), id: 'x', isDefault: true, createdAt: time, updatedAt: time, publishedAt: time };
    const answer = await platform.put(path, sent);
    expect(answer.status).toBe(400);
    expect(textsAt(answer.body, 'fields', 'field')).toEqual([
      'id',
      'isDefault',
      'createdAt',
      'updatedAt',
      'publishedAt',
    ]);
    expect(await platform.get(path)).toMatchObject({ body: body as object });
  });

  it('accepts a different notation of the same time as unchanged', async () => {
    const path = await make('1', false);
    const { body } = await platform.get(path);
    const createdAt = textAt(body, 'createdAt').replace('Z', '+00:00');
    expect(await platform.put(path, { ...(body as object), createdAt })).toMatchObject({ status: 200 });
  });

  it.each([
    ['a reserved name', { name: 'latest' }, 400],
    ['a name that is taken', { name: '2' }, 409],
  ])('cannot get %s', async (_name, members, status) => {
    const path = await make('1', false);
    await make('2', false);
    const { body } = await platform.get(path);
    expect(await platform.put(path, { ...(body as object), ...members })).toMatchObject({ status });
  });
});

describe('a published version', () => {
  it('reports the time of publication and warnings', async () => {
    const path = await make('1', false);
    const unused = { contentType: 'application/schema+json', content: '{}' };
    await platform.post(`${path}/definitions`, {
      definitions: [{ name: 'Unused', accept: ['application/json'], schema: unused }],
    });
    await platform.post(`${path}/actions`, {
      ...ACTION,
      name: 'Idle',
      parameters: [{ name: 'id', in: 'path', required: true, type: 'string' }],
    });
    const { status, body } = await platform.post(`${path}/publish`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: {
        name: '1',
        isLatest: true,
        isDefault: true,
        messages: [
          { severity: 'warning', detail: ['actions.Idle.parameters[0]: is not used in the path'] },
          { severity: 'info', detail: ['Unused'] },
        ],
      },
    });
    expect(textAt(body, 'version.publishedAt')).toMatch(/^\d{4}-/);
  });

  it('cannot be changed', async () => {
    const path = await make('1');
    const { body } = await platform.get(path);
    const definitions = {
      definitions: [{ name: 'D', accept: [], schema: { contentType: 'application/json', content: '{}' } }],
    };
    const { body: action } = await platform.get(`${path}/actions/Get`);
    const changes: [string, string, unknown?][] = [
      ['PUT', path, body],
      ['DELETE', path],
      ['POST', `${path}/publish`],
      ['POST', `${path}/actions`, ACTION],
      ['PUT', `${path}/actions/Get`, action],
      ['DELETE', `${path}/actions/Get`],
      ['POST', `${path}/triggers`, ACTION],
      ['POST', `${path}/definitions`, definitions],
      ['DELETE', `${path}/definitions`, { all: true }],
      ['DELETE', `${versions}/latest/actions/Get`],
    ];
    for (const [method, target, sent] of changes)
      expect(await platform.ask(method, target, { body: sent })).toMatchObject({
        status: 409,
        body: { code: 'version_published' },
      });
  });

  it('reports read-only members first', async () => {
    const path = await make('1');
    const { body } = await platform.get(path);
    expect(await platform.put(path, { ...(body as object), isLatest: false })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'isLatest' }] },
    });
  });

  it('is a draft again after it is unpublished, once', async () => {
    const path = await make('1');
    expect(await platform.post(`${path}/unpublish`)).toMatchObject({
      status: 200,
      body: { version: { publishedAt: null, isLatest: false } },
    });
    expect(await platform.post(`${path}/unpublish`)).toMatchObject({
      status: 409,
      body: { code: 'version_not_published' },
    });
    expect(await platform.delete(path)).toMatchObject({ status: 204 });
  });

  it('stays published while it is in use', async () => {
    expect(await platform.post(`${SHOP_VERSIONS}/1.0.0/unpublish`)).toMatchObject({
      status: 409,
      body: { code: 'version_in_use' },
    });
  });

  it('is deleted if the deletion is forced', async () => {
    const path = await make('1');
    expect(await platform.delete(`${path}?force=true`)).toMatchObject({ status: 204 });
    expect(await platform.get(path)).toMatchObject({ status: 404 });
  });
});

describe('publishing', () => {
  it('requires content', async () => {
    await platform.post(versions, { name: '1' });
    expect(await platform.post(`${versions}/1/publish`)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'actions' }] },
    });
  });

  it('requires a response for every action, and references that resolve', async () => {
    const path = await make('1', false);
    const definitions = [
      { name: 'Gone', accept: ['application/json'], schema: schema({}) },
      { name: 'Left', accept: ['application/json'], schema: schema({ $ref: '#/$defs/Gone' }) },
    ];
    await platform.post(`${path}/definitions`, { definitions });
    await platform.post(`${path}/actions`, { ...ACTION, name: 'Silent', responses: [] });
    await platform.post(`${path}/actions`, { ...ACTION, name: 'Lost', path: '/{{ param.id }}' });
    const responses = [{ status: 200, definitions: [{ definition: { name: 'Gone' } }] }];
    await platform.post(`${path}/triggers`, { ...ACTION, name: 'Torn', responses });
    await platform.delete(`${path}/definitions/Gone?force=true`);
    const answer = await platform.post(`${path}/publish`);
    expect(answer.status).toBe(400);
    expect(textsAt(answer.body, 'fields', 'field')).toEqual([
      'actions.Silent.responses',
      'actions.Lost.path',
      'triggers.Torn.responses[0].definitions[0]',
      'definitions.Left',
    ]);
    const { body: torn } = await platform.get(`${path}/triggers/Torn`);
    expect(torn).toMatchObject({ responses: [{ definitions: [] }], errors: [{ severity: 'error' }] });
  });
});

describe('an import from the library', () => {
  const LIBRARY = `/connectors/${LIBRARY_CONNECTOR_ID}/versions`;

  it('creates a separate connector with a draft of everything', async () => {
    const { status, body } = await platform.post(`${DEMO}${LIBRARY}/1.0.0/library/import`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      organisationId: DEMO_ORGANISATION_ID,
      name: 'Orbit CRM',
      public: false,
      authSchemeConfigs: [
        { schemeType: 'oauth2', grant: { organisationId: LIBRARY_ORGANISATION_ID } },
        { schemeType: 'api-key' },
      ],
      connections: [],
      versions: [{ name: '1.0.0', publishedAt: null, isLatest: false }],
    });
    const path = `${DEMO}/connectors/${textAt(body, 'id')}`;
    const { body: actions } = await platform.get(`${path}/versions/1.0.0/actions`);
    expect(textsAt(actions, 'actions', 'name')).toEqual(['CreateContact', 'GetCompany', 'GetContact']);
    expect(textAt(actions, 'actions.0.responses.0.definitions.0.definition.url')).toContain(textAt(body, 'id'));
    expect(await platform.post(`${path}/versions/1.0.0/publish`)).toMatchObject({ status: 200 });

    const again = await platform.post(`${DEMO}${LIBRARY}/latest/library/import`);
    expect(again).toMatchObject({ status: 200, body: { id: textAt(body, 'id') } });
    expect(textsAt(again.body, 'versions', 'name')).toEqual(['1.0.0', '2.0.0']);
    expect(await platform.post(`${DEMO}${LIBRARY}/1.0.0/library/import`)).toMatchObject({
      status: 409,
      body: { code: 'version_exists' },
    });

    const config = { ...(valueAt(body, 'authSchemeConfigs.0') as object), description: 'ours' };
    const target = `${path}/auth-scheme-configs/${textAt(body, 'authSchemeConfigs.0.id')}`;
    expect(await platform.put(target, config)).toMatchObject({ status: 200 });
    const grant = { ...(valueAt(config, 'grant') as object), clientSecret: 'stolen' };
    expect(await platform.put(target, { ...config, grant })).toMatchObject({ status: 400 });
  });

  it('is separate for each organisation', async () => {
    const path = `/o/${OTHER_ORGANISATION_ID}${LIBRARY}/default/library/import`;
    expect(await platform.post(path, undefined, { as: 'other@example.com' })).toMatchObject({
      status: 200,
      body: { organisationId: OTHER_ORGANISATION_ID, versions: [{ name: '2.0.0' }] },
    });
    expect(await platform.post(path)).toMatchObject({ status: 404 });
  });

  it.each([
    ['a draft of the library', `${DEMO}${LIBRARY}/3.0.0`],
    ['a version that there is not', `${DEMO}${LIBRARY}/7`],
    ['a connector that is not public', `${SHOP_VERSIONS}/1.0.0`],
    ['a connector that there is not', `${DEMO}/connectors/unknown/versions/1.0.0`],
  ])('finds nothing for %s', async (_name, path) => {
    expect(await platform.post(`${path}/library/import`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
