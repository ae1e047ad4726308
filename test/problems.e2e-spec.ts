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

describe('E1: one shape for every error response', () => {
  it('is both problem details and the contract’s Error', async () => {
    const answer = await request(gateway.url).get(CONNECTORS);
    expect(expectProblem(answer, 401, 'unauthenticated')).toMatchObject({
      instance: CONNECTORS,
      title: 'Unauthorized',
    });
  });

  it('is used for an unknown path, with and without a session', async () => {
    expectProblem(await request(gateway.url).get('/nowhere'), 404, 'route_not_found');
    expectProblem(await get('/api/connect/v1/nowhere'), 404, 'route_not_found');
  });

  it('lists the methods that a path allows', async () => {
    const answer = await request(gateway.url).patch(VERSIONS);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers['allow']).toBe('GET, POST, HEAD');
  });

  it('lists every error of a body with its path and the fix', async () => {
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

  it('refuses a body whose media type is not JSON', async () => {
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

  it('P16: refuses an unknown query parameter instead of dropping it', async () => {
    expectProblem(await get('/api/connect/v1/categories?first=1'), 400, 'invalid_request');
    expectProblem(await get(`${VERSIONS}?frist=1`), 400, 'invalid_request');
    await get('/api/connect/v1/categories?').expect(200);
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('P1: forwards unusual names unchanged', async () => {
    const name = '1.0.0-rc.1+build 7 ü/ß'.replace('/', '∕');
    await get(`${VERSIONS}/${encodeURIComponent(name)}`).expect(200);
    expect(gateway.platform.last.target).toBe(`${VERSIONS}/${encodeURIComponent(name)}`);
  });
});

describe('E2: failures of the platform', () => {
  it('a 4xx keeps its status, code, message, fields and further members', async () => {
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

  it('a 429 keeps its Retry-After', async () => {
    gateway.platform.answerWith(429, { code: 'slow_down', message: 'Slow down.' }, { 'retry-after': '17' });
    const answer = await get(VERSIONS);
    expectProblem(answer, 429, 'slow_down');
    expect(answer.headers['retry-after']).toBe('17');
  });

  it('a 5xx reveals no details', async () => {
    gateway.platform.behave(
      (_seen, res) => void res.writeHead(500, { 'content-type': 'text/html' }).end('<h1>panic at db-7.internal</h1>'),
    );
    const answer = await get(VERSIONS);
    expectProblem(answer, 502, 'platform_error');
    expect(answer.text).not.toContain('db-7');
  });

  it('a timeout becomes 504', async () => {
    gateway.platform.behave(() => undefined);
    expectProblem(await get(VERSIONS), 504, 'platform_timeout');
  });

  it('a stall in the middle of a response becomes 504', async () => {
    gateway.platform.behave(
      (_seen, res) =>
        void res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"a":'),
    );
    expectProblem(await get(VERSIONS), 504, 'platform_timeout');
  });

  it('P7: a truncated response becomes 502', async () => {
    gateway.platform.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      res.write('{"a":');
      setTimeout(() => res.destroy(), 20);
    });
    expectProblem(await get(VERSIONS), 502, 'platform_unreachable');
  });

  it('P7: a truncated long response closes the connection to the caller', async () => {
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
    ['an unrequested content encoding', 200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('%s becomes 502', async (_what, status, headers) => {
    gateway.platform.behave(
      (_seen, res) => void res.writeHead(status, headers as Record<string, string>).end('<html>'),
    );
    const answer = await get(VERSIONS);
    expectProblem(answer, 502, 'platform_answer_invalid');
    expect(answer.headers['location']).toBeUndefined();
  });

  it('P14: a GET is retried once after a reset, a POST never', async () => {
    gateway.platform.behave((_seen, _res, req) => void req.socket.resetAndDestroy());
    expectProblem(await get(VERSIONS), 502, 'platform_unreachable');
    expect(gateway.platform.seen).toHaveLength(2);
    gateway.platform.seen.length = 0;
    expectProblem(await post(VERSIONS, { name: '1.0' }), 502, 'platform_unreachable');
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('a token that the platform quotes is removed', async () => {
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
