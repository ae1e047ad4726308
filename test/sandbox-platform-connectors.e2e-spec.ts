import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEMO_CONNECTOR_ID,
  DEMO_OAUTH2_CONFIG_ID,
  DEMO_ORGANISATION_ID,
  LIBRARY_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { type Answer, textsAt, SandboxPlatform, textAt, valueAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const SHOP = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}`;
const KEY = { id: 'key', description: 'the key', schemeType: 'api-key', name: 'X-Key', in: 'header' };
const BASIC = { id: 'basic', description: 'the password', schemeType: 'basic-auth' };

let platform: SandboxPlatform;

beforeAll(async () => {
  platform = await SandboxPlatform.start();
});

afterAll(() => platform.close());

async function create(members: object = {}): Promise<{ path: string; body: Record<string, unknown> }> {
  const made = { name: 'Made', baseUrl: 'https://made.example', authSchemeConfigs: [KEY, BASIC], ...members };
  const { status, body } = await platform.post(`${DEMO}/protocols/http/connectors`, made);
  expect(status).toBe(201);
  return { path: `${DEMO}/connectors/${textAt(body, 'id')}`, body: body as Record<string, unknown> };
}

function names(answer: Answer): string[] {
  return textsAt(answer.body, 'connectors', 'name');
}

/** A page and all pages after it. */
async function walk(parameter: string, member: string, first?: Answer): Promise<Answer[]> {
  const cursor = valueAt(first?.body, member);
  if (first === undefined || typeof cursor !== 'string') return first ? [first] : [];
  return [
    first,
    ...(await walk(parameter, member, await platform.get(`${DEMO}/connectors?first=7&${parameter}=${cursor}`))),
  ];
}

/** The body of a PUT that changes nothing in a connector. */
function updateOf({ body }: { body: Record<string, unknown> }, members: object = {}): object {
  const { id, organisationId, name, protocol, baseUrl } = body;
  return { id, organisationId, name, protocol, baseUrl, ...members };
}

describe('the categories', () => {
  it('are a plain list', async () => {
    const { status, body } = await platform.get('/categories');
    expect(status).toBe(200);
    expect(body).toContain('Development & IT');
    expect(body).toHaveLength(12);
  });
});

describe('the list of connectors', () => {
  it('can be paged in both directions without gaps or duplicates', async () => {
    const { body: all } = await platform.get(`${DEMO}/connectors?first=100`);
    const expected = textsAt(all, 'connectors', 'id');
    expect(expected.length).toBeGreaterThan(20);
    const forwards = await walk('after', 'next', await platform.get(`${DEMO}/connectors?first=7`));
    expect(forwards.flatMap((page) => textsAt(page.body, 'connectors', 'id'))).toEqual(expected);
    for (const { body } of forwards) expect(valueAt(body, 'totalCount')).toBe(expected.length);
    const backwards = await walk('before', 'prev', forwards.at(-1) ?? forwards[0]);
    expect(backwards.toReversed().flatMap((page) => textsAt(page.body, 'connectors', 'id'))).toEqual(expected);
  });

  it('has 20 entries per page by default, the most recently updated first', async () => {
    const { path } = await create({ name: 'Newest' });
    await platform.put(`${SHOP}/tags`, { tags: {} });
    const page = await platform.get(`${DEMO}/connectors`);
    expect(names(page)).toHaveLength(20);
    expect(names(page).slice(0, 2)).toEqual(['Acme Shop', 'Newest']);
    const times = textsAt(page.body, 'connectors', 'updatedAt');
    expect(times).toEqual(times.toSorted().toReversed());
    await platform.delete(path);
  });

  it('keeps its position while others are added', async () => {
    const first = await platform.get(`${DEMO}/connectors?first=3`);
    const { path } = await create();
    const second = await platform.get(`${DEMO}/connectors?first=3&after=${textAt(first.body, 'next')}`);
    const back = await platform.get(`${DEMO}/connectors?first=3&before=${textAt(second.body, 'prev')}`);
    expect(names(back)).toEqual(names(first));
    await platform.delete(path);
  });

  it.each([
    ['name=stock', ['Stock Room']],
    ['name=GR%C3%96', ['Größe & Söhne']],
    ['protocol=BIG', ['Acme Warehouse']],
    ['categories=Hospitality', ['Menu Board', 'Booking Desk']],
    ['categories=AI%2FLLMs&categories=Productivity', ['Meeting Notes']],
    ['categories=Development%20%26%20IT&name=forge', ['Code Forge']],
    ['tags=team:partners&name=chat', []],
    ['tags=team:platform&name=chat', ['Chat Rooms']],
    ['tags=team&name=chat', ['Chat Rooms']],
    ['tags=team:platform,nowhere', []],
    ['name=a&sort=name:asc&first=2', ['Acme Shop', 'Acme Warehouse']],
    ['name=room&sort=name:desc,id:asc', ['Stock Room', 'Mail Room', 'Chat Rooms']],
  ])('finds by %s', async (query, expected) => {
    const answer = await platform.get(`${DEMO}/connectors?${query}`);
    expect(answer.status).toBe(200);
    expect(names(answer)).toEqual(expected);
  });

  it.each([
    ['first=0', 'first'],
    ['first=101', 'first'],
    ['first=some', 'first'],
    ['sort=colour:asc', 'sort'],
    ['sort=name:sideways', 'sort'],
    ['sort=name', 'sort'],
    ['after=broken', 'after'],
    ['before=WyJhIl0', 'before'],
    ['after=WyIxIiwiMiIsIjMiLCI0Il0&before=WyIxIiwiMiIsIjMiLCI0Il0', 'before'],
    ['categories=CRM&categories=Nonsense', 'categories[1]'],
  ])('refuses %s', async (query, field) => {
    expect(await platform.get(`${DEMO}/connectors?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', fields: [{ field }] },
    });
  });
});

