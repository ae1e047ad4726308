import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SessionCache } from '../src/session/session.cache.js';
import { EventSource } from './support/event-source.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const PATIENT = { timeout: 20_000 };
const HOUR_MS = 3_600_000;
const CATEGORIES = '/api/connect/v1/categories';

let gateway: TestGateway;
const open: EventSource[] = [];

beforeAll(async () => {
  gateway = await startGateway({ SESSION_IDLE_SECONDS: '3600', SESSION_MAX_SECONDS: '7200', SSO_COOKIE: 'sso' });
});
afterEach(() => {
  vi.useRealTimers();
  gateway.identity.onToken = () => undefined;
  gateway.identity.claims = {};
  gateway.identity.subject = 'person-1';
  gateway.identity.idTokenSeconds = 3600;
  for (const source of open.splice(0)) source.close();
});
afterAll(() => gateway.close());

function follow(cookie: string, from = gateway.url): EventSource {
  const source = new EventSource(`${from}/auth/events`, { cookie, 'sec-fetch-site': 'same-origin' });
  open.push(source);
  return source;
}

async function begun(source: EventSource): Promise<void> {
  await expect.poll(() => source.text, PATIENT).toMatch(/^retry: 1000\n\n/);
}

async function statusOf(source: EventSource): Promise<number | undefined> {
  await expect.poll(() => source.head, PATIENT).toBeDefined();
  return source.head?.statusCode;
}

const eventsOf = (source: EventSource): unknown[] =>
  source.heard.map(({ event, data }) => [event, JSON.parse(data) as unknown]);

/** The last event of a stream. */
async function ended(source: EventSource): Promise<unknown> {
  await expect.poll(() => source.isOver, PATIENT).toBe(true);
  return eventsOf(source).at(-1);
}

const end = (reason: string): unknown => ['session', { state: 'ended', reason, at: expect.any(String) as string }];

const as = (cookie: string): Record<string, string> => ({ Cookie: cookie, 'X-CSRF': '1' });

/** Moves the clock and lets the store announce a change, so that the streams check the time. */
function moveClock(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  gateway.app.get(SessionCache).forget();
}

