import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { cookieHeader, requestFor } from '../../test/support/unit/exchange.js';
import { createKey } from '../../test/support/unit/memory.provider.js';
import type { AuthenticatedRequest } from './caller.js';
import type { Redirection } from './sign-in.js';

const key = await createKey('kid');
let room: AuthRoom;

beforeEach(() => {
  useFakeClock({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key, { OIDC_SCOPES: 'openid' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
  useRealClock();
});

const restart = async (settings: Record<string, string>): Promise<void> => {
  await room.close();
  room = new AuthRoom(key, { OIDC_SCOPES: 'openid', ...settings });
};
const counted = (): Promise<Record<string, number>> => countsOf(room.sessions.metrics, 'gateway_sign_ins_total');
const requestWith = (url: string, cookie: string): AuthenticatedRequest =>
  requestFor(url, { headers: { cookie, 'user-agent': 'Firefox' } });
const sessionOf = ({ cookies }: Redirection): string | undefined =>
  /^__Host-Http-session=([^;]+)/.exec(cookies[0] ?? '')?.[1];

/** A browser that has been sent to the provider: its cookies, and the callback that it comes back with. */
async function begun(query: object = {}, cookie = '') {
  const { url, cookies } = await room.signIn.start(query, requestWith('/auth/login', cookie));
  const header = [cookieHeader(cookies), cookie].filter((part) => part !== '').join('; ');
  const state = new URL(url).searchParams.get('state') ?? '';
  return { url: new URL(url), cookie: header, state, callback: `/auth/callback${room.memory.authorize(new URL(url))}` };
}
const finish = ({ callback, cookie }: { callback: string; cookie: string }): Promise<Redirection> =>
  room.signIn.finish(requestWith(callback, cookie));
/** A callback by which the provider refuses. */
const refusal = (attempt: Awaited<ReturnType<typeof begun>>, error: string) => ({
  ...attempt,
  callback: `/auth/callback?error=${error}&state=${attempt.state}`,
});

describe('S17: the start of a sign-in', () => {
  it('opens an attempt with a state, a nonce and a verifier of its own', async () => {
    const [one, two] = [await begun(), await begun()];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.url.searchParams.get(name)).toMatch(/^[\w-]{32,}$/);
      expect(one.url.searchParams.get(name)).not.toBe(two.url.searchParams.get(name));
    }
    expect(one.cookie).toMatch(/^__Host-Http-login-\d=/);
  });

  it('passes on what the frontend wishes, without where to return', async () => {
    const { url } = await begun({ returnTo: '/orders', login_hint: 'ann' });
    expect(url.searchParams.get('login_hint')).toBe('ann');
    expect(url.searchParams.has('returnTo')).toBe(false);
  });

  it('refuses to return elsewhere', async () => {
    await expect(begun({ returnTo: 'https://evil.example/' })).rejects.toMatchObject({ code: 'invalid_return_to' });
    await restart({ ALLOWED_ORIGINS: 'https://app.example' });
    expect((await finish(await begun({ returnTo: 'https://app.example/orders' }))).url).toBe(
      'https://app.example/orders',
    );
  });

  it('while the provider is away is a 503 that says where to sign in', async () => {
    room.memory.answers.set('/.well-known/openid-configuration', () => Promise.reject(new Error('away')));
    await expect(begun()).rejects.toMatchObject({
      status: 503,
      code: 'identity_provider_unavailable',
      extras: { retryAfterSeconds: 5, members: { loginUrl: '/auth/login' } },
    });
    expect(await counted()).toEqual({ identity_provider_unavailable: 1 });
    expect(room.warnings.at(-1)?.fields).toMatchObject({
      requestId: expect.any(String),
      code: 'identity_provider_unavailable',
      reason: expect.stringContaining('away'),
    });
  });

  it('that the provider refuses to take beforehand has failed', async () => {
    room.memory.metadata = { require_pushed_authorization_requests: true };
    room.memory.answers.set('/par', () => Response.json({ error: 'invalid_request' }, { status: 400 }));
    const failure = await begun().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'login_failed' });
    expect(failure).not.toHaveProperty('extras.retryAfterSeconds');
  });
});

