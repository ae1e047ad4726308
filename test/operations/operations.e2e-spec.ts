import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import request, { type Response } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { expectProblem } from '../support/problem.js';
import { keepBytes } from '../support/bytes.js';
import { type Operation, pathOf } from './operation.js';
import { isOfPlatform } from './own.paths.js';
import { OPERATIONS } from './operation.table.js';

const API = '/api/connect/v1';
/** Bytes that would not survive parsing and printing. */
const ANSWER = '{ "id":"01J9" ,\n "größe" : "🛒 \\u0041", "count":12345678901234567890, "rate": 1.0}\n';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenAPIObject;

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
beforeEach(() => gateway.platform.reset());
afterAll(() => gateway.close());

/** Sends the request like a page of the gateway's own origin. */
function call({ method }: Operation, target: string, body?: string): Promise<Response> {
  const browser = request(gateway.url);
  const verb = method.toLowerCase() as 'get';
  const sent = browser[verb](API + target)
    .set('Cookie', cookie)
    .set('Sec-Fetch-Site', 'same-origin');
  if (body !== undefined) void sent.set('Content-Type', 'application/json').send(body);
  return sent
    .buffer(true)
    .parse(keepBytes)
    .then((answer) => answer);
}

/** Formatted unusually, so that re-serialisation would be detected. */
function textOf(body: object | undefined): string | undefined {
  return body && ` ${JSON.stringify(body, undefined, 3)}\n`;
}

function answerWith({ status, type }: Operation): void {
  gateway.platform.behave((_seen, res) => {
    if (status === 204) res.writeHead(204).end();
    else res.writeHead(status, { 'content-type': type }).end(ANSWER);
  });
}

describe.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  const { method, target, status, type, refusals } = operation;
  const text = textOf(operation.body);

  it('reaches the platform unchanged, with the token in place of the cookie', async () => {
    answerWith(operation);
    await call(operation, target, text);
    expect(gateway.platform.seen).toHaveLength(1);
    const { headers, body, ...seen } = gateway.platform.last;
    expect(seen).toMatchObject({ method, target: API + target });
    expect(headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(headers.cookie).toBeUndefined();
    expect(headers['content-type']).toBe(text && 'application/json');
    expect(body.toString()).toBe(text ?? '');
  });

  it('returns the exact bytes of the platform', async () => {
    answerWith(operation);
    const answer = await call(operation, target, text);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe(status === 204 ? undefined : type);
    expect((answer.body as Buffer).toString()).toBe(status === 204 ? '' : ANSWER);
  });

  for (const [bad, field] of refusals)
    it(`is rejected with ${JSON.stringify(bad)}, and ${field} is named`, async () => {
      const [query, body] = typeof bad === 'string' ? [`?${bad}`, text] : ['', textOf(bad)];
      expectRefusal(await call(operation, pathOf(operation) + query, body), field);
    });

  if (text !== undefined)
    it('accepts only an object, and when it creates something, only known members', async () => {
      expectRefusal(await call(operation, target, '[]'), '');
      const more = textOf({ ...operation.body, typo: 1 });
      if (method !== 'PUT') expectRefusal(await call(operation, target, more), 'typo');
    });

  if (target.includes('?'))
    it('is rejected with an unknown parameter', async () => {
      expectRefusal(await call(operation, `${target}&Typo=1`, text), 'Typo');
    });
});

/** Expects a 400 that names the member, and no call to the platform. */
function expectRefusal(answer: Response, field: string): void {
  answer.body = JSON.parse((answer.body as Buffer).toString());
  const { fields } = expectProblem(answer, 400, 'invalid_request') as { fields: { field: string }[] };
  expect(fields.map((fault) => fault.field)).toContain(field);
  expect(gateway.platform.seen).toEqual([]);
}

describe('the table of operations', () => {
  const documented = Object.entries(document.paths).flatMap(([path, item]) =>
    isOfPlatform(path)
      ? (['get', 'post', 'put', 'delete'] as const).flatMap((method) => {
          const operation = item[method];
          return operation ? [{ path: path.slice(API.length), method: method.toUpperCase(), operation }] : [];
        })
      : [],
  );

  it('has every operation of the API document, once', () => {
    expect(OPERATIONS.map(({ id }) => id).toSorted()).toEqual(
      documented.map(({ operation }) => String(operation.operationId)).toSorted(),
    );
  });

  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    'agrees with the API document on %s',
    (id, operation) => {
      const found = documented.find((one) => one.operation.operationId === id);
      const { path, method, operation: described } = found ?? expect.unreachable();
      expect(method).toBe(operation.method);
      expect(pathOf(operation)).toMatch(new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
      const { [operation.status]: success, ...others } = described.responses;
      expect(Object.keys(others).filter((status) => status < '400')).toEqual([]);
      const types = success && 'content' in success ? Object.keys(success.content ?? {}) : [];
      expect(types).toEqual(operation.status === 204 ? [] : [operation.type, ...operation.otherTypes]);
      const takesQuery = described.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'query');
      expect(operation.refusals.length > 0).toBe(takesQuery === true || described.requestBody !== undefined);
    },
  );
});
