import { Ajv2020 } from 'ajv/dist/2020.js';
import { setupServer } from 'msw/node';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  authSession,
  client,
  createHTTPConnector,
  type HTTPConnectorCreate,
  importDocument,
  listConnectors,
  pages,
  watchImport,
} from '@connect-gateway/client';
import { failing, handlers, signedOut, unreachable } from '@connect-gateway/client/testing';
import { EXAMPLES, type Example } from '../../client/src/generated/examples.gen.js';

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: object;
};
const path = { organisation_id: 'acme' };
const server = setupServer(...handlers());
const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(document, 'document');

beforeAll(() => {
  server.listen();
  client.setConfig({ baseUrl: 'https://connect.example' });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe('the handlers for tests of a frontend', () => {
  it.each(Object.entries<Example>(EXAMPLES).filter(([, { body }]) => body !== undefined))(
    '%s answers with what the API document describes',
    (_name, { method, path: at, status, body }) => {
      const schema = document.paths[at]?.[method]?.responses[status]?.content?.['application/json']?.schema ?? false;
      const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
      const validate = validator.compile(JSON.parse(text) as object);
      expect([validate(body), validate.errors]).toEqual([true, null]);
    },
  );

  it('serve every operation of the client, page by page where there are pages', async () => {
    const names: string[] = [];
    for await (const { connectors } of pages(listConnectors, { path }))
      names.push(...connectors.map(({ name }) => name));
    expect(names).toEqual(['Shop']);
    expect((await authSession()).data).toMatchObject({ authenticated: true, user: { email: 'demo@example.com' } });
  });

  it('create what was sent', async () => {
    const body: HTTPConnectorCreate = { name: 'Mine', baseUrl: 'https://mine.example', authSchemeConfigs: [] };
    const { data } = await createHTTPConnector({ path, body });
    expect(data).toMatchObject({ name: 'Mine', baseUrl: 'https://mine.example', id: expect.any(String) as string });
  });

  it('run an import through its stages', async () => {
    const stages: string[] = [];
    for await (const event of watchImport({ path: { ...path, idempotency_key: 'key' } }))
      stages.push(event.type === 'progress' ? event.stage : event.type);
    expect(stages).toEqual(['received', 'checked', 'sent', 'created', 'result']);
    const { data } = await importDocument({ path, document: 'https://shop.example/openapi.json' });
    expect(data).toHaveProperty('connector.id');
  });

  it('fail on demand, with a problem or without an answer', async () => {
    server.use(
      failing('createHTTPConnector', {
        status: 400,
        code: 'invalid_request',
        fields: [{ field: 'name', message: 'must not be empty' }],
      }),
    );
    const refused = await createHTTPConnector({ path, body: { name: '', baseUrl: '', authSchemeConfigs: [] } });
    expect(refused.error).toMatchObject({ code: 'invalid_request', fields: [{ field: 'name' }] });
    server.use(unreachable('listConnectors'));
    expect((await listConnectors({ path })).error).toMatchObject({ code: 'network_failed' });
  });

  it('sign out on demand', async () => {
    server.use(...signedOut('idle'));
    expect((await authSession()).data).toMatchObject({ authenticated: false, reason: 'idle' });
    expect((await listConnectors({ path })).error).toMatchObject({ code: 'session_ended', loginUrl: '/auth/login' });
  });
});