describe('the public library', () => {
  it('lists what is public, without drafts and connections', async () => {
    const { status, body } = await platform.get('/connectors?sort=name:asc', { as: 'nobody@example.com' });
    expect(status).toBe(200);
    expect(textsAt(body, 'connectors', 'name')).toEqual([
      'Ledger Books',
      'Model Garden',
      'Orbit CRM',
      'Page Turner',
      'Parcel Trace',
    ]);
    expect(valueAt(body, 'connectors.2')).toMatchObject({
      organisationId: LIBRARY_ORGANISATION_ID,
      public: true,
      connections: [],
      versions: [{ name: '1.0.0' }, { name: '2.0.0', isLatest: true }],
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('can be searched like any list', async () => {
    const answer = await platform.get('/connectors?categories=CRM&categories=Development%20%26%20IT');
    expect(names(answer)).toEqual(['Orbit CRM']);
  });

  it('lists what an organisation makes public', async () => {
    const connection = { name: 'Private', credentials: {}, variables: [{ name: 'host', value: 'internal' }] };
    const { path } = await create({ name: 'Shared', public: true, connections: [connection] });
    const answer = await platform.get('/connectors?name=shared', { as: 'other@example.com' });
    expect(answer.body).toMatchObject({ totalCount: 1, connectors: [{ name: 'Shared', connections: [] }] });
    await platform.delete(path);
    expect(await platform.get('/connectors?name=shared')).toMatchObject({ body: { totalCount: 0 } });
  });
});

describe('a new connector', () => {
  it('over HTTP has the sent members and no version', async () => {
    const { path, body } = await create({ tags: { team: ['a'] }, connectionVariables: [{ name: 'v', value: '1' }] });
    expect(body).toMatchObject({
      organisationId: DEMO_ORGANISATION_ID,
      protocol: 'http',
      public: false,
      authSchemeConfigs: [KEY, BASIC],
      tags: { team: ['a'] },
      connections: [],
      versions: [],
    });
    expect(await platform.get(path)).toMatchObject({ status: 200, body });
  });

  it('on BigQuery comes with its connections', async () => {
    const connection = {
      name: 'Main',
      credentials: {
        action: [
          {
            authSchemeConfig: { id: 'n', description: '', schemeType: 'none' },
            credential: { name: 'none', type: 'none', data: {} },
          },
        ],
      },
      variables: [],
    };
    const made = { name: 'Data', datasetId: 'acme.sales', connections: [connection] };
    expect(await platform.post(`${DEMO}/protocols/bigquery/connectors`, made)).toMatchObject({
      status: 201,
      body: { protocol: 'bigquery', datasetId: 'acme.sales', connections: [{ name: 'Main' }] },
    });
  });

  it.each([
    ['http', {}, ['name', 'baseUrl', 'authSchemeConfigs']],
    [
      'http',
      { name: ' ', baseUrl: 1, authSchemeConfigs: [{}] },
      ['name', 'baseUrl', 'authSchemeConfigs[0].schemeType'],
    ],
    ['http', { name: 'n', baseUrl: '', authSchemeConfigs: [KEY, KEY] }, ['authSchemeConfigs[1]']],
    ['http', { name: 'n', baseUrl: '', authSchemeConfigs: [], tags: { a: 'b' } }, ['tags.a']],
    ['bigquery', { name: 'n', datasetId: 'nodot' }, ['datasetId', 'connections']],
  ])('of %s is refused with %j', async (protocol, made, fields) => {
    const answer = await platform.post(`${DEMO}/protocols/${protocol}/connectors`, made);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(textsAt(answer.body, 'fields', 'field').toSorted()).toEqual(fields.toSorted());
  });
});

describe('a changed connector', () => {
  it('loses omitted members and keeps unknown ones digit by digit', async () => {
    const made = await create({ tags: { a: ['b'] }, public: true, documentationURL: 'https://docs.example' });
    const sent = JSON.stringify(
      updateOf(made, { name: 'Renamed', imageURL: 'https://icon.example', extra: { deep: [1] } }),
    );
    const text = sent.replace(/\}$/, ',"huge":12345678901234567890}');
    const answer = await platform.put(made.path, text);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'Renamed',
      public: false,
      imageURL: 'https://icon.example',
      extra: { deep: [1] },
    });
    expect(answer.body).not.toHaveProperty('tags');
    expect(answer.body).not.toHaveProperty('documentationURL');
    const raw = await fetch(platform.url + made.path, {
      headers: { authorization: `Bearer ${await platform.token()}` },
    });
    expect(await raw.text()).toContain('"huge":12345678901234567890');
  });

  it('can be sent back unchanged', async () => {
    const { body } = await platform.get(SHOP);
    const answer = await platform.put(SHOP, body);
    expect(answer.body).toEqual({ ...(body as object), updatedAt: valueAt(answer.body, 'updatedAt') });
  });

  it('cannot change read-only members', async () => {
    const made = await create();
    const answer = await platform.put(made.path, updateOf(made, { id: 'x', organisationId: 'y' }));
    expect(answer.status).toBe(400);
    expect(textsAt(answer.body, 'fields', 'field')).toEqual(['id', 'organisationId']);
    expect(await platform.put(made.path, updateOf(made, { protocol: 'bigquery' }))).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'protocol' }] },
    });
  });

  it('reorders its authentication methods and changes nothing else', async () => {
    const made = await create();
    const answer = await platform.put(made.path, updateOf(made, { authSchemeConfigIds: ['basic', 'key'] }));
    expect(answer.body).toMatchObject({ authSchemeConfigs: [BASIC, KEY] });
    for (const ids of [['basic'], ['basic', 'basic'], ['basic', 'key', 'more'], ['basic', 'other']])
      expect(await platform.put(made.path, updateOf(made, { authSchemeConfigIds: ids }))).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'authSchemeConfigIds' }] },
      });
  });

  it('overwrites the variables of its connections', async () => {
    const connection = { name: 'One', credentials: {}, variables: [{ name: 'old', value: '1' }] };
    const made = await create({ connections: [connection] });
    const connectionVariables = [{ name: 'new', value: '2' }];
    const answer = await platform.put(made.path, updateOf(made, { connectionVariables }));
    expect(answer.body).toMatchObject({ connectionVariables, connections: [{ variables: connectionVariables }] });
  });
});

