import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';
import { raw } from './support/raw.js';

const VERSIONS = '/api/connect/v1/o/acme/connectors/01HZ/versions';
const VERSION = `${VERSIONS}/1.0`;
const MAX_BODY = 4 * 1024 * 1024;

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

/** An update padded with a member that the contract does not define. */
function version(extra: string): string {
  const known = {
    id: '1',
    name: '1.0',
    isLatest: false,
    isDefault: false,
    createdAt: 'x',
    updatedAt: 'x',
    publishedAt: null,
  };
  return `${JSON.stringify(known).slice(0, -1)},"extra":${extra}}`;
}

const put = (body: string) =>
  request(gateway.url)
    .put(VERSION)
    .set({ Cookie: cookie, 'X-CSRF': '1', 'Content-Type': 'application/json' })
    .send(body);

describe('P8: limits: one below, at, and one above', () => {
  it.each([
    [MAX_BODY - 1, 200],
    [MAX_BODY, 200],
    [MAX_BODY + 1, 413],
  ])('a body of %i bytes gets %i', async (size, status) => {
    const empty = version('""').length;
    const answer = await put(version(`"${'x'.repeat(size - empty)}"`));
    expect(answer.status).toBe(status);
    expect(gateway.platform.seen.map(({ body }) => body.length)).toEqual(status === 200 ? [size] : []);
  });

  it('a body without Content-Length has the same limit', async () => {
    const piece = 'x'.repeat(1024 * 1024);
    const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
    const headers = { cookie, 'x-csrf': '1', 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const answer = await raw(gateway.url, `PUT ${VERSION} HTTP/1.1`, headers, `${chunk.repeat(5)}0\r\n\r\n`);
    expect(answer.status).toBe(413);
  });

  it.each([
    [63, 200],
    [64, 200],
    [65, 400],
  ])('JSON %i levels deep gets %i', async (depth, status) => {
    const inner = depth - 1;
    expect((await put(version('['.repeat(inner) + ']'.repeat(inner)))).status).toBe(status);
  });

  it.each([
    [8_191, 404],
    [8_192, 404],
    [8_193, 414],
  ])('a target of %i characters gets %i', async (length, status) => {
    expect((await raw(gateway.url, `GET /${'a'.repeat(length - 1)} HTTP/1.1`)).status).toBe(status);
  });

  it.each([
    [99, 404],
    [100, 404],
    [101, 431],
  ])('%i header fields get %i', async (count, status) => {
    const fields = Object.fromEntries(Array.from({ length: count - 2 }, (_, i) => [`x-${i}`, '1']));
    expect((await raw(gateway.url, 'GET /nowhere HTTP/1.1', fields)).status).toBe(status);
  });

  it.each([
    [16_382, 404],
    [16_383, 404],
    [16_384, 431],
  ])('a target and header fields of %i bytes together get %i', async (bytes, status) => {
    const { host } = new URL(gateway.url);
    const others = `/nowhere${Object.entries({ host, connection: 'close' }).flat().join('')}x-big`.length;
    const answer = await raw(gateway.url, 'GET /nowhere HTTP/1.1', { 'x-big': 'a'.repeat(bytes - others) });
    expect(answer.status).toBe(status);
  });

  it.each([
    [1_048_575, 409, 'too_long'],
    [1_048_576, 409, 'too_long'],
    [1_048_577, 502, 'platform_answer_invalid'],
  ])('an error of the platform of %i bytes becomes %i', async (bytes, status, code) => {
    const empty = JSON.stringify({ code: 'too_long', message: 'm', details: '' });
    const body = empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
    gateway.platform.behave((_seen, res) => void res.writeHead(409, { 'content-type': 'application/json' }).end(body));
    expectProblem(await request(gateway.url).get(VERSIONS).set('Cookie', cookie), status, code);
  });

  it('an endless error response of the platform becomes 502', async () => {
    gateway.platform.behave((_seen, res) => {
      res.writeHead(400, { 'content-type': 'application/json' });
      const more = setInterval(() => res.write('x'.repeat(200_000)), 5);
      res.on('close', () => clearInterval(more));
    });
    expectProblem(await request(gateway.url).get(VERSIONS).set('Cookie', cookie), 502, 'platform_answer_invalid');
  });
});

describe('interim and error responses of the platform', () => {
  it('a 103 is dropped, and the final response is forwarded', async () => {
    gateway.platform.behave((_seen, res) => {
      res.writeEarlyHints({ link: '</x>; rel=preload' }, () =>
        res.writeHead(200, { 'content-type': 'application/json' }).end('[1]'),
      );
    });
    const answer = await request(gateway.url).get(VERSIONS).set('Cookie', cookie).expect(200);
    expect(answer.body).toEqual([1]);
  });

  it('an error body that is not UTF-8, JSON or an object is replaced by a problem of its status', async () => {
    for (const body of [
      Buffer.from([0xff, 0xfe]),
      Buffer.from('<html>'),
      Buffer.from('[1]'),
      Buffer.from('null'),
      Buffer.alloc(0),
    ]) {
      gateway.platform.behave(
        (_seen, res) => void res.writeHead(409, { 'content-type': 'application/json' }).end(body),
      );
      expectProblem(await request(gateway.url).get(VERSIONS).set('Cookie', cookie), 409, 'platform_409');
    }
  });

  it('an error cannot override the type or the reserved members of the problem', async () => {
    gateway.platform.answerWith(400, {
      code: 'c',
      message: 'm',
      status: 200,
      type: 'evil',
      requestId: 'forged',
      instance: 'x',
      title: 't',
      detail: 'd',
      __proto__x: 1,
    });
    const answer = await request(gateway.url).get(VERSIONS).set('Cookie', cookie);
    expect(expectProblem(answer, 400, 'c')).toMatchObject({ detail: 'm', title: 'Bad Request', instance: VERSIONS });
  });
});

describe('P13: two sessions share nothing', () => {
  it('each gets the response for its own token, under load and on shared connections', async () => {
    const cookies: string[] = [];
    for (const subject of ['ann', 'bob', 'cem']) {
      gateway.identity.subject = subject;
      cookies.push(await gateway.signIn());
    }
    gateway.platform.behave(({ headers }, res) => {
      const claims = JSON.parse(
        Buffer.from(String(headers.authorization).split('.')[1] ?? '', 'base64url').toString(),
      ) as { sub: string };
      setTimeout(
        () => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(claims.sub)),
        Math.random() * 10,
      );
    });
    const answers = await Promise.all(
      Array.from({ length: 90 }, (_, i) =>
        request(gateway.url)
          .get(VERSIONS)
          .set('Cookie', cookies[i % 3] ?? ''),
      ),
    );
    expect(answers.map(({ body }) => body as string)).toEqual(
      Array.from({ length: 90 }, (_, i) => ['ann', 'bob', 'cem'][i % 3]),
    );
    expect(answers.every(({ headers }) => headers['cache-control'] === 'no-store')).toBe(true);
  });
});

describe('S15: the session’s state and the API never disagree', () => {
  it('while it lives, after its token has expired, and after it has ended', async () => {
    const both = async (value: string): Promise<unknown[]> => {
      const state = await request(gateway.url).get('/auth/session').set('Cookie', value);
      const api = await request(gateway.url).get(VERSIONS).set('Cookie', value);
      return [state.body.authenticated, api.status];
    };
    gateway.identity.refreshesIdToken = false;
    gateway.identity.idTokenSeconds = 3;
    const value = await gateway.signIn();
    expect(await both(value)).toEqual([true, 200]);
    await expect.poll(() => both(value), { timeout: 10_000, interval: 300 }).toEqual([false, 401]);
    gateway.identity.refreshesIdToken = true;
    gateway.identity.idTokenSeconds = 3600;
    expect(await both('session=forged')).toEqual([false, 401]);
  });
});
