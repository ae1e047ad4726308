import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.platform.reset());

const CATEGORIES = '/api/connect/v1/categories';

describe('signing in', () => {
  it('turns a session cookie into the bearer token that the platform sees', async () => {
    const cookie = await gateway.signIn();
    const answer = await request(gateway.url).get(CATEGORIES).set('Cookie', cookie);
    expect(answer.status).toBe(200);
    expect(gateway.platform.last.headers.authorization).toMatch(/^Bearer ey[\w.-]+$/);
    expect(gateway.platform.last.headers.cookie).toBeUndefined();
    expect(JSON.stringify(answer.headers)).not.toContain('ey');
  });

  it('says 401 without a cookie, with the place to sign in, and never redirects', async () => {
    const answer = await request(gateway.url).get(CATEGORIES).set('Accept', 'text/html');
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'unauthenticated', loginUrl: '/auth/login', status: 401 });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('tells who is signed in, and that nobody is after the logout', async () => {
    const cookie = await gateway.signIn();
    const before = await request(gateway.url).get('/auth/session').set('Cookie', cookie);
    expect(before.body).toMatchObject({ authenticated: true, user: { sub: 'person-1', email: 'demo@example.com' } });
    const logout = await request(gateway.url).post('/auth/logout').set('Cookie', cookie).set('X-CSRF', '1');
    expect(logout.status).toBe(200);
    expect(logout.body.logoutUrl).toContain('/end-session');
    expect(cookiesOf(logout)).toEqual(['session=']);
    const after = await request(gateway.url).get('/auth/session').set('Cookie', cookie);
    expect(after.body).toEqual({ authenticated: false, loginUrl: '/auth/login' });
    expect((await request(gateway.url).get(CATEGORIES).set('Cookie', cookie)).status).toBe(401);
  });
});
