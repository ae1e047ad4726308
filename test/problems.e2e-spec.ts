import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';
import { raw } from './support/raw.js';

const CONNECTORS = '/api/connect/v1/o/acme/connectors';
const VERSIONS = `${CONNECTORS}/01HZ/versions`;

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ PLATFORM_TIMEOUT_MS: '400' });
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

const get = (path: string) => request(gateway.url).get(path).set('Cookie', cookie);
const post = (path: string, body: string | object) =>
  request(gateway.url)
    .post(path)
    .set('Cookie', cookie)
    .set('X-CSRF', '1')
    .set('Content-Type', 'application/json')
    .send(body);

describe('E1: one shape for every answer that is not a success', () => {
  it('is problem details and the contract’s Error at once', async () => {
    const answer = await request(gateway.url).get(CONNECTORS);
    expect(expectProblem(answer, 401, 'unauthenticated')).toMatchObject({
      instance: CONNECTORS,
      title: 'Unauthorized',
    });
  });

  it('has it for an unknown path, with and without a session', async () => {
    expectProblem(await request(gateway.url).get('/nowhere'), 404, 'route_not_found');
    expectProblem(await get('/api/connect/v1/nowhere'), 404, 'route_not_found');
  });

  it('says which methods a path answers to', async () => {
    const answer = await request(gateway.url).patch(VERSIONS);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers['allow']).toBe('GET, POST, HEAD');
  });

  it('names every fault of a body at once, with its path and the fix', async () => {
    const problem = expectProblem(
      await post(VERSIONS, { name: 'latest', fromVersion: 7, nmae: 'x' }),
      400,
      'invalid_request',
    );
    const fields = Object.fromEntries(
      (problem['fields'] as { field: string; message: string }[]).map((f) => [f.field, f.message]),
    );
    expect(fields['name']).toContain('reserved');
    expect(fields['fromVersion']).toBe('must be a string');
    expect(fields['nmae']).toContain('leave it out');
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it.each([
    ['broken JSON', '{"name": "1.0",', 'malformed_json'],
    ['a member given twice', '{"name":"1.0","name":"latest"}', 'malformed_json'],
    ['a list', '[]', 'invalid_request'],
    ['nothing', '', 'malformed_json'],
  ])('refuses %s', async (_what, body, code) => {
    expectProblem(await post(VERSIONS, body), 400, code);
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('refuses a body that is not JSON by its type', async () => {
    const answer = await request(gateway.url)
      .post(VERSIONS)
      .set('Cookie', cookie)
      .set('X-CSRF', '1')
      .type('text/plain')
      .send('{"name":"1"}');
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each(['..', '%2e%2e', '.%2e', '%252e%252e', 'a%2Fb', 'a%5Cb', 'a%00b', 'a%0d%0ab', '%ED%A0%80'])(
    'P1: refuses the path segment %s',
    async (segment) => {
      const answer = await raw(gateway.url, `GET ${CONNECTORS}/${segment}/versions HTTP/1.1`, { cookie });
      expect(answer.status).toBe(400);
      expect(gateway.platform.seen).toHaveLength(0);
    },
  );

  it('P16: refuses a query that an operation does not know, instead of leaving it out', async () => {
    expectProblem(await get('/api/connect/v1/categories?first=1'), 400, 'invalid_request');
    expectProblem(await get(`${VERSIONS}?frist=1`), 400, 'invalid_request');
    await get('/api/connect/v1/categories?').expect(200);
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('P1: passes exotic names on as they are', async () => {
    const name = '1.0.0-rc.1+build 7 ü/ß'.replace('/', '∕');
    await get(`${VERSIONS}/${encodeURIComponent(name)}`).expect(200);
    expect(gateway.platform.last.target).toBe(`${VERSIONS}/${encodeURIComponent(name)}`);
  });
});

describe('E2: what the platform’s failures become', () => {
  it('keeps status, code, message, fields and further members of a 4xx', async () => {
    gateway.platform.answerWith(412, {
      code: 'in_use',
      message: 'It is in use.',
      fields: [{ field: 'a.b[0]', message: 'no' }],
      definition: { id: '1', name: 'n', referencedBy: [] },
      messages: [{ text: 'Look here', severity: 'warning', detail: ['x'] }],
    });
    const problem = expectProblem(await get(VERSIONS), 412, 'in_use');
    expect(problem).toMatchObject({ message: 'It is in use.', fields: [{ field: 'a.b[0]' }], definition: { id: '1' } });
    expect(problem['messages']).toEqual([{ text: 'Look here', severity: 'warning', detail: ['x'] }]);
  });

  it('keeps Retry-After of a 429', async () => {
    gateway.platform.answerWith(429, { code: 'slow_down', message: 'Slow down.' }, { 'retry-after': '17' });
    const answer = await get(VERSIONS);
    expectProblem(answer, 429, 'slow_down');
    expect(answer.headers['retry-after']).toBe('17');
  });

  it('tells nothing of a 5xx but that it failed', async () => {
    gateway.platform.behave(
      (_seen, res) => void res.writeHead(500, { 'content-type': 'text/html' }).end('<h1>panic at db-7.internal</h1>'),
    );
    const answer = await get(VERSIONS);
    expectProblem(answer, 502, 'platform_error');
    expect(answer.text).not.toContain('db-7');
  });

  it('is a 504 when the platform does not answer in time', async () => {
    gateway.platform.behave(() => undefined);
    expectProblem(await get(VERSIONS), 504, 'platform_timeout');
  });

  it('is a 504 when the platform stalls in the middle of an answer', async () => {
    gateway.platform.behave(
      (_seen, res) =>
        void res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"a":'),
    );
    expectProblem(await get(VERSIONS), 504, 'platform_timeout');
  });

  it('P7: is a 502 when the platform cuts an answer short', async () => {
    gateway.platform.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      res.write('{"a":');
      setTimeout(() => res.destroy(), 20);
    });
    expectProblem(await get(VERSIONS), 502, 'platform_unreachable');
  });

  it('P7: cuts the connection when a long answer is cut short', async () => {
    gateway.platform.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write('"'.padEnd(300_000, 'x'));
      setTimeout(() => res.destroy(), 50);
    });
    await expect(get(VERSIONS)).rejects.toThrow(/aborted|socket hang up|ECONNRESET/);
  });

  it.each([
    ['P5: a redirect', 302, { location: 'http://internal.example/' }],
    ['a body that is not JSON', 200, { 'content-type': 'text/html' }],
    ['an encoded body that nobody asked for', 200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('is a 502 for %s', async (_what, status, headers) => {
    gateway.platform.behave(
      (_seen, res) => void res.writeHead(status, headers as Record<string, string>).end('<html>'),
    );
    const answer = await get(VERSIONS);
    expectProblem(answer, 502, 'platform_answer_invalid');
    expect(answer.headers['location']).toBeUndefined();
  });

  it('P14: repeats a GET once after a reset, and a POST never', async () => {
    gateway.platform.behave((_seen, _res, req) => void req.socket.resetAndDestroy());
    expectProblem(await get(VERSIONS), 502, 'platform_unreachable');
    expect(gateway.platform.seen).toHaveLength(2);
    gateway.platform.seen.length = 0;
    expectProblem(await post(VERSIONS, { name: '1.0' }), 502, 'platform_unreachable');
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('never quotes the token that the platform quotes', async () => {
    gateway.platform.behave((seen, res) => {
      const body = JSON.stringify({ code: 'bad', message: `You sent ${seen.headers.authorization}` });
      res.writeHead(400, { 'content-type': 'application/json' }).end(body);
    });
    const answer = await get(VERSIONS);
    expectProblem(answer, 400, 'bad');
    expect(answer.text).not.toContain('ey');
    expect(answer.text).toContain('[redacted]');
  });
});
