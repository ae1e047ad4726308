import { type AddressInfo, connect } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { exchange, raw, type RawAnswer } from './support/raw.js';

const CATEGORIES = '/api/connect/v1/categories';
const FRONTEND = 'https://app.example';

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ ALLOWED_ORIGINS: FRONTEND });
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

function expectRawProblem(answer: RawAnswer, status: number, code: string): void {
  const body = JSON.parse(answer.body) as { code: string; status: number; requestId: string };
  expect({ status: answer.status, code: body.code }).toEqual({ status, code });
  expect(answer.head).toContain('Content-Type: application/problem+json');
  expect(answer.head).toContain(`X-Request-Id: ${body.requestId}`);
  expect(answer.head).toContain('X-Content-Type-Options: nosniff');
}

describe('requests that are refused before routing', () => {
  it.each([
    ['P2: an absolute target', 'GET http://evil.example/ HTTP/1.1', 400, 'invalid_target'],
    ['P2: a target with two slashes', `GET //evil.example${CATEGORIES} HTTP/1.1`, 400, 'invalid_target'],
    ['P2: a target with a backslash', 'GET /\\evil.example HTTP/1.1', 400, 'invalid_target'],
    ['P1: dot segments', `GET ${CATEGORIES}/../categories HTTP/1.1`, 400, 'invalid_target'],
    ['P11: TRACE', `TRACE ${CATEGORIES} HTTP/1.1`, 405, 'method_not_allowed'],
    ['P8: a target that is too long', `GET /${'a'.repeat(9_000)} HTTP/1.1`, 414, 'target_too_long'],
    ['a broken percent-encoding', `GET ${CATEGORIES}%zz HTTP/1.1`, 400, 'malformed_path'],
  ])('%s', async (_what, line, status, code) => {
    expectRawProblem(await raw(gateway.url, line, { cookie }), status, code);
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('P12: a foreign Host, none, or two of them', async () => {
    expectRawProblem(
      await raw(gateway.url, `GET ${CATEGORIES} HTTP/1.1`, { host: 'evil.example' }),
      421,
      'misdirected_request',
    );
    expectRawProblem(
      await exchange(gateway.url, `GET ${CATEGORIES} HTTP/1.1\r\nConnection: close\r\n\r\n`),
      400,
      'invalid_host',
    );
    const { host } = new URL(gateway.url);
    const twice = `GET ${CATEGORIES} HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    expectRawProblem(await exchange(gateway.url, twice), 400, 'invalid_host');
  });

  it('P12: the Host is compared without regard to case', async () => {
    const { host } = new URL(gateway.url.replace('127.0.0.1', 'LocalHost'));
    const answer = await raw(gateway.url, `GET ${CATEGORIES} HTTP/1.1`, { cookie, host: host.toUpperCase() });
    expect(answer.status).toBe(200);
  });

  it('P12: health paths answer under any Host, since orchestrators call by address', async () => {
    expect((await raw(gateway.url, 'GET /health/live HTTP/1.1', { host: '10.1.2.3:3000' })).status).toBe(200);
  });

  it('P12: forwarded headers count only from configured proxies', async () => {
    const forwarded = {
      host: 'gateway-7.internal',
      'x-forwarded-host': 'connect.example',
      'x-forwarded-for': '203.0.113.9',
    };
    const lines: string[] = [];
    const sink = { write: (line: string) => void lines.push(line), dropped: 0 };
    const settings = { PUBLIC_URL: 'https://connect.example', LOG_LEVEL: 'info' };
    for (const [trusted, status] of [
      ['127.0.0.1/32', 404],
      ['10.0.0.0/8', 421],
    ] as const) {
      const behindProxy = await startGateway({ ...settings, TRUSTED_PROXIES: trusted }, sink);
      const url = `http://127.0.0.1:${String((behindProxy.app.getHttpServer().address() as AddressInfo).port)}`;
      expect((await raw(url, 'GET /nowhere HTTP/1.1', forwarded)).status).toBe(status);
      await behindProxy.close();
    }
    const ips = lines
      .filter((line) => line.includes('"request"'))
      .map((line) => (JSON.parse(line) as { ip: string }).ip);
    expect(ips).toEqual(['203.0.113.9', '127.0.0.1']);
  });

  it('the log contains the address of a caller that disconnected', async () => {
    const lines: string[] = [];
    const sink = { write: (line: string) => void lines.push(line), dropped: 0 };
    const logging = await startGateway({ LOG_LEVEL: 'info' }, sink);
    const { port } = new URL(logging.url);
    const session = await logging.signIn();
    const caller = connect(Number(port), '127.0.0.1');
    logging.platform.behave(() => void caller.destroy());
    caller.write(`GET ${CATEGORIES} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-CSRF: 1\r\nCookie: ${session}\r\n\r\n`);
    await vi.waitFor(() => expect(lines.at(-1)).toContain('"status":499'), 5_000);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ route: CATEGORIES, ip: '127.0.0.1' });
    await logging.close();
  });

  it('P6: more than a hundred headers, and oversized header fields', async () => {
    const many = Object.fromEntries(Array.from({ length: 110 }, (_, i) => [`x-${i}`, '1']));
    expectRawProblem(await raw(gateway.url, `GET ${CATEGORIES} HTTP/1.1`, many), 431, 'too_many_headers');
    expectRawProblem(
      await raw(gateway.url, `GET ${CATEGORIES} HTTP/1.1`, { 'x-big': 'a'.repeat(20_000) }),
      431,
      'headers_too_large',
    );
  });

  it('P8: chunks whose extensions exceed their data', async () => {
    const chunked = { cookie, 'x-csrf': '1', 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const target = '/api/connect/v1/o/acme/connectors/01HZ/versions';
    const body = `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`;
    const answer = await raw(gateway.url, `POST ${target} HTTP/1.1`, chunked, body);
    expectRawProblem(answer, 413, 'content_too_large');
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('B4: input that is not HTTP is answered with a problem', async () => {
    expectRawProblem(await exchange(gateway.url, 'hello there\r\n\r\n'), 400, 'malformed_request');
    const both = { 'content-length': '5', 'transfer-encoding': 'chunked', cookie };
    expectRawProblem(
      await raw(gateway.url, `POST ${CATEGORIES} HTTP/1.1`, both, '0\r\n\r\n'),
      400,
      'malformed_request',
    );
  });
});

describe('what the platform receives', () => {
  it('P3: only the allowed headers and the gateway’s own', async () => {
    await request(gateway.url)
      .get(CATEGORIES)
      .set({
        Cookie: `${cookie}; other=1`,
        Authorization: 'Bearer forged',
        Forwarded: 'for=1.2.3.4',
        'X-Forwarded-For': '1.2.3.4',
        'X-User-Id': 'admin',
        'X-Original-Url': '/admin',
        'X-HTTP-Method-Override': 'DELETE',
        X_User_Id: 'admin',
        Connection: 'X-Secret',
        'X-Secret': '1',
        'Accept-Language': 'de',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      })
      .expect(200);
    expect(Object.keys(gateway.platform.last.headers).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'accept-language',
      'authorization',
      'connection',
      'host',
      'traceparent',
      'x-request-id',
    ]);
    expect(gateway.platform.last.headers.authorization).not.toContain('forged');
  });

  it('P4: no headers of a hostile platform reach the caller', async () => {
    const hostile = {
      'content-type': 'application/json',
      'set-cookie': 'session=stolen',
      'www-authenticate': 'Basic',
      server: 'platform/1',
      via: '1.1 internal',
      'alt-svc': 'h3=":443"',
      'clear-site-data': '"*"',
      'access-control-allow-origin': '*',
      'x-accel-redirect': '/etc/passwd',
      'x-sendfile': '/etc/passwd',
      refresh: '0; url=http://evil.example',
      location: 'http://internal/',
      'cache-control': 'public, max-age=3600',
    };
    gateway.platform.behave((_seen, res) => void res.writeHead(200, hostile).end('[]'));
    const answer = await request(gateway.url).get(CATEGORIES).set('Cookie', cookie).expect(200);
    expect(Object.keys(answer.headers).toSorted()).toEqual(
      [
        'cache-control',
        'connection',
        'content-length',
        'content-type',
        'date',
        'vary',
        'access-control-expose-headers',
        'access-control-allow-credentials',
        'x-content-type-options',
        'x-request-id',
      ].toSorted(),
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('P11: HEAD is checked like GET, and returns its headers without a body', async () => {
    expect((await request(gateway.url).head(CATEGORIES)).status).toBe(401);
    const answer = await request(gateway.url).head(CATEGORIES).set('Cookie', cookie).expect(200);
    expect(answer.text).toBeUndefined();
    expect(gateway.platform.last.method).toBe('GET');
  });

  it('P17: the call is aborted when the caller disconnects', async () => {
    const closed = new Promise<void>((resolve) =>
      gateway.platform.behave((_seen, res) => void res.on('close', resolve)),
    );
    const controller = new AbortController();
    const call = fetch(gateway.url + CATEGORIES, { headers: { cookie }, signal: controller.signal }).catch(
      () => undefined,
    );
    await expect.poll(() => gateway.platform.seen.length).toBe(1);
    controller.abort();
    await Promise.all([call, closed]);
  });
});

/** A read or a creation by a signed-in caller with these Fetch Metadata headers. */
function api(method: 'get' | 'post', headers: Record<string, string>): request.Test {
  const client = request(gateway.url);
  const call =
    method === 'get'
      ? client.get(CATEGORIES)
      : client.post('/api/connect/v1/o/acme/connectors/01HZ/versions').send({ name: '1.0' });
  return call.set({ Cookie: cookie, ...headers });
}

describe('B1: allowed origins of a request', () => {
  it.each([
    ['get', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['get', { 'Sec-Fetch-Site': 'none' }, 200],
    ['get', {}, 200],
    ['get', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['get', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['get', { 'Sec-Fetch-Site': 'cross-site', 'X-CSRF': '1' }, 403],
    ['get', { 'Sec-Fetch-Site': 'cross-site', Origin: FRONTEND }, 200],
    ['get', { Origin: 'https://evil.example' }, 403],
    ['post', { 'Sec-Fetch-Site': 'same-origin' }, 201],
    ['post', { 'Sec-Fetch-Site': 'cross-site', Origin: FRONTEND }, 201],
    ['post', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://app.example.evil' }, 403],
    ['post', { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }, 403],
    ['post', { Origin: FRONTEND }, 201],
    ['post', { Origin: 'https://evil.example', 'X-CSRF': '1' }, 403],
    ['post', { 'X-CSRF': '1' }, 201],
    ['post', {}, 403],
    ['post', { 'X-CSRF': '0' }, 403],
  ] as const)('%s with %j gets %i', async (method, headers, status) => {
    expect((await api(method, headers)).status).toBe(status);
  });

  it('B2: sends CORS headers to listed origins only, also on errors', async () => {
    const preflight = await request(gateway.url)
      .options(CATEGORIES)
      .set({ Origin: FRONTEND, 'Access-Control-Request-Method': 'POST' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': FRONTEND,
      'access-control-allow-credentials': 'true',
    });
    const refused = await request(gateway.url).get(CATEGORIES).set('Origin', FRONTEND).expect(401);
    expect(refused.headers).toMatchObject({ 'access-control-allow-origin': FRONTEND, vary: 'Origin' });
    const stranger = await request(gateway.url).get(CATEGORIES).set('Origin', 'https://evil.example');
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
    expect(stranger.headers['vary']).toBe('Origin');
  });
});