describe('the end of a sign-in', () => {
  it('is a session with a new cookie; the attempt is closed, and the browser back where it was', async () => {
    const attempt = await begun({ returnTo: '/orders?login_error=login_failed' });
    const ended = await finish(attempt);
    expect(ended.url).toBe('/orders');
    expect(ended.cookies).toHaveLength(3);
    expect(ended.cookies.at(-1)).toMatch(/^__Host-Http-login-\d=; .*Max-Age=0$/);
    const session = await room.sessions.service.find(sessionOf(ended) ?? '');
    expect(session).toMatchObject({ subject: 'ann', facts: { device: 'Firefox' } });
    expect(await counted()).toEqual({ ok: 1 });
  });

  it('is the start page where the frontend named none', async () => {
    expect((await finish(await begun())).url).toBe('/');
    expect((await finish(await begun({ returnTo: '' }))).url).toBe('/');
  });

  it('names the person for the log', async () => {
    const { callback, cookie } = await begun();
    const req = requestWith(callback, cookie);
    await room.signIn.finish(req);
    expect(req.person).toBe('ann');
  });

  it('of a browser without a name is a session of an unnamed device', async () => {
    const { callback, cookie } = await begun();
    const ended = await room.signIn.finish(requestFor(callback, { headers: { cookie } }));
    expect((await room.sessions.service.find(sessionOf(ended) ?? ''))?.facts.device).toBe('');
  });

  it('S9: ends the session that the browser had before', async () => {
    const before = await room.browse();
    const ended = await finish(await begun({}, before));
    expect(await room.sessions.service.find(before.split('=')[1] ?? '')).toBeUndefined();
    expect(await room.sessions.service.find(sessionOf(ended) ?? '')).toBeDefined();
  });

  it('S13: is none where the provider has logged the person out meanwhile', async () => {
    const attempt = await begun({ returnTo: '/orders' });
    await room.sessions.endings.endByProvider({ sid: undefined, sub: 'ann' });
    expect(await finish(attempt)).toMatchObject({ url: '/orders?login_error=login_refused' });
    expect(await counted()).toEqual({ login_refused: 1 });
    expect(room.warnings).toMatchObject([{ fields: { requestId: expect.any(String) } }]);
  });
});

/** What the session of an ended sign-in holds. */
const personOf = async (ended: Redirection) => (await room.sessions.service.find(sessionOf(ended) ?? ''))?.record;

it('S9: a sign-in that became no session leaves the one before alone', async () => {
  room.memory.claims = { sid: 'one' };
  const before = await room.browse();
  room.memory.claims = { sid: 'two' };
  const attempt = await begun({}, before);
  await room.sessions.endings.endByProvider({ sid: 'two', sub: undefined });
  expect(sessionOf(await finish(attempt))).toBeUndefined();
  expect(await room.sessions.service.find(before.split('=')[1] ?? '')).toBeDefined();
});

describe('the person of a sign-in', () => {
  it('is completed from the userinfo endpoint', async () => {
    expect(await personOf(await finish(await begun()))).toMatchObject({ subject: 'ann', name: 'Ann' });
    expect(room.memory.at('/userinfo')).toHaveLength(1);
  });

  it('is as the id_token says where both speak', async () => {
    room.memory.claims = { name: 'Ann of the token' };
    expect(await personOf(await finish(await begun()))).toMatchObject({ name: 'Ann of the token' });
  });

  it('needs no userinfo where the id_token says all', async () => {
    room.memory.claims = { name: 'Ann', email: 'ann@example.com' };
    await finish(await begun());
    expect(room.memory.at('/userinfo')).toEqual([]);
  });

  it('has the claims that the operator chose', async () => {
    await restart({ SESSION_CLAIMS: 'role' });
    room.memory.claims = { name: 'Ann', email: 'ann@example.com', role: 'editor' };
    expect(await personOf(await finish(await begun()))).toMatchObject({ claims: { role: 'editor' } });
    expect(room.memory.at('/userinfo')).toEqual([]);
  });
});

