import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());

/** The gateway's response when the platform serves a schema of this media type. */
function read(type: string, text: string): request.Test {
  gateway.platform.behave((_seen, res) => void res.writeHead(200, { 'content-type': type }).end(text));
  return request(gateway.url).get('/api/connect/v1/o/acme/schemas/shop/1.0/Order.xsd').set('Cookie', cookie);
}

it.each([
  ['application/schema+json', '{"type":"object"}'],
  ['text/xml; charset=utf-8', '<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'],
  ['application/xml', '<schema/>'],
  ['application/schema+yaml', 'type: object'],
])('a schema in %s is forwarded unchanged, and a browser does not execute it', async (type, text) => {
  const answer = await read(type, text)
    .buffer(true)
    .parse((res, done) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (body += chunk));
      res.on('end', () => done(null, body));
    });
  expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([200, type, text]);
  expect(answer.headers).toMatchObject({
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
});

it('E2: an HTML page in place of a schema becomes 502', async () => {
  expectProblem(await read('text/html', '<html/>'), 502, 'platform_answer_invalid');
});