describe('tags and categories', () => {
  it('are replaced and can be searched', async () => {
    const { path } = await create({ name: 'Tagged' });
    expect(await platform.put(`${path}/tags`, { tags: { a: ['b', 'c:d'] } })).toEqual({
      status: 204,
      type: null,
      body: '',
    });
    expect(await platform.put(`${path}/categories`, { categories: ['HR', 'Development & IT'] })).toMatchObject({
      status: 204,
    });
    const query = 'tags=a:c:d&categories=HR&categories=Development%20%26%20IT';
    expect(names(await platform.get(`${DEMO}/connectors?${query}`))).toEqual(['Tagged']);
    await platform.put(`${path}/tags`, { tags: null });
    await platform.put(`${path}/categories`, {});
    expect(names(await platform.get(`${DEMO}/connectors?${query}`))).toEqual([]);
    expect((await platform.get(path)).body).not.toHaveProperty('tags');
  });

  it('must be well-formed', async () => {
    expect(await platform.put(`${SHOP}/tags`, { tags: { a: [1] } })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'tags.a[0]' }] },
    });
    expect(await platform.put(`${SHOP}/categories`, { categories: ['HR', 'Astrology'] })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'categories[1]' }] },
    });
  });
});

describe('a deleted connector', () => {
  it('is removed with its contents', async () => {
    const { path } = await create();
    await platform.post(`${path}/versions`, { name: '1' });
    expect(await platform.delete(path)).toMatchObject({ status: 204, body: '' });
    expect(await platform.get(path)).toMatchObject({ status: 404 });
    expect(await platform.get(`${path}/versions/1`)).toMatchObject({ status: 404 });
  });

  it('is kept while it is in use, unless the deletion is forced', async () => {
    expect(await platform.delete(SHOP)).toMatchObject({ status: 409, body: { code: 'connector_in_use' } });
    expect(await platform.delete(`${SHOP}?force=maybe`)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'force' }] },
    });
    const other = await SandboxPlatform.start();
    expect(await other.delete(`${SHOP}?force=true`)).toMatchObject({ status: 204 });
    expect(await other.get(SHOP)).toMatchObject({ status: 404 });
    await other.close();
  });
});

