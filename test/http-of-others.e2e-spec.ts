import { connect } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const APP = 'https://app.example';
const CATEGORIES = '/api/connect/v1/categories';
const TAGS = '/api/connect/v1/o/acme/connectors/01HZ/tags';

const lines: string[] = [];
let gateway: TestGateway;
let metricsPort: number;
let cookie: string;

beforeAll(async () => {
  metricsPort = await freePort();
  const settings = { ALLOWED_ORIGINS: APP, METRICS_PORT: String(metricsPort), LOG_LEVEL: 'info' };
  gateway = await startGateway(settings, { write: (line) => void lines.push(line), dropped: 0 });
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

/** Sends bytes over a new connection; returns everything received until it closes. */
function exchange(text: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

const signedIn = () => ({ Cookie: cookie, 'X-CSRF': '1' });
const get = () => request(gateway.url).get(CATEGORIES).set(signedIn());

const put = (type: string) =>
  request(gateway.url)
    .put(TAGS)
    .set({ ...signedIn(), 'Content-Type': type })
    .send('{"tags":{}}');

describe('load balancers', () => {
  it.each(['live', 'ready', 'startup'])('O3: can request /health/%s by HTTP/1.0 without a Host', async (question) => {
    expect(await exchange(`GET /health/${question} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('P12: must send a Host for anything else, and with HTTP/1.1', async () => {
    expect(await exchange(`GET ${CATEGORIES} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    const newer = 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n';
    expect(await exchange(newer)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the media type of a JSON body', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;',
    'application/json ; charset=utf8',
    'application/json; charset="UTF-8"',
    'application/json; version=1',
    'Application/Json;Version=1;Charset=UTF-8',
  ])('may be written %s', async (type) => {
    expect((await put(type)).status).toBe(200);
    expect(gateway.platform.last.headers['content-type']).toBe('application/json');
  });

  it.each(['text/json', 'application/jsonp', 'application/json; charset=latin1', 'application/x+json', ';'])(
    'must not be %s',
    async (type) => {
      expectProblem(await put(type), 415, 'unsupported_media_type');
    },
  );
});

describe('requests to the platform', () => {
  it('accept media ranges as in RFC 9110, without compression', async () => {
    await get();
    const { accept, 'accept-encoding': encoding } = gateway.platform.last.headers;
    const range = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+|[\w!#$&^.+-]+\/\*|\*\/\*)(;q=[01](\.\d{1,3})?)?$/;
    for (const one of accept?.split(', ') ?? ['']) expect(one).toMatch(range);
    expect(encoding).toBe('identity');
  });

  it.each(['?', '?&', '?&&'])('P16: treat %s as no query', async (query) => {
    const version = '/api/connect/v1/o/acme/connectors/01HZ/versions/1.0';
    expect(
      (
        await request(gateway.url)
          .get(version + query)
          .set(signedIn())
      ).status,
    ).toBe(200);
    expect(gateway.platform.last.target).toBe(version);
  });
});

describe('responses of the platform', () => {
  it('P16: numbers in an error reach the caller unchanged', async () => {
    const numbers = '"id":9007199254740993,"rate":1.10,"huge":1e400,"list":[12345678901234567890]';
    gateway.platform.behave((_seen, res) => {
      res.writeHead(409, { 'content-type': 'application/json' });
      res.end(`{"code":"taken","message":"It is taken",${numbers}}`);
    });
    const answer = await get();
    expectProblem(answer, 409, 'taken');
    for (const number of numbers.split(',"')) expect(answer.text).toContain(number.replace(/^(?!")/, '"'));
  });

  it('E2: a 503 keeps its Retry-After', async () => {
    gateway.platform.answerWith(503, {}, { 'retry-after': '7' });
    const answer = await get();
    expectProblem(answer, 502, 'platform_unavailable');
    expect(answer.headers['retry-after']).toBe('7');
  });

  it.each([205, 407])('E2: a %i is an invalid response', async (status) => {
    gateway.platform.answerWith(status, {}, { 'proxy-authenticate': 'Basic' });
    const answer = await get();
    expectProblem(answer, 502, 'platform_answer_invalid');
    expect(answer.headers).not.toHaveProperty('proxy-authenticate');
  });
});

describe('browsers', () => {
  it('B2: may send trace context from another origin', async () => {
    const asked = {
      Origin: APP,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'traceparent',
    };
    const allowed = String(
      (await request(gateway.url).options(CATEGORIES).set(asked)).headers['access-control-allow-headers'],
    );
    expect(allowed.split(',')).toEqual(expect.arrayContaining(['traceparent', 'tracestate']));
  });

  it.each(['none', 'same-origin'])('B1: a foreign Origin is refused beside Sec-Fetch-Site: %s', async (site) => {
    const from = (origin: string) => get().set({ 'Sec-Fetch-Site': site, Origin: origin });
    expectProblem(await from('https://evil.example'), 403, 'cross_site_request');
    expect((await from(new URL(gateway.url).origin)).status).toBe(200);
  });
});

describe('an expectation', () => {
  it('E1: that is unknown gets a 417 problem, logged and counted', async () => {
    const { host } = new URL(gateway.url);
    const answer = await exchange(
      `GET ${CATEGORIES} HTTP/1.1\r\nHost: ${host}\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toContain('"code":"expectation_failed"');
    const [, id] = /X-Request-Id: (\S+)/.exec(answer) ?? [];
    await expect
      .poll(() => lines.some((line) => line.includes(`"requestId":"${id}"`) && line.includes('417')))
      .toBe(true);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/_count\{[^}]*http_response_status_code="417"\} 1/);
  });
});
