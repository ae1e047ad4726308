import { Writable } from 'node:stream';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';

const lines: string[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  const sink = Object.assign(new Writable(), { write: (line: string) => lines.push(line) > 0, flush: () => undefined });
  gateway = await startGateway({ LOG_LEVEL: 'trace' }, sink);
});
afterAll(() => gateway.close());

/** Everything a log could wrongly hold of a sign-in and the calls after it. */
async function walkEveryPath(): Promise<string[]> {
  const cookie = await gateway.signIn();
  const call = (body: object) =>
    request(gateway.url)
      .post('/api/connect/v1/o/acme/connectors/01HZ/versions')
      .set({ Cookie: cookie, 'X-CSRF': '1', Authorization: 'Bearer SENTINEL-authorization' })
      .send(body);
  await call({ name: 'SENTINEL-body' }).expect(201);
  const token = String(gateway.platform.last.headers.authorization).slice('Bearer '.length);
  await call({ name: 'latest', SENTINELmember: 1 }).expect(400);
  await request(gateway.url).get('/api/connect/v1/connectors?SENTINEL=query').set('Cookie', cookie).expect(400);
  await request(gateway.url).get('/auth/callback?code=SENTINEL-code&state=SENTINEL-state').expect(400);
  gateway.platform.behave((_seen, _res, req) => void req.socket.resetAndDestroy());
  await call({ name: 'SENTINEL-reset' }).expect(502);
  gateway.platform.answerWith(500, { code: 'x', message: 'SENTINEL-platform' });
  await call({ name: 'SENTINEL-500' }).expect(502);
  gateway.platform.answerWith(200, []);
  gateway.identity.onToken = () => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'SENTINEL-provider' },
  });
  const login = await request(gateway.url).get('/auth/login');
  const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
  const callback = new URL(authorized.headers.get('location') ?? '');
  await request(gateway.url)
    .get(callback.pathname + callback.search)
    .set('Cookie', cookiesOf(login).join('; '))
    .expect(400);
  gateway.identity.onToken = () => undefined;
  await request(gateway.url).post('/auth/logout').set({ Cookie: cookie, 'X-CSRF': '1' }).expect(200);
  return [
    token,
    cookie.slice('session='.length),
    callback.searchParams.get('code') ?? '',
    ...gateway.identity.refreshTokens,
    'a-client-secret',
  ];
}

describe('O1: what the log never holds', () => {
  it('is a token, a cookie, a code, a secret or a body, whatever goes wrong', async () => {
    const secrets = await walkEveryPath();
    const log = lines.join('');
    expect(log).toContain('"request"');
    expect(log).toContain('a sign-in failed');
    for (const secret of [...secrets, 'SENTINEL']) expect(log).not.toContain(secret);
  });
});