describe('S17: an id_token', () => {
  it('of another sign-in is refused', async () => {
    room.memory.claims = { nonce: 'another' };
    const attempt = await begun({ returnTo: '/' });
    room.memory.answers.set('/token', async () =>
      Response.json({
        access_token: 'a',
        token_type: 'bearer',
        id_token: await room.memory.idToken({ nonce: 'another' }),
      }),
    );
    expect((await finish(attempt)).url).toBe('/?login_error=login_failed');
    expect(room.warnings.at(-1)?.fields).toMatchObject({ reason: expect.stringContaining('another nonce') });
  });

  it('that is missing is a fault of the settings', async () => {
    room.memory.answers.set('/token', () => Response.json({ access_token: 'a', token_type: 'bearer' }));
    expect((await finish(await begun({ returnTo: '/' }))).url).toBe('/?login_error=login_failed');
    expect(room.warnings.at(-1)?.fields).toMatchObject({
      reason: 'TokenRefused: the token answer has no id_token: OIDC_SCOPES must contain openid',
    });
  });

  it.each([
    ['the frontend', {}, { max_age: '60' }],
    ['the operator', { OIDC_AUTHORIZATION_PARAMS: 'max_age=60' }, {}],
    ['the operator, whatever the frontend says', { OIDC_AUTHORIZATION_PARAMS: 'max_age=60' }, { max_age: '9999' }],
  ])('must be of a recent sign-in where %s asks for that', async (_who, settings, query) => {
    await restart(settings);
    const now = Math.floor(Date.now() / 1000);
    for (const [ago, url] of [
      [89, '/'],
      [91, '/?login_error=login_failed'],
    ] as const) {
      room.memory.claims = { auth_time: now - ago };
      expect((await finish(await begun({ returnTo: '/', ...query }))).url).toBe(url);
    }
  });

  it('may be of any sign-in where the operator leaves max_age out', async () => {
    await restart({ OIDC_AUTHORIZATION_PARAMS: 'max_age=' });
    expect((await finish(await begun({ returnTo: '/', max_age: '1' }))).url).toBe('/');
  });
});

