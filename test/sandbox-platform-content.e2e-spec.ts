import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DEMO_BIGQUERY_CONNECTOR_ID,
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
} from '../sandbox/platform/seed/seed.ids.js';
import { type Answer, textsAt, SandboxPlatform, textAt, valueAt } from './support/sandbox-platform.js';

const DEMO = `/o/${DEMO_ORGANISATION_ID}`;
const JSON_TYPE = ['application/json'];

let platform: SandboxPlatform;
let connector: string;
/** A separate draft for each test. */
let draft: string;

beforeAll(async () => {
  platform = await SandboxPlatform.start();
});

afterAll(() => platform.close());

beforeEach(async () => {
  const made = { name: 'Content', baseUrl: '', authSchemeConfigs: [] };
  const { body } = await platform.post(`${DEMO}/protocols/http/connectors`, made);
  connector = textAt(body, 'id');
  draft = `${DEMO}/connectors/${connector}/versions/1`;
  await platform.post(`${DEMO}/connectors/${connector}/versions`, { name: '1' });
});

function definition(name: string, schema: unknown = {}, accept = JSON_TYPE): object {
  return { name, accept, schema: { contentType: 'application/schema+json', content: JSON.stringify(schema) } };
}

function define(...definitions: object[]): Promise<Answer> {
  return platform.post(`${draft}/definitions`, { definitions });
}

function rawSchema(file: string): Promise<Answer> {
  return platform.get(`${DEMO}/schemas/${connector}/1/${file}`);
}