describe('F3: the events of a session', () => {
  it('are only for its owner; other callers get 401 with loginUrl', async () => {
    const answer = await request(gateway.url).get('/auth/events');
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.body).toMatchObject({ loginUrl: '/auth/login' });
  });

  it('have headers that prevent caching, transformation, compression and buffering', async () => {
    const source = follow(await gateway.signIn());
    await begun(source);
    expect(source.head?.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  it('notify each page that its session has ended, with the reason: signed out', async () => {
    const cookie = await gateway.signIn();
    const sources = [follow(cookie), follow(cookie)];
    await Promise.all(sources.map(begun));
    await request(gateway.url).post('/auth/logout').set(as(cookie)).expect(200);
    for (const source of sources) expect(await ended(source)).toEqual(end('logout'));
    expect(await statusOf(follow(cookie))).toBe(401);
  });

  it('… ended from elsewhere, one session or all of them', async () => {
    const [mine, elsewhere] = [await gateway.signIn(), await gateway.signIn()];
    const [one, other] = [follow(mine), follow(elsewhere)];
    await Promise.all([begun(one), begun(other)]);
    const { body } = await request(gateway.url).get('/auth/sessions').set(as(elsewhere));
    const sessions = body as { id: string; current: boolean; createdAt: string }[];
    const id = sessions.find(({ current }) => !current)?.id;
    await request(gateway.url).delete(`/auth/sessions/${id}`).set(as(elsewhere)).expect(204);
    expect(await ended(one)).toEqual(end('revoked'));
    expect(other.isOver).toBe(false);
    await request(gateway.url).delete('/auth/sessions').set(as(elsewhere)).expect(204);
    expect(await ended(other)).toEqual(end('revoked'));
  });

  it('… ended by the identity provider', async () => {
    gateway.identity.claims = { sid: 'the-provider-s' };
    const source = follow(await gateway.signIn());
    await begun(source);
    const token = await gateway.identity.logoutToken({ sid: 'the-provider-s' });
    await request(gateway.url).post('/auth/backchannel-logout').type('form').send({ logout_token: token }).expect(200);
    expect(await ended(source)).toEqual(end('provider'));
  });

  it('… its token cannot be renewed', async () => {
    gateway.identity.idTokenSeconds = 0;
    const cookie = await gateway.signIn();
    const source = follow(cookie);
    await begun(source);
    gateway.identity.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } });
    await request(gateway.url).get(CATEGORIES).set(as(cookie)).expect(401);
    expect(await ended(source)).toEqual(end('token'));
  });

  it('warn two minutes before the idle timeout, then report the end', async () => {
    const cookie = await gateway.signIn();
    const source = follow(cookie);
    await begun(source);
    const { body } = await request(gateway.url).get('/auth/session').set(as(cookie));
    const { idleExpiresAt: at } = body as { idleExpiresAt: string };
    moveClock(HOUR_MS - 125_000);
    await expect.poll(() => source.heard.length, { timeout: 600, interval: 500 }).toBe(0);
    moveClock(10_000);
    await expect.poll(() => eventsOf(source), PATIENT).toEqual([['session', { state: 'ending', reason: 'idle', at }]]);
    moveClock(120_000);
    expect(await ended(source)).toEqual(end('idle'));
  });

  it('report no end after a warning if the session is used, and warn again later', async () => {
    const cookie = await gateway.signIn();
    const source = follow(cookie);
    await begun(source);
    moveClock(HOUR_MS - 100_000);
    await expect.poll(() => source.heard.length, PATIENT).toBe(1);
    await request(gateway.url).get(CATEGORIES).set(as(cookie)).expect(200);
    moveClock(200_000);
    expect((await request(gateway.url).get('/auth/session').set(as(cookie))).body).toMatchObject({
      authenticated: true,
    });
    expect(source.isOver).toBe(false);
    expect(source.heard).toHaveLength(1);
    moveClock(HOUR_MS - 250_000);
    await expect.poll(() => source.heard.length, PATIENT).toBe(2);
    expect(eventsOf(source)[1]).toMatchObject(['session', { state: 'ending', reason: 'idle' }]);
  });

  it('warn before the absolute timeout', async () => {
    const cookie = await gateway.signIn();
    const source = follow(cookie);
    await begun(source);
    for (let times = 0; times < 2; times += 1) {
      moveClock(50 * 60_000);
      await request(gateway.url).get(CATEGORIES).set(as(cookie)).expect(200);
    }
    moveClock(19 * 60_000);
    await expect.poll(() => source.heard.length, PATIENT).toBe(1);
    expect(eventsOf(source)).toMatchObject([['session', { state: 'ending', reason: 'absolute' }]]);
    moveClock(60_000);
    expect(await ended(source)).toEqual(end('absolute'));
  });

  it('S8: do not keep the session alive, even with repeated reconnects', async () => {
    const cookie = await gateway.signIn();
    const ask = async (): Promise<unknown> => (await request(gateway.url).get('/auth/session').set(as(cookie))).body;
    const before = await ask();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS / 2 });
    for (let times = 0; times < 3; times += 1) {
      const source = follow(cookie);
      await begun(source);
      source.close();
    }
    expect(await ask()).toMatchObject({ idleExpiresAt: (before as { idleExpiresAt: string }).idleExpiresAt });
  });

  it('end when the SSO token expires, which has no session', async () => {
    const source = follow(`sso=${await gateway.identity.idToken()}`);
    await begun(source);
    moveClock(HOUR_MS - 60_000);
    await expect
      .poll(() => eventsOf(source), PATIENT)
      .toEqual([['session', expect.objectContaining({ state: 'ending', reason: 'token' })]]);
    moveClock(60_000);
    expect(await ended(source)).toEqual(end('token'));
  });

  it('H3: are limited to 16 streams per person over all sessions, separately from imports', async () => {
    const cookies = [await gateway.signIn(), await gateway.signIn()];
    const sources = Array.from({ length: 16 }, (_, at) => follow(cookies[at % 2] ?? ''));
    await Promise.all(sources.map(begun));
    expect(await statusOf(follow(cookies[0] ?? ''))).toBe(429);
    gateway.identity.subject = 'person-2';
    expect(await statusOf(follow(await gateway.signIn()))).toBe(200);
    sources[0]?.close();
    await expect.poll(async () => statusOf(follow(cookies[0] ?? '')), PATIENT).toBe(200);
  });

  it('disconnect without an end event when the replica shuts down, so that pages reconnect to another one', async () => {
    const own = await startGateway();
    const source = follow(await own.signIn(), own.url);
    await begun(source);
    await own.close();
    await expect.poll(() => source.isOver, PATIENT).toBe(true);
    expect(source.heard).toEqual([]);
  });
});