describe('an authentication method', () => {
  const OAUTH2 = {
    id: 'o',
    description: 'sign-in',
    schemeType: 'oauth2',
    authorizeUrl: 'https://id.example/authorize',
    tokenUrl: 'https://id.example/token',
    scopes: [],
    defaultScopes: [],
    grant: { grantType: 'authorization_code', clientId: 'me', clientSecret: 'hidden' },
  };

  it('is added, changed in place, and deleted', async () => {
    const { path } = await create();
    const added = {
      id: 'h',
      description: '',
      schemeType: 'hmac',
      name: 'X',
      in: 'header',
      algorithm: 'sha256',
      digestInputs: ['url'],
    };
    expect(await platform.put(`${path}/auth-scheme-configs/h`, added)).toMatchObject({
      status: 200,
      body: { authSchemeConfigs: [KEY, BASIC, added] },
    });
    const changed = { ...KEY, in: 'query', validationMessages: [{ text: 'mine', severity: 'info' }] };
    const answer = await platform.put(`${path}/auth-scheme-configs/key`, changed);
    expect(valueAt(answer.body, 'authSchemeConfigs.0')).toEqual({ ...KEY, in: 'query' });
    expect(await platform.delete(`${path}/auth-scheme-configs/basic`)).toMatchObject({
      status: 200,
      body: { authSchemeConfigs: [{ id: 'key' }, { id: 'h' }] },
    });
  });

  it('stores the secret of its client in a credential and never returns it', async () => {
    const { path } = await create({ authSchemeConfigs: [OAUTH2] });
    const { body } = await platform.get(path);
    const credentialId = textAt(body, 'authSchemeConfigs.0.grant.credentialId');
    expect(JSON.stringify(body)).not.toContain('hidden');
    expect(valueAt(body, 'authSchemeConfigs.0.grant')).toEqual({
      grantType: 'authorization_code',
      clientId: 'me',
      credentialId,
      organisationId: DEMO_ORGANISATION_ID,
    });
    const grant = { ...OAUTH2.grant, credentialId, organisationId: DEMO_ORGANISATION_ID, clientId: 'you' };
    expect(await platform.put(`${path}/auth-scheme-configs/o`, { ...OAUTH2, grant })).toMatchObject({
      status: 200,
      body: { authSchemeConfigs: [{ grant: { credentialId, clientId: 'you' } }] },
    });
  });

  it.each([
    ['with another id than the path', KEY, 'id'],
    ['without a known scheme', { ...KEY, id: 'o', schemeType: 'telepathy' }, 'schemeType'],
    [
      'without the members that its scheme needs',
      { id: 'o', description: '', schemeType: 'api-key', in: 'header' },
      'name',
    ],
    ['with half a credential', { ...OAUTH2, grant: { grantType: 'password', credentialId: 'c' } }, 'grant'],
    [
      'with an unknown credential',
      { ...OAUTH2, grant: { grantType: 'password', credentialId: 'c', organisationId: DEMO_ORGANISATION_ID } },
      'grant.credentialId',
    ],
    [
      'with the credential of another organisation',
      { ...OAUTH2, grant: { grantType: 'password', credentialId: 'c', organisationId: LIBRARY_ORGANISATION_ID } },
      'grant.credentialId',
    ],
  ])('is refused %s', async (_name, config, field) => {
    expect(await platform.put(`${SHOP}/auth-scheme-configs/o`, config)).toMatchObject({
      status: 400,
      body: { fields: [{ field }] },
    });
  });

  it('of OAuth 2.0 is allowed for BigQuery, an API key is not', async () => {
    const { body } = await platform.post(`${DEMO}/protocols/bigquery/connectors`, { name: 'Data', connections: [] });
    const path = `${DEMO}/connectors/${textAt(body, 'id')}/auth-scheme-configs`;
    expect(await platform.put(`${path}/o`, OAUTH2)).toMatchObject({ status: 200 });
    expect(await platform.put(`${path}/key`, KEY)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'schemeType' }] },
    });
  });

  it('is part of the example shop', async () => {
    const { body } = await platform.get(SHOP);
    expect(textsAt(body, 'authSchemeConfigs', 'schemeType')).toEqual(['api-key', 'oauth2', 'basic-auth']);
    expect(valueAt(body, 'authSchemeConfigs.1.id')).toBe(DEMO_OAUTH2_CONFIG_ID);
  });
});