describe.each(['action', 'trigger'])('an %s', (singular) => {
  const plural = `${singular}s`;
  const isAction = singular === 'action';
  const base = {
    type: 'http',
    name: 'One',
    method: 'POST',
    parameters: [],
    responses: [{ status: 200, definitions: [] }],
  };
  const input = isAction ? { ...base, path: '/things' } : base;
  const query = { name: 'q', in: 'query', required: false, type: 'string' };

  it('is created with the definitions that it refers to by id or by name', async () => {
    const { body } = await define(definition('Product'), definition('Fault', {}, ['application/problem+json']));
    const id = textAt(body, 'definitions.1.id');
    const made = await platform.post(`${draft}/${plural}`, {
      ...input,
      requestBody: { required: true, definitions: [{ definition: { name: 'Product' } }, { definition: { id } }] },
      responses: [{ id: 'forgotten', status: 201, definitions: [{ definition: { id } }] }, { definitions: [] }],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'One',
        errors: [],
        requestBody: { required: true, definitions: [{ definition: { name: 'Product', accept: JSON_TYPE } }, {}] },
        responses: [{ status: 201, definitions: [{ definition: { id, name: 'Fault' } }] }, { definitions: [] }],
      },
    });
    expect(textAt(made.body, 'responses.0.id')).not.toBe('forgotten');
    expect(valueAt(made.body, 'responses.1')).not.toHaveProperty('status');
    expect(textAt(made.body, 'responses.0.definitions.0.definition.url')).toMatch(`${id}.json`);
    expect(await platform.get(`${draft}/${plural}/One`)).toEqual({ ...made, status: 200 });
  });

  it.each([
    ['another type', { type: 'sql' }, 'type'],
    ['a name of other characters', { name: 'Größe' }, 'name'],
    ['no method', { method: undefined }, 'method'],
    ['an unknown method', { method: 'get' }, 'method'],
    ['a parameter without a type', { parameters: [{ ...query, type: 'object' }] }, 'parameters[0].type'],
    ['a parameter twice', { parameters: [query, query] }, 'parameters[1]'],
    [
      'a status twice',
      {
        responses: [
          { status: 200, definitions: [] },
          { status: 200, definitions: [] },
        ],
      },
      'responses[1]',
    ],
    ['two default responses', { responses: [{ definitions: [] }, { definitions: [] }] }, 'responses[1]'],
    ['an invalid status', { responses: [{ status: 1000, definitions: [] }] }, 'responses[0].status'],
    [
      'a definition that there is not',
      { requestBody: { required: true, definitions: [{ definition: { name: 'Nothing' } }] } },
      'requestBody.definitions[0].definition',
    ],
    [
      'a definition without a name',
      { responses: [{ definitions: [{ definition: {} }] }] },
      'responses[0].definitions[0].definition',
    ],
  ])('is refused with %s', async (_name, members, field) => {
    const answer = await platform.post(`${draft}/${plural}`, { ...input, ...members });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(textsAt(answer.body, 'fields', 'field')).toEqual([field]);
  });

  it('has one definition for each media type', async () => {
    await define(definition('A'), definition('B'));
    const definitions = [{ definition: { name: 'A' } }, { definition: { name: 'B' } }];
    expect(await platform.post(`${draft}/${plural}`, { ...input, responses: [{ definitions }] })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'responses[0].definitions[1]' }] },
    });
  });

  it('has a unique name', async () => {
    await platform.post(`${draft}/${plural}`, input);
    expect(await platform.post(`${draft}/${plural}`, input)).toMatchObject({
      status: 409,
      body: { code: 'name_taken' },
    });
  });

  it('is not allowed for BigQuery', async () => {
    const path = `${DEMO}/connectors/${DEMO_BIGQUERY_CONNECTOR_ID}/versions/0.1.0/${plural}`;
    expect(await platform.post(path, input)).toMatchObject({ status: 400, body: { fields: [{ field: 'type' }] } });
  });

  it('is updated with its ids and keeps unknown members', async () => {
    await define(definition('Product'));
    const responses = [{ status: 200, definitions: [{ definition: { name: 'Product' } }] }];
    const { body } = await platform.post(`${draft}/${plural}`, { ...input, responses });
    const sent = { ...(body as object), name: 'Two', summary: 'Second', note: { a: 1 }, errors: 'ignored' };
    const answer = await platform.put(`${draft}/${plural}/One`, sent);
    expect(answer).toEqual({ status: 200, type: 'application/json', body: { ...sent, errors: [] } });
    expect(await platform.get(`${draft}/${plural}/One`)).toMatchObject({ status: 404 });
    expect(await platform.put(`${draft}/${plural}/Two`, { ...sent, id: 'x' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'id' }] },
    });
    expect(await platform.put(`${draft}/${plural}/Two`, input)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'id' }] },
    });
    await platform.post(`${draft}/${plural}`, input);
    expect(await platform.put(`${draft}/${plural}/Two`, { ...sent, name: 'One' })).toMatchObject({ status: 409 });
  });

  it('is listed by name, page by page', async () => {
    for (const name of ['GetA', 'GetB', 'PutA']) await platform.post(`${draft}/${plural}`, { ...input, name });
    const named = await platform.get(`${draft}/${plural}?name=get`);
    expect(named.body).toMatchObject({ totalCount: 2 });
    expect(textsAt(named.body, plural, 'name')).toEqual(['GetA', 'GetB']);
    const page = await platform.get(`${draft}/${plural}?first=2`);
    const last = await platform.get(`${draft}/${plural}?first=2&after=${textAt(page.body, 'next')}`);
    expect(textsAt(last.body, plural, 'name')).toEqual(['PutA']);
    expect((await platform.get(`${draft}/${plural}?first=2&before=${textAt(last.body, 'prev')}`)).body).toEqual(
      page.body,
    );
  });

  it('is deleted and releases its definitions', async () => {
    await define(definition('Product'));
    const responses = [{ definitions: [{ definition: { name: 'Product' } }] }];
    await platform.post(`${draft}/${plural}`, { ...input, responses });
    expect((await platform.get(`${draft}/definitions/Product`)).body).toMatchObject({
      referencedBy: [{ type: singular, name: 'One' }],
    });
    expect(await platform.delete(`${draft}/${plural}/One`)).toMatchObject({ status: 204 });
    expect(await platform.delete(`${draft}/definitions/Product`)).toMatchObject({ status: 204 });
  });
});

