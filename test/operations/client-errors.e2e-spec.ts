import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, createConfig, createConnectorVersion, listConnectors } from '@connect-gateway/client';
import { startGateway, type TestGateway } from '../support/gateway.js';

const path = { organisation_id: 'acme', connector_id: 'shop' };

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());

/** The error of a creation that the platform answers with a 409. */
async function errorOf(body: object) {
  gateway.platform.answerWith(409, body);
  const client = createClient(createConfig({ baseUrl: gateway.url, headers: { cookie, 'X-CSRF': '1' } }));
  const { error } = await createConnectorVersion({ client, path, body: { name: '2.0.0' } });
  return error;
}

it('F2: a listed code narrows the error type, and a misspelt one does not compile', async () => {
  const error = await errorOf({ code: 'version_exists', message: 'There is one.' });
  // @ts-expect-error TS2367
  expect(error?.code === 'version_exits').toBe(false);
  if (error?.status === 401 && error.code === 'unauthenticated') error.loginUrl satisfies string;
  if (error?.code !== 'version_exists') throw new Error('another code');
  error.status satisfies 409;
  expect([error.status, error.type]).toEqual([409, '/docs/errors#version_exists']);
});

it('F2: an operation does not have the codes of another one', async () => {
  const client = createClient(createConfig({ baseUrl: gateway.url }));
  const { error } = await listConnectors({ client, path });
  // @ts-expect-error TS2367
  expect(error?.code === 'version_exists').toBe(false);
  expect(error?.code).toBe('unauthenticated');
});

it('F2: an unlisted code remains after all listed ones are excluded', async () => {
  const error = await errorOf({ code: 'new_in_2027', message: 'New.' });
  switch (error?.code) {
    case 'version_exists':
    case 'platform_409':
      throw new Error('another code');
    default:
      // @ts-expect-error the listed ones and UnlistedCode are left
      error?.code satisfies undefined;
  }
  expect(error?.code).toBe('new_in_2027');
});
