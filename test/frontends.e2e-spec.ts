import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const FRONTEND = 'https://orders.example';
const CATEGORIES = '/api/connect/v1/categories';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ ALLOWED_ORIGINS: `${FRONTEND},https://stock.example` });
});
afterAll(() => gateway.close());

/** The headers that the browser adds for a page of that origin. */
function from(origin: string, cookie: string): Record<string, string> {
  return { Origin: origin, 'Sec-Fetch-Site': 'same-site', Cookie: cookie };
}

describe('a frontend of a listed origin', () => {
  it('signs in and returns to its own page', async () => {
    const login = await request(gateway.url)
      .get('/auth/login')
      .query({ returnTo: `${FRONTEND}/orders?page=2` })
      .expect(302);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const callback = new URL(authorized.headers.get('location') ?? '');
    const done = await request(gateway.url)
      .get(callback.pathname + callback.search)
      .set('Cookie', cookiesOf(login).join('; '));
    expect([done.status, done.headers['location']]).toEqual([303, `${FRONTEND}/orders?page=2`]);
  });

  it('can read the responses to API calls, the session query and the logout', async () => {
    const cookie = await gateway.signIn();
    const read = { 'access-control-allow-origin': FRONTEND, 'access-control-allow-credentials': 'true' };
    expect((await request(gateway.url).get(CATEGORIES).set(from(FRONTEND, cookie)).expect(200)).headers).toMatchObject(
      read,
    );
    expect((await request(gateway.url).get('/auth/session').set(from(FRONTEND, cookie))).body).toMatchObject({
      authenticated: true,
    });
    const logout = await request(gateway.url).post('/auth/logout').set(from(FRONTEND, cookie)).expect(200);
    expect(logout.headers).toMatchObject(read);
    await request(gateway.url).get(CATEGORIES).set(from(FRONTEND, cookie)).expect(401);
  });

  it('is refused under any other origin, as is its logout', async () => {
    const cookie = await gateway.signIn();
    for (const origin of [
      'https://orders.example.evil',
      'http://orders.example',
      'https://orders.example:444',
      'null',
    ]) {
      expectProblem(await request(gateway.url).get(CATEGORIES).set(from(origin, cookie)), 403, 'cross_site_request');
      expectProblem(
        await request(gateway.url).post('/auth/logout').set(from(origin, cookie)),
        403,
        'cross_site_request',
      );
    }
    await request(gateway.url).get(CATEGORIES).set(from('https://stock.example', cookie)).expect(200);
  });

  it('S17: cannot be used as an open redirect', async () => {
    for (const returnTo of [
      'https://orders.example.evil/',
      'https://orders.example@evil.example/',
      '//orders.example',
      'https:orders.example',
      'https://orders.example\\@evil.example',
    ])
      expectProblem(await request(gateway.url).get('/auth/login').query({ returnTo }), 400, 'invalid_return_to');
  });
});
