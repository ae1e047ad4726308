import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';

const CATEGORIES = '/api/connect/v1/categories';
const VERSIONS = '/api/connect/v1/o/acme/connectors/01HZ/versions';
const OWN_HEADERS = ['vary', 'access-control-expose-headers', 'x-request-id', 'date'];

/** With allowed origins, Express middleware runs before the routes; without, the API's own routes run directly. */
let direct: TestGateway;
let throughExpress: TestGateway;
let cookies: Map<TestGateway, string>;

beforeAll(async () => {
  direct = await startGateway();
  // Sequential: passport holds one strategy per name in a process.
  cookies = new Map([[direct, await direct.signIn()]]);
  throughExpress = await startGateway({ ALLOWED_ORIGINS: 'https://app.example' });
  cookies.set(throughExpress, await throughExpress.signIn());
});
afterAll(() => Promise.all([direct.close(), throughExpress.close()]));

/** The response without the parts that differ per request and per gateway. */
async function responseOf(gateway: TestGateway, method: string, path: string, body?: string): Promise<unknown> {
  gateway.platform.answerWith(200, { said: 'yes' });
  const headers: Record<string, string> = { 'x-csrf': '1', cookie: cookies.get(gateway) ?? '' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(gateway.url + path, { method, headers, redirect: 'manual', ...(body && { body }) });
  const kept = [...answer.headers].filter(
    ([name]) => !OWN_HEADERS.includes(name) && name !== 'access-control-allow-credentials',
  );
  const text = (await answer.text()).replaceAll(/"(requestId":"[^"]*"|responseTime":\d+)/g, '');
  return { status: answer.status, headers: kept, text, platform: gateway.platform.seen.splice(0).length };
}

describe('with and without allowed origins, the response is the same for', () => {
  it.each([
    ['GET', CATEGORIES],
    ['HEAD', CATEGORIES],
    ['GET', `${CATEGORIES}?unknown=1`],
    ['GET', `${CATEGORIES}/nothing`],
    ['DELETE', CATEGORIES],
    ['PATCH', CATEGORIES],
    ['GET', '/api/connect/v1/o/%2e%2e/connectors/x'],
    ['GET', '/api/connect/v1/o/%zz/connectors'],
    ['GET', '/api/'],
    ['GET', '/api/connect/v1'],
    ['GET', '//api/connect/v1/categories'],
    ['POST', VERSIONS, '{"name":"1.0"}'],
    ['POST', VERSIONS, '{"name":"latest"}'],
    ['POST', VERSIONS, '{'],
    ['GET', '/auth/login?returnTo=//elsewhere'],
    ['GET', '/'],
    ['GET', '/health/ready'],
    ['GET', '/openapi.json'],
  ])('%s %s %s', async (method, path, body?: string) => {
    expect(await responseOf(direct, method, path, body)).toEqual(await responseOf(throughExpress, method, path, body));
  });
});
