import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEMO_BIGQUERY_CONNECTOR_ID,
  DEMO_CONNECTION_ID,
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
  OTHER_CONNECTOR_ID,
  OTHER_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { textsAt, SandboxPlatform, textAt, valueAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const SHOP = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}`;
const SECRET = 'THE-SECRET';
const oauth2Client = { clientId: 'i', clientSecret: SECRET, authorizeUrl: '', tokenUrl: 'https://t.example' };

let platform: SandboxPlatform;

beforeAll(async () => {
  platform = await SandboxPlatform.start();
});

afterAll(() => platform.close());

function config(schemeType: string): object {
  const oauth2 = {
    authorizeUrl: '',
    tokenUrl: '',
    scopes: [],
    defaultScopes: [],
    grant: { grantType: 'client_credentials' },
  };
  const placed = { name: 'k', in: 'header', algorithm: 'sha1', digestInputs: [] };
  return { id: schemeType, description: '', schemeType, ...(schemeType === 'oauth2' ? oauth2 : placed) };
}

function connection(name: string, ...action: [schemeType: string, type: string, data: object][]): object {
  return {
    name,
    credentials: {
      action: action.map(([schemeType, type, data]) => ({
        authSchemeConfig: config(schemeType),
        credential: { name: type, type, data },
      })),
    },
    variables: [],
  };
}

/** The credential of the shop's client. */
async function credential(): Promise<object> {
  const { body } = await platform.get(SHOP);
  return { id: textAt(body, 'authSchemeConfigs.1.grant.credentialId'), organisationId: DEMO_ORGANISATION_ID };
}

describe('a new connection', () => {
  it('is answered with 200 and can be read', async () => {
    const made = await platform.post(
      `${SHOP}/connections`,
      connection('First', ['api-key', 'string', { value: SECRET }]),
    );
    expect(made).toMatchObject({ status: 200, body: { name: 'First', credentials: { trigger: [] } } });
    expect(await platform.get(`${SHOP}/connections/${textAt(made.body, 'id')}`)).toEqual(made);
  });

  it('inherits the variables of the connector that it does not set', async () => {
    const { body } = await platform.post(`${SHOP}/connections`, connection('Defaults'));
    expect(valueAt(body, 'variables')).toEqual([{ name: 'region', value: 'eu-west-1' }]);
    const variables = [{ name: 'region', value: 'x' }];
    const { body: own } = await platform.post(`${SHOP}/connections`, { ...connection('Own'), variables });
    expect(valueAt(own, 'variables')).toEqual(variables);
  });

  it.each([
    ['none', 'none', {}, {}],
    ['api-key', 'string', { value: SECRET }, { value: '[redacted]' }],
    ['hmac', 'binary', { valueBase64: 'VEhFLVNFQ1JFVA==' }, { valueBase64: '[redacted]' }],
    ['basic-auth', 'basic-auth', { username: 'u', password: SECRET }, { username: 'u', password: '[redacted]' }],
    ['oauth2', 'oauth2-client', oauth2Client, { ...oauth2Client, clientSecret: '[redacted]' }],
    ['oauth2', 'oauth2-password', { username: 'u', password: SECRET }, { username: 'u', password: '[redacted]' }],
    ['oauth2', 'oauth2-token', { scopes: ['a'], accessToken: SECRET }, { scopes: ['a'], accessToken: '[redacted]' }],
    [
      'certificate',
      'certificate',
      { certificate: 'c', key: SECRET, ca: 'a' },
      { certificate: 'c', key: '[redacted]', ca: 'a' },
    ],
    ['none', 'jwt-bearer', { key: SECRET }, {}],
    ['none', 'custom-function', { code: SECRET, more: { deep: SECRET } }, {}],
  ])('with %s and a credential of %s shows no secret', async (schemeType, type, data, shown) => {
    const name = `${schemeType} ${type}`;
    const { status, body } = await platform.post(`${SHOP}/connections`, connection(name, [schemeType, type, data]));
    expect(status).toBe(200);
    expect(valueAt(body, 'credentials.action.0.credential')).toMatchObject({
      type,
      organisationId: DEMO_ORGANISATION_ID,
    });
    expect(valueAt(body, 'credentials.action.0.credential.data')).toEqual(shown);
    expect(JSON.stringify((await platform.get(SHOP)).body)).not.toMatch(/THE-SECRET|VEhFLVNFQ1JFVA/);
  });

  it.each([
    ['none', 'none', { more: 1 }, 'data'],
    ['api-key', 'string', {}, 'data.value'],
    ['hmac', 'binary', { valueBase64: 'not base64' }, 'data.valueBase64'],
    ['oauth2', 'oauth2-client', {}, 'data.clientId'],
    ['api-key', 'telepathy', {}, 'type'],
    ['api-key', 'certificate', { certificate: '', key: '', ca: '' }, 'type'],
    ['oauth2', 'oauth2-code', { code: 'c', state: 'made up' }, 'data.state'],
  ])('with %s and %s of %j is refused', async (schemeType, type, data, field) => {
    const answer = await platform.post(`${SHOP}/connections`, connection('Bad', [schemeType, type, data]));
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(textsAt(answer.body, 'fields', 'field')).toContain(`credentials.action[0].credential.${field}`);
  });

  it('shows no secret of a client either', async () => {
    const grant = { grantType: 'password', clientId: 'i', clientSecret: SECRET };
    const sent = connection('Client', ['oauth2', 'oauth2-token', { scopes: [] }]);
    const text = JSON.stringify(sent).replace('{"grantType":"client_credentials"}', JSON.stringify(grant));
    const { status, body } = await platform.post(`${SHOP}/connections`, text);
    expect(status).toBe(200);
    expect(valueAt(body, 'credentials.action.0.authSchemeConfig.grant')).toEqual({
      grantType: 'password',
      clientId: 'i',
    });
    const changed = JSON.parse(
      JSON.stringify(body).replace('"clientId"', `"clientSecret":"${SECRET}","clientId"`),
    ) as object;
    const answer = await platform.put(`${SHOP}/connections/${textAt(body, 'id')}`, changed);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  it('cannot have the name of another one, nor a scheme that its protocol does not support', async () => {
    expect(await platform.post(`${SHOP}/connections`, connection('Production'))).toMatchObject({ status: 409 });
    const path = `${DEMO}/connectors/${DEMO_BIGQUERY_CONNECTOR_ID}/connections`;
    expect(await platform.post(path, connection('Key', ['api-key', 'string', { value: '' }]))).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'credentials.action[0].authSchemeConfig.schemeType' }] },
    });
  });
});

describe('the list of connections', () => {
  it('has summaries, page by page, the most recently updated first', async () => {
    const { body: all } = await platform.get(`${SHOP}/connections?first=100`);
    const first = await platform.get(`${SHOP}/connections?first=1`);
    expect(first.status).toBe(200);
    expect(Object.keys(valueAt(first.body, 'items.0') as object)).toEqual(['id', 'name', 'createdAt', 'updatedAt']);
    const second = await platform.get(`${SHOP}/connections?first=1&after=${textAt(first.body, 'next')}`);
    const back = await platform.get(`${SHOP}/connections?first=1&before=${textAt(second.body, 'prev')}`);
    expect(back.body).toEqual(first.body);
    expect(textsAt(all, 'items', 'name').slice(0, 2)).toEqual([
      ...textsAt(first.body, 'items', 'name'),
      ...textsAt(second.body, 'items', 'name'),
    ]);
  });
});

describe('a changed connection', () => {
  it('has another name and order, and keeps its credentials and unknown members', async () => {
    const two = connection(
      'Two',
      ['api-key', 'string', { value: SECRET }],
      ['basic-auth', 'basic-auth', { username: 'u', password: SECRET }],
    );
    const { body } = await platform.post(`${SHOP}/connections`, two);
    const path = `${SHOP}/connections/${textAt(body, 'id')}`;
    const [key, basic] = valueAt(body, 'credentials.action') as { id: string; authSchemeConfig: object }[];
    const changed = { ...key?.authSchemeConfig, in: 'query' };
    const action = [basic, { ...key, authSchemeConfig: changed }];
    const sent = { id: textAt(body, 'id'), name: 'Renamed', credentials: { action }, note: [1] };
    const answer = await platform.put(path, sent);
    expect(answer).toMatchObject({
      status: 200,
      body: { name: 'Renamed', note: [1], variables: valueAt(body, 'variables') as object },
    });
    expect(textsAt(answer.body, 'credentials.action', 'id')).toEqual([basic?.id, key?.id]);
    expect(valueAt(answer.body, 'credentials.action.1')).toMatchObject({
      authSchemeConfig: { in: 'query' },
      credential: { type: 'string' },
    });
    expect(await platform.put(path, { ...sent, variables: [] })).toMatchObject({ body: { variables: [] } });
  });

  it.each([
    ['another id', { id: 'x' }, 400, 'id'],
    ['another scheme', { scheme: 'hmac' }, 400, 'credentials.action[0].authSchemeConfig.schemeType'],
    ['a credential less', { action: [] }, 400, 'credentials.action'],
    ['a credential more', { trigger: [{ id: 'new', authSchemeConfig: config('none') }] }, 400, 'credentials.trigger'],
    ['a name that is taken', { name: 'Staging' }, 409, undefined],
  ])('cannot have %s', async (_name, change, status, field) => {
    const path = `${SHOP}/connections/${DEMO_CONNECTION_ID}`;
    const { body } = await platform.get(path);
    const { scheme, action, trigger, ...members } = {
      scheme: 'api-key',
      action: undefined,
      trigger: undefined,
      ...change,
    } as Record<string, unknown>;
    const old = valueAt(body, 'credentials.action.0') as object;
    const credentials = { action: action ?? [{ ...old, authSchemeConfig: config(String(scheme)) }], trigger };
    const answer = await platform.put(path, { ...(body as object), credentials, ...members });
    expect(answer.status).toBe(status);
    if (field) expect(textsAt(answer.body, 'fields', 'field')).toEqual([field]);
    expect((await platform.get(path)).body).toEqual(body);
  });
});

describe('a deleted connection', () => {
  it('is removed; one in use is kept unless the deletion is forced', async () => {
    const path = `${SHOP}/connections/${DEMO_CONNECTION_ID}`;
    const other = await SandboxPlatform.start();
    expect(await other.delete(path)).toMatchObject({ status: 412, body: { code: 'connection_in_use' } });
    expect(await other.delete(`${path}?force=true`)).toMatchObject({ status: 204 });
    expect(await other.get(path)).toMatchObject({ status: 404 });
    await other.close();
  });
});

describe('a version of a connection', () => {
  const VERSIONS = `${DEMO}/connections/${DEMO_CONNECTION_ID}/versions`;

  it('is a draft and refers to the versions before it', async () => {
    expect(await platform.post(VERSIONS, { name: '1' })).toMatchObject({
      status: 201,
      body: { name: '1', isLatest: false, isDefault: false, publishedAt: null },
    });
    expect(await platform.post(VERSIONS, { name: '2', fromVersion: '1' })).toMatchObject({ status: 201 });
    expect(await platform.post(VERSIONS, { name: '2' })).toMatchObject({
      status: 409,
      body: { code: 'version_exists' },
    });
    expect(await platform.post(VERSIONS, { name: '3', fromVersion: '1.0.0' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'fromVersion' }] },
    });
    expect(await platform.post(VERSIONS, { name: 'latest' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'name' }] },
    });
    expect(await platform.post(`${DEMO}/connections/unknown/versions`, { name: '1' })).toMatchObject({ status: 404 });
  });
});

describe('a sign-in at an OAuth 2.0 provider', () => {
  const REQUEST = { authorizeUrl: 'https://id.example/authorize?tenant=1', clientId: 'acme' };

  async function initialise(members: object = {}): Promise<URLSearchParams> {
    const sent = { ...REQUEST, credential: await credential(), ...members };
    const { status, body } = await platform.post(`${SHOP}/oauth2/initialise`, sent);
    expect(status).toBe(200);
    return new URL(textAt(body, 'url')).searchParams;
  }

  it('begins at a URL with all parameters of the provider', async () => {
    const parameters = await initialise({ scopes: ['a', 'b'], additionalParams: 'bar=baz&foo=cat%20bob' });
    expect(Object.fromEntries(parameters)).toEqual({
      tenant: '1',
      response_type: 'code',
      client_id: 'acme',
      redirect_uri: `${platform.url}/oauth2/callback`,
      state: parameters.get('state'),
      scope: 'a b offline_access',
      prompt: 'login',
      bar: 'baz',
      foo: 'cat bob',
    });
    expect((await initialise()).get('state')).not.toBe(parameters.get('state'));
  });

  it.each([
    [{ disableOfflineAccess: true, scopes: ['a'] }, { scope: 'a' }],
    [{ disableOfflineAccess: true }, { scope: null }],
    [{ prompt: 'consent+select_account' }, { prompt: 'consent select_account' }],
    [{ additionalParams: 'approval_prompt=force' }, { prompt: null, approval_prompt: 'force' }],
    [{ additionalParams: 'approval_prompt=force', prompt: 'none' }, { prompt: 'none' }],
  ])('begins with %j as %j', async (members, expected) => {
    const parameters = await initialise(members);
    for (const [name, value] of Object.entries(expected)) expect(parameters.get(name)).toBe(value);
  });

  it.each([
    [{ additionalParams: 'state=mine' }, 'additionalParams'],
    [{ additionalParams: 'prompt=none' }, 'additionalParams'],
    [{ authorizeUrl: 'javascript:alert(1)' }, 'authorizeUrl'],
    [{ clientId: undefined }, 'clientId'],
    [{ credential: { id: 'unknown', organisationId: DEMO_ORGANISATION_ID } }, 'credential.id'],
    [{ credential: undefined }, 'credential'],
  ])('is refused with %j', async (members, field) => {
    const sent = { ...REQUEST, credential: await credential(), ...members };
    expect(await platform.post(`${SHOP}/oauth2/initialise`, sent)).toMatchObject({
      status: 400,
      body: { fields: [{ field }] },
    });
  });

  it('does not use a credential of another organisation', async () => {
    const path = `/o/${OTHER_ORGANISATION_ID}/connectors/${OTHER_CONNECTOR_ID}/oauth2/initialise`;
    const sent = { ...REQUEST, credential: await credential() };
    expect(await platform.post(path, sent, { as: 'other@example.com' })).toMatchObject({ status: 400 });
  });

  it('exchanges the code for a token, once', async () => {
    const state = (await initialise({ scopes: ['a'] })).get('state');
    const code = { code: SECRET, state };
    const { status, body } = await platform.post(
      `${SHOP}/connections`,
      connection('OAuth', ['oauth2', 'oauth2-code', code]),
    );
    expect(status).toBe(200);
    expect(valueAt(body, 'credentials.action.0.credential')).toMatchObject({
      type: 'oauth2-token',
      data: { scopes: ['a', 'offline_access'] },
    });
    expect(JSON.stringify(body)).not.toContain(SECRET);
    const again = await platform.post(`${SHOP}/connections`, connection('Again', ['oauth2', 'oauth2-code', code]));
    expect(again).toMatchObject({ status: 400 });
  });
});

describe('the protocols', () => {
  it('are listed page by page', async () => {
    const { body } = await platform.get(`${DEMO}/protocols?first=1`);
    expect(body).toMatchObject({ totalCount: 2, protocols: [{ slug: 'bigquery' }] });
    const next = await platform.get(`${DEMO}/protocols?after=${textAt(body, 'next')}`);
    expect(next).toMatchObject({ status: 200, body: { protocols: [{ slug: 'http', name: 'HTTP' }] } });
  });

  it('each have their own ways to authenticate', async () => {
    const http = await platform.get(`${DEMO}/protocols/http/auth-schemes`);
    expect(http).toMatchObject({ status: 200, body: { totalCount: 8 } });
    expect(textsAt(http.body, 'authSchemes', 'type')).toContain('hmac');
    const bigquery = await platform.get(`${DEMO}/protocols/bigquery/auth-schemes`);
    expect(textsAt(bigquery.body, 'authSchemes', 'type').toSorted()).toEqual([
      'google-service-account',
      'none',
      'oauth2',
    ]);
  });
});