describe('the difference between actions and triggers', () => {
  const input = { type: 'http', name: 'One', method: 'POST', parameters: [], responses: [{ definitions: [] }] };

  it('is the path, which must match the parameters of an action', async () => {
    const answer = await platform.post(`${draft}/actions`, { ...input, path: '/{{ param.id }}/{{ conn.host }}' });
    expect(valueAt(answer.body, 'errors')).toMatchObject([{ field: 'path', severity: 'error' }]);
    expect(await platform.post(`${draft}/actions`, input)).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'path' }] },
    });
  });

  it('is the path parameter, which a trigger cannot have', async () => {
    const parameters = [{ name: 'id', in: 'path', required: true, type: 'string' }];
    expect(await platform.post(`${draft}/triggers`, { ...input, parameters })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'parameters[0].in' }] },
    });
  });
});

describe('definitions', () => {
  it('are created together and may refer to each other, also in cycles', async () => {
    const answer = await define(
      definition('Person', {
        properties: { friends: { items: { $ref: '#/$defs/Person' } }, home: { $ref: '#/$defs/Home' } },
      }),
      definition('Home', {
        properties: { owner: { $ref: '#/$defs/Person' }, name: { $ref: '#/$defs/Person/properties/name' } },
      }),
    );
    expect(answer.status).toBe(201);
    const [person, home] = textsAt(answer.body, 'definitions', 'url').map(String);
    expect(answer.body).toMatchObject({
      definitions: [{ referencedBy: [{ type: 'definition', name: 'Home' }] }, { referencedBy: [{ name: 'Person' }] }],
    });
    expect((await platform.get(String(person))).body).toEqual({
      properties: { friends: { items: { $ref: person } }, home: { $ref: home } },
    });
    expect(await platform.get(String(home))).toEqual({
      status: 200,
      type: 'application/schema+json',
      body: { properties: { owner: { $ref: person }, name: { $ref: `${person}#/properties/name` } } },
    });
  });

  it('may refer to existing ones by URL or by name, and to themselves', async () => {
    const { body } = await define(definition('Base'));
    const url = textAt(body, 'definitions.0.url');
    const byName = url.replace(/[^/]+$/, 'Base.json');
    const own = { $defs: { Base: {} }, $ref: '#/$defs/Base', not: { $ref: '#' } };
    const answer = await define(
      definition('A', { $ref: url }),
      definition('B', { $ref: byName }),
      definition('C', { $ref: '#/$defs/Base' }),
      definition('D', own),
      definition('E', {
        properties: { $ref: { $ref: url } },
        enum: [{ $ref: '#/$defs/Nothing' }],
        $ref: 'https://json-schema.org/x',
      }),
    );
    expect(answer.status).toBe(201);
    for (const name of ['A', 'B', 'C']) expect((await rawSchema(`${name}.json`)).body).toEqual({ $ref: url });
    expect((await rawSchema('D.json')).body).toEqual(own);
    expect((await platform.get(`${draft}/definitions/Base`)).body).toMatchObject({
      referencedBy: ['A', 'B', 'C', 'E'].map((name) => ({ type: 'definition', name })),
    });
  });

  it('keep their references when something is renamed', async () => {
    const { body } = await define(definition('Old'), definition('User', { $ref: '#/$defs/Old' }));
    const id = textAt(body, 'definitions.0.id');
    expect(await platform.put(`${draft}/definitions/Old`, { id, name: 'New', accept: JSON_TYPE })).toMatchObject({
      status: 200,
    });
    const { body: version } = await platform.get(draft);
    await platform.put(draft, { ...(version as object), name: '2 & 3' });
    const renamed = draft.replace(/1$/, '2%20%26%203');
    const { body: user } = await platform.get(`${renamed}/definitions/User`);
    const schema = await platform.get(textAt(user, 'url'));
    expect(textAt(schema.body, '$ref')).toContain('/2%20%26%203/');
    expect(await platform.get(textAt(schema.body, '$ref'))).toMatchObject({ status: 200 });
  });

  it.each([
    ['a reference to nothing', [definition('A', { $ref: '#/$defs/Nothing' })], 'definitions[0].schema.content'],
    [
      'a reference inside',
      [definition('A', { $ref: 'definition:01JA0000000000000000000000' })],
      'definitions[0].schema.content',
    ],
    [
      'no JSON',
      [{ ...definition('A'), schema: { contentType: 'application/schema+json', content: '{' } }],
      'definitions[0].schema.content',
    ],
    ['no schema', [definition('A', [])], 'definitions[0].schema.content'],
    [
      'an unknown language',
      [{ ...definition('A'), schema: { contentType: 'text/csv', content: '' } }],
      'definitions[0].schema.contentType',
    ],
    [
      'a media type of two lines',
      [{ ...definition('A'), schema: { contentType: 'text/xml;\r\nx: y', content: '' } }],
      'definitions[0].schema.contentType',
    ],
    ['JSON Schema for XML', [definition('A', {}, ['text/xml'])], 'definitions[0].schema.contentType'],
    ['a name of other characters', [definition('A$')], 'definitions[0].name'],
    ['a name twice', [definition('A'), definition('A')], 'definitions[1]'],
    ['no media type', [definition('A', {}, ['json'])], 'definitions[0].accept[0]'],
    ['nothing', [], 'definitions'],
  ])('are refused with %s', async (_name, definitions, field) => {
    const answer = await define(...definitions);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(textsAt(answer.body, 'fields', 'field')).toEqual([field]);
  });

  it('cannot refer to another version or connector', async () => {
    const path = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}/versions/1.2.0/definitions/Product`;
    const { body } = await platform.get(path);
    expect(await define(definition('A', { $ref: textAt(body, 'url') }))).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'definitions[0].schema.content' }] },
    });
  });

  it('have unique names, and either all or none are created', async () => {
    await define(definition('A'));
    expect(await define(definition('B'), definition('A'))).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    expect(await platform.get(`${draft}/definitions/B`)).toMatchObject({ status: 404 });
  });

  it('may be written in YAML, or for XML', async () => {
    const yaml = {
      contentType: 'application/schema+yaml; charset=utf-8',
      content: 'type: object\nproperties: { a: { $ref: "#/$defs/X" } }',
    };
    const xsd = { contentType: 'text/xml', content: '<xs:schema/>' };
    const answer = await define(
      { name: 'Y', accept: ['text/yaml'], schema: yaml },
      { name: 'X', accept: ['application/xml'], schema: xsd },
    );
    expect(answer.status).toBe(201);
    expect(await rawSchema('Y.json')).toMatchObject({
      type: 'application/schema+json',
      body: { type: 'object', properties: { a: { $ref: textAt(answer.body, 'definitions.1.url') } } },
    });
    expect(await platform.get(textAt(answer.body, 'definitions.1.url'))).toMatchObject({
      status: 200,
      type: 'text/xml',
      body: '<xs:schema/>',
    });
  });

  it('may be boolean schemas, and keep every digit', async () => {
    await define(definition('Anything', true), {
      ...definition('Big'),
      schema: { contentType: 'application/json', content: '{"maximum":12345678901234567890}' },
    });
    expect((await rawSchema('Anything.json')).body).toBe(true);
    const raw = await fetch(`${platform.url}${DEMO}/schemas/${connector}/1/Big.json`, {
      headers: { authorization: `Bearer ${await platform.token()}` },
    });
    expect(await raw.text()).toBe('{"maximum":12345678901234567890}');
  });

  it('are changed, the schema only if one is sent', async () => {
    const { body } = await define(definition('A', { title: 'first' }));
    const sent = {
      id: textAt(body, 'definitions.0.id'),
      name: 'A',
      accept: ['text/plain'],
      description: 'd',
      more: [1],
      url: 'x',
      referencedBy: 1,
    };
    expect(await platform.put(`${draft}/definitions/A`, sent)).toMatchObject({
      status: 200,
      body: { ...sent, url: textAt(body, 'definitions.0.url'), referencedBy: [] },
    });
    expect((await rawSchema('A.json')).body).toEqual({ title: 'first' });
    const schema = { contentType: 'application/json', content: '{"title":"second"}' };
    await platform.put(`${draft}/definitions/A`, { ...sent, schema });
    expect((await rawSchema('A.json')).body).toEqual({ title: 'second' });
    expect(await platform.put(`${draft}/definitions/A`, { ...sent, id: 'x' })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'id' }] },
    });
    const nothing = { contentType: 'application/json', content: '{"$ref":"#/$defs/No"}' };
    expect(await platform.put(`${draft}/definitions/A`, { ...sent, schema: nothing })).toMatchObject({
      status: 400,
      body: { fields: [{ field: 'schema.content' }] },
    });
  });

  it('are listed by name, page by page', async () => {
    await define(...['B', 'A', 'AB'].map((name) => definition(name)));
    const page = await platform.get(`${draft}/definitions?name=a&first=1`);
    expect(page).toMatchObject({ status: 200, body: { totalCount: 2, definitions: [{ name: 'A' }] } });
    const next = await platform.get(`${draft}/definitions?name=a&first=1&after=${textAt(page.body, 'next')}`);
    expect(next.body).toMatchObject({ definitions: [{ name: 'AB' }] });
  });

  it('are kept while something refers to them, unless the deletion is forced', async () => {
    await define(definition('Used'), definition('User', { $ref: '#/$defs/Used' }));
    const refused = {
      status: 412,
      body: {
        code: 'definition_referenced',
        definition: { name: 'Used', referencedBy: [{ type: 'definition', name: 'User' }] },
      },
    };
    expect(await platform.delete(`${draft}/definitions/Used`)).toMatchObject(refused);
    expect(await platform.delete(`${draft}/definitions`, { body: { names: ['Used'] } })).toMatchObject(refused);
    expect(await platform.delete(`${draft}/definitions/Used?force=true`)).toMatchObject({ status: 204 });
    expect(await rawSchema('Used.json')).toMatchObject({ status: 404 });
  });

  it('are deleted together if they refer only to each other', async () => {
    const { body } = await define(
      definition('A', { $ref: '#/$defs/B' }),
      definition('B', { $ref: '#/$defs/A' }),
      definition('C'),
    );
    const ids = [textAt(body, 'definitions.0.id')];
    expect(await platform.delete(`${draft}/definitions`, { body: { ids } })).toMatchObject({ status: 412 });
    expect(await platform.delete(`${draft}/definitions`, { body: { ids, names: ['B'] } })).toMatchObject({
      status: 204,
    });
    expect(textsAt((await platform.get(`${draft}/definitions`)).body, 'definitions', 'name')).toEqual(['C']);
    expect(await platform.delete(`${draft}/definitions`, { body: { all: true } })).toMatchObject({ status: 204 });
    expect(await platform.get(`${draft}/definitions`)).toMatchObject({ body: { totalCount: 0, definitions: [] } });
  });

  it.each([
    [{}, 'all'],
    [{ all: false }, 'all'],
    [{ all: true, names: ['A'] }, 'all'],
    [{ names: ['Nothing'] }, 'names[0]'],
    [{ names: ['A', 'A'] }, 'names[1]'],
    [{ ids: 'A' }, 'ids'],
  ])('are not deleted by %j', async (body, field) => {
    await define(definition('A'));
    expect(await platform.delete(`${draft}/definitions`, { body })).toMatchObject({
      status: 400,
      body: { fields: [{ field }] },
    });
    expect(await platform.get(`${draft}/definitions/A`)).toMatchObject({ status: 200 });
  });
});

describe('the URL of a definition', () => {
  it('is the public one', async () => {
    const behind = await SandboxPlatform.start({ publicUrl: 'https://gateway.example/api/connect/v1' });
    const path = `${DEMO}/connectors/${DEMO_CONNECTOR_ID}/versions/1.2.0/definitions`;
    const { body } = await behind.get(`${path}/Product`);
    const url = textAt(body, 'url');
    expect(url).toMatch(/^https:\/\/gateway\.example\/api\/connect\/v1\/o\//);
    expect(await behind.post(path, { definitions: [definition('More', { $ref: url })] })).toMatchObject({
      status: 201,
    });
    const schema = await behind.get(`${DEMO}/schemas/${DEMO_CONNECTOR_ID}/1.2.0/More.json`);
    expect(schema.body).toEqual({ $ref: url });
    await behind.close();
  });
});