describe('I3: a callback that is requested again', () => {
  it('gets the same session, and sends no second code', async () => {
    const attempt = await begun();
    const ended = await finish(attempt);
    expect(sessionOf(await finish(attempt))).toBe(sessionOf(ended));
    expect(room.memory.at('/token')).toHaveLength(1);
    expect(await counted()).toEqual({ ok: 1 });
  });

  it('gets the same failure', async () => {
    const attempt = await begun({ returnTo: '/' });
    room.memory.answers.set('/token', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    for (let time = 0; time < 2; time++) expect((await finish(attempt)).url).toBe('/?login_error=login_code_invalid');
    expect(room.memory.at('/token')).toHaveLength(1);
    expect(await counted()).toEqual({ login_code_invalid: 1 });
  });

  it('with an error in place of a code is answered each time: nothing can be sent twice', async () => {
    const attempt = refusal(await begun({ returnTo: '/' }), 'access_denied');
    for (let time = 0; time < 2; time++) expect((await finish(attempt)).url).toBe('/?login_error=login_refused');
    expect(await counted()).toEqual({ login_refused: 2 });
  });

  it('sends no code while the store is away', async () => {
    const attempt = await begun({ returnTo: '/' });
    vi.spyOn(room.sessions.store, 'putRecord').mockRejectedValue(new Error('away'));
    expect((await finish(attempt)).url).toBe('/?login_error=login_failed');
    expect(room.memory.at('/token')).toEqual([]);
  });

  it('has a session although its ending could not be kept', async () => {
    const attempt = await begun();
    const put = room.sessions.store.putRecord.bind(room.sessions.store);
    vi.spyOn(room.sessions.store, 'putRecord').mockImplementation((name, from, record, milliseconds) =>
      record.version === 2 ? Promise.reject(new Error('away')) : put(name, from, record, milliseconds),
    );
    expect(sessionOf(await finish(attempt))).toBeDefined();
    expect(room.warnings.at(-1)?.fields).toMatchObject({ reason: 'Error: away' });
  });
});

describe('I4: a sign-in that failed', () => {
  it('leads back to the page that it came from, and closes the attempt', async () => {
    const ended = await finish(refusal(await begun({ returnTo: '/orders?page=2' }), 'access_denied'));
    expect(ended.url).toBe('/orders?page=2&login_error=login_refused');
    expect(ended.cookies).toEqual([expect.stringMatching(/^__Host-Http-login-\d=; .*Max-Age=0$/)]);
  });

  it.each([
    ['access_denied', 'login_refused', undefined],
    ['temporarily_unavailable', 'temporarily_unavailable', 5],
  ])('by %s without such a page is a problem of the code %s', async (error, code, retryAfterSeconds) => {
    await expect(finish(refusal(await begun(), error))).rejects.toMatchObject({
      code,
      extras: { members: { loginUrl: '/auth/login' }, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    });
  });

  it('while the store is away may be repeated in a second', async () => {
    const attempt = await begun();
    const { StoreUnavailable } = await import('../store/store-unavailable.js');
    vi.spyOn(room.sessions.store, 'putRecord').mockRejectedValue(new StoreUnavailable(new Error('away')));
    await expect(finish(attempt)).rejects.toMatchObject({
      code: 'session_store_unavailable',
      extras: { retryAfterSeconds: 1 },
    });
  });

  it('is none in a browser that is signed in already, in another tab', async () => {
    const session = await room.browse();
    const attempt = refusal(await begun({ returnTo: '/orders' }, session), 'access_denied');
    expect(await finish(attempt)).toEqual({ url: '/orders', cookies: [expect.stringContaining('Max-Age=0')] });
    const elsewhere = refusal(await begun({}, session), 'access_denied');
    expect((await finish(elsewhere)).url).toBe('/');
    expect(await room.sessions.service.find(session.split('=')[1] ?? '')).toBeDefined();
  });
});

describe('S17: a callback without an attempt', () => {
  const UNKNOWN = { code: 'login_attempt_unknown', extras: { members: { loginUrl: '/auth/login' } } };

  it('is refused, and says where to begin', async () => {
    const { callback } = await begun();
    await expect(finish({ callback, cookie: '' })).rejects.toMatchObject(UNKNOWN);
    await expect(finish({ callback: '/auth/callback', cookie: '' })).rejects.toMatchObject(UNKNOWN);
    await expect(finish({ callback: '/auth/callback?state=a&state=b', cookie: '' })).rejects.toMatchObject(UNKNOWN);
  });

  it('of a browser that is signed in leads where the sign-in led', async () => {
    const attempt = await begun({ returnTo: '/orders' });
    const cookie = `__Host-Http-session=${sessionOf(await finish(attempt))}`;
    expect(await finish({ callback: attempt.callback, cookie })).toEqual({ url: '/orders', cookies: [] });
    expect(await finish({ callback: '/auth/callback?state=unknown', cookie })).toEqual({ url: '/', cookies: [] });
    expect(await finish({ callback: '/auth/callback', cookie })).toEqual({ url: '/', cookies: [] });
  });

  it('of a browser whose session is over is refused', async () => {
    const cookie = await room.browse();
    await room.sessions.endings.endAllOwn('ann');
    await expect(finish({ callback: '/auth/callback', cookie })).rejects.toMatchObject(UNKNOWN);
  });
});

/** A sign-in whose token answer has no refresh token. */
const signInWithout = async (): Promise<void> => {
  const attempt = await begun();
  const nonce = attempt.url.searchParams.get('nonce');
  room.memory.answers.set('/token', async () =>
    Response.json({ access_token: 'a', token_type: 'bearer', id_token: await room.memory.idToken({ nonce }) }),
  );
  await finish(attempt);
};
/** What operators were advised. */
const hints = (): unknown[] => room.warnings.map(({ fields }) => fields['hint']).filter((hint) => hint !== undefined);

describe('a provider that gives no refresh token', () => {
  it('although it was asked for one is told once', async () => {
    await restart({ OIDC_SCOPES: 'openid offline_access' });
    room.memory.metadata = { userinfo_endpoint: undefined };
    await signInWithout();
    await signInWithout();
    expect(hints()).toEqual([expect.stringContaining('access_type=offline')]);
    expect(room.warnings[0]?.fields).toMatchObject({ requestId: expect.any(String) });
  });

  it('and was not asked for one is nothing to tell', async () => {
    await signInWithout();
    expect(hints()).toEqual([]);
  });

  it('is another one than a provider that does', async () => {
    await restart({ OIDC_SCOPES: 'openid offline_access' });
    await finish(await begun());
    expect(hints()).toEqual([]);
  });
});
