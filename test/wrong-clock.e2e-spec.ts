import request from 'supertest';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';

const HOUR_MS = 3_600_000;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(async () => {
  vi.useRealTimers();
  await gateway.close();
});

const send = (method: 'post' | 'delete', path: string, cookie: string) =>
  request(gateway.url)[method](path).set('Cookie', cookie).set('X-CSRF', '1');
const status = async (cookie: string): Promise<number> =>
  (await request(gateway.url).get('/api/connect/v1/categories').set('Cookie', cookie)).status;
const notify = async (claims: Record<string, unknown>): Promise<void> => {
  const logout_token = await gateway.identity.logoutToken(claims);
  await request(gateway.url).post('/auth/backchannel-logout').type('form').send({ logout_token }).expect(200);
};

it.each<[how: string, end: (cookie: string) => Promise<unknown>]>([
  ['its own sign-out', (cookie) => send('post', '/auth/logout', cookie).expect(200)],
  [
    'the end of all sessions of the person',
    async () => send('delete', '/auth/sessions', await gateway.signIn()).expect(204),
  ],
  ['the provider’s logout of its session', () => notify({ sid: 'provider-session' })],
  ['the provider’s logout of the person', () => notify({ sid: undefined, sub: 'person-1' })],
])('S6: %s ends a session that seems expired while the clock is hours ahead', async (_how, end) => {
  gateway.identity.claims = { sid: 'provider-session' };
  const cookie = await gateway.signIn();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * HOUR_MS });
  await end(cookie);
  vi.useRealTimers();
  expect(await status(cookie)).toBe(401);
});

it('S6: a person ends one session that seems expired while the clock is hours ahead', async () => {
  const cookie = await gateway.signIn();
  const list = await request(gateway.url)
    .get('/auth/sessions')
    .set('Cookie', await gateway.signIn());
  const own = list.body as { id: string; current: boolean }[];
  const id = String(own.find(({ current }) => !current)?.id);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * HOUR_MS });
  await send('delete', `/auth/sessions/${id}`, await gateway.signIn()).expect(204);
  vi.useRealTimers();
  expect(await status(cookie)).toBe(401);
});
