import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { cookieHeader, requestFor, TestResponse } from '../../test/support/unit/exchange.js';
import { createKey, ISSUER } from '../../test/support/unit/memory.provider.js';
import { issueTicket } from '../session/session.ticket.js';
import type { AuthenticatedRequest } from './caller.js';

const START = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const key = await createKey('kid');
let room: AuthRoom;

beforeEach(() => {
  useFakeClock({ now: START, toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
  useRealClock();
});

const restart = async (settings: Record<string, string>): Promise<void> => {
  await room.close();
  room = new AuthRoom(key, settings);
};

interface Asked {
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly hostname?: string;
  readonly method?: string;
}
/** A request and its response. */
function ask(url: string, { cookie, headers = {}, ...rest }: Asked = {}) {
  const req = requestFor(url, { headers: { ...headers, ...(cookie !== undefined && { cookie }) }, ...rest });
  return { req, res: new TestResponse(req) };
}
const PREFETCH = { headers: { 'sec-purpose': 'prefetch' } };
const REFUSED = { code: 'prefetch_refused' };
const valueOf = (cookie: string): string => cookie.split('=')[1] ?? '';

describe('GET /auth/login', () => {
  it('sends the browser to the provider, with the attempt in a cookie', async () => {
    const { req, res } = ask('/auth/login?returnTo=/orders');
    await room.controller.login({ returnTo: '/orders' }, req, res);
    expect(res.statusCode).toBe(302);
    expect(res.getHeader('Location')).toContain('https://id.example/authorize?');
    expect(res.cookies).toEqual([expect.stringContaining('__Host-Http-login-')]);
    expect(res.writableEnded).toBe(true);
  });

  it('under another host name goes on under the public one first, without a cookie', async () => {
    const { req, res } = ask('/auth/login', { hostname: '127.0.0.1' });
    await room.controller.login({}, req, res);
    expect(res.statusCode).toBe(302);
    expect(res.getHeader('Location')).toBe('https://connect.example/auth/login?redirected=1');
    expect(res.cookies).toEqual([]);
  });

  it('is not done for a prefetch', async () => {
    const { req, res } = ask('/auth/login', PREFETCH);
    await expect(room.controller.login({}, req, res)).rejects.toMatchObject(REFUSED);
  });
});

describe('GET /auth/callback', () => {
  it('sends the browser back with its session', async () => {
    const login = ask('/auth/login');
    await room.controller.login({ returnTo: '/orders' }, login.req, login.res);
    const query = room.memory.authorize(new URL(String(login.res.getHeader('Location'))));
    const { req, res } = ask(`/auth/callback${query}`, { cookie: cookieHeader(login.res.cookies) });
    await room.controller.callback(req, res);
    expect(res.statusCode).toBe(303);
    expect(res.getHeader('Location')).toBe('/orders');
    expect(res.cookies[0]).toContain('__Host-Http-session=');
  });

  it('is not done for a prefetch', async () => {
    const { req, res } = ask('/auth/callback', PREFETCH);
    await expect(room.controller.callback(req, res)).rejects.toMatchObject(REFUSED);
  });
});

describe('POST /auth/logout', () => {
  it('ends the session, deletes its cookie and says where to go', async () => {
    const cookie = await room.browse();
    const { req, res } = ask('/auth/logout', { cookie });
    const { logoutUrl } = await room.controller.logout({ returnTo: '/bye' }, req, res);
    expect(new URL(logoutUrl).pathname).toBe('/logout');
    expect(req.person).toBe('ann');
    expect(res.cookies).toEqual([
      '__Host-Http-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
      '__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    ]);
    expect(await room.sessions.service.find(valueOf(cookie))).toBeUndefined();
  });

  it('goes on by a form where the provider wants the id_token, once', async () => {
    await restart({ OIDC_LOGOUT_HINT: 'form_post' });
    const logout = ask('/auth/logout', { cookie: await room.browse() });
    expect(await room.controller.logout({}, logout.req, logout.res)).toEqual({ logoutUrl: '/auth/logout/continue' });
    const cookie = cookieHeader(logout.res.cookies);
    const { req, res } = ask('/auth/logout/continue', { cookie });
    await room.controller.continueLogout(req, res);
    expect(res.statusCode).toBe(200);
    expect(res.cookies).toEqual([expect.stringMatching(/^__Host-Http-sign-out=; .*Max-Age=0$/)]);
    expect(res.text).toContain('<form id="logout" method="post" action="https://id.example/logout">');
    expect(res.text).toMatch(/<input type="hidden" name="id_token_hint" value="ey[\w.-]+"/);
    expect(res.text).toContain('<input type="hidden" name="client_id" value="gateway"');
    expect(res.getHeader('Content-Type')).toBe('text/html; charset=utf-8');
    expect(res.getHeader('Referrer-Policy')).toBe('no-referrer');
    expect(res.getHeader('Content-Security-Policy')).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; /);
    const again = ask('/auth/logout/continue', { cookie });
    await room.controller.continueLogout(again.req, again.res);
    expect(again.res.statusCode).toBe(303);
    expect(again.res.getHeader('Location')).toBe('/auth/signed-out');
    expect(again.res.cookies).toEqual([expect.stringContaining('__Host-Http-sign-out=;')]);
  });

  it('does not go on for a prefetch', async () => {
    const { req, res } = ask('/auth/logout/continue', PREFETCH);
    await expect(room.controller.continueLogout(req, res)).rejects.toMatchObject(REFUSED);
  });

  it('ends at a page that says so', () => {
    const { res } = ask('/auth/signed-out');
    room.controller.signedOut(res);
    expect(res.statusCode).toBe(200);
    expect(res.text).toContain('You are signed out');
    expect(res.text).toContain('href="/auth/login"');
  });
});

const FORM = 'application/x-www-form-urlencoded';

/** A posted body. */
function post(body: string, type: string, headers: Record<string, string> = {}): AuthenticatedRequest {
  const { req } = ask('/auth/backchannel-logout', { method: 'POST', headers: { 'content-type': type, ...headers } });
  req.push(body);
  req.push(null);
  return req;
}

describe('POST /auth/backchannel-logout', () => {
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  it.each([[FORM], [`${FORM}; charset=UTF-8`], ['Application/X-WWW-Form-Urlencoded ;x=1']])(
    'takes a logout token as %s',
    async (type) => {
      const cookie = await room.browse();
      const token = await room.memory.idToken({ exp: undefined, jti: 'once', events: EVENTS });
      await room.controller.backchannelLogout(post(`logout_token=${token}`, type));
      expect(await room.sessions.service.find(valueOf(cookie))).toBeUndefined();
    },
  );

  it.each([['application/json'], ['']])('takes nothing as %o', async (type) => {
    await expect(room.controller.backchannelLogout(post('', type))).rejects.toMatchObject({
      status: 415,
      message: `Send the logout token as ${FORM}.`,
    });
    const { req } = ask('/auth/backchannel-logout');
    await expect(room.controller.backchannelLogout(req)).rejects.toMatchObject({ status: 415 });
  });

  it('refuses a form without a token, and one that is too large', async () => {
    await expect(room.controller.backchannelLogout(post('a=1', FORM))).rejects.toMatchObject({
      code: 'invalid_logout_token',
    });
    const large = post('a'.repeat(65_537), FORM);
    await expect(room.controller.backchannelLogout(large)).rejects.toMatchObject({ code: 'content_too_large' });
  });

  it('tells a client that waits for it to go on', async () => {
    const req = post('a=1', FORM, { expect: '100-continue' });
    const goOn = vi.spyOn(req.res ?? expect.unreachable(), 'writeContinue').mockReturnValue(undefined);
    await expect(room.controller.backchannelLogout(req)).rejects.toMatchObject({ code: 'invalid_logout_token' });
    expect(goOn).toHaveBeenCalledTimes(1);
  });
});

describe('GET /auth/frontchannel-logout', () => {
  it('ends the sessions, in a frame of the provider alone', async () => {
    room.memory.claims = { sid: 'one' };
    const cookie = await room.browse();
    const { req, res } = ask(`/auth/frontchannel-logout?iss=${encodeURIComponent(ISSUER)}&sid=one`);
    await room.controller.frontchannelLogout(req, res);
    expect(res.getHeader('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors https://id.example");
    expect(res.statusCode).toBe(200);
    expect(res.text).toContain('The session here has ended.');
    expect(res.text).toContain('<title>Signed out');
    expect(await room.sessions.service.find(valueOf(cookie))).toBeUndefined();
  });
});

/** The answer about the session of a cookie. */
const sessionOf = (cookie?: string) => {
  const { req, res } = ask('/auth/session', cookie === undefined ? {} : { cookie });
  return { res, answer: room.controller.session(req, res) };
};

describe('GET /auth/session', () => {
  it('says who is signed in and until when', async () => {
    await restart({ SESSION_CLAIMS: 'role' });
    room.memory.claims = { role: 'editor', email: 'ann@example.com' };
    const cookie = await room.browse();
    vi.setSystemTime(START + 1_500);
    const { answer, res } = sessionOf(cookie);
    expect(await answer).toEqual({
      authenticated: true,
      user: { sub: 'ann', name: 'Ann', email: 'ann@example.com' },
      claims: { role: 'editor' },
      expiresAt: '2026-06-02T00:00:00.000Z',
      idleExpiresAt: '2026-06-01T13:00:00.000Z',
      expiresInSeconds: 12 * 3_600 - 2,
      idleExpiresInSeconds: 3_600 - 2,
    });
    expect(res.cookies).toEqual([]);
  });

  it('says where to sign in', async () => {
    expect(await sessionOf().answer).toStrictEqual({ authenticated: false, loginUrl: '/auth/login' });
    expect(await sessionOf('__Host-Http-session=forged').answer).toEqual({
      authenticated: false,
      loginUrl: '/auth/login',
    });
  });

  it('says why a session is over', async () => {
    const cookie = await room.browse();
    await room.sessions.endings.endAllOwn('ann');
    expect(await sessionOf(cookie).answer).toEqual({
      authenticated: false,
      loginUrl: '/auth/login',
      reason: 'revoked',
    });
  });

  it('S15: says nobody is where calls would be refused', async () => {
    const cookie = await room.browse();
    vi.setSystemTime(START + HOUR_MS);
    expect(await sessionOf(cookie).answer).toMatchObject({ authenticated: false, reason: 'idle' });
  });

  it('S10: sets the cookie again when its key is about to be retired', async () => {
    const cookie = await room.browse();
    room.sessions.keyring.replace(['a newer key of 32 and more characters', ...room.config.sessionKeys]);
    const { answer, res } = sessionOf(cookie);
    expect(await answer).toMatchObject({ authenticated: true });
    expect(res.cookies[0]).toMatch(/^__Host-Http-session=[\w-]+; /);
    expect(res.cookies[0]).not.toContain(valueOf(cookie));
  });

  it('moves the session to the cookie’s present name', async () => {
    const value = valueOf(await room.browse());
    const { answer, res } = sessionOf(`__Host-session=${value}`);
    expect(await answer).toMatchObject({ authenticated: true });
    expect(res.cookies).toEqual(room.cookie.set(value));
  });

  it('knows a caller of the company’s sign-on until the token ends', async () => {
    await restart({ SSO_COOKIE: 'company', SESSION_CLAIMS: 'role' });
    const { req, res } = ask('/auth/session');
    const exp = START / 1000 + 60;
    Object.assign(req, { caller: { claims: { sub: 'sam', name: 'Sam', role: 'editor', exp } } });
    expect(await room.controller.session(req, res)).toEqual({
      authenticated: true,
      user: { sub: 'sam', name: 'Sam', email: undefined },
      claims: { role: 'editor' },
      expiresAt: '2026-06-01T12:01:00.000Z',
      idleExpiresAt: '2026-06-01T12:01:00.000Z',
      expiresInSeconds: 60,
      idleExpiresInSeconds: 60,
    });
    vi.setSystemTime(START + 70_000);
    expect(await room.controller.session(req, res)).toMatchObject({ expiresInSeconds: 0, idleExpiresInSeconds: 0 });
  });
});

/** The caller of a session, as the guard admits it. */
const callerOf = async (cookie: string) => (await room.sessions.service.find(valueOf(cookie))) ?? expect.unreachable();

describe('S16: the sessions of a caller', () => {
  it('are listed, with the one of the request marked', async () => {
    const first = await callerOf(await room.browse());
    vi.setSystemTime(START + 1_000);
    const second = await callerOf(await room.browse());
    expect(await room.controller.list(first)).toEqual([
      {
        id: second.id,
        current: false,
        device: 'Firefox',
        createdAt: '2026-06-01T12:00:01.000Z',
        expiresAt: '2026-06-02T00:00:01.000Z',
        idleExpiresAt: '2026-06-01T13:00:01.000Z',
      },
      expect.objectContaining({ id: first.id, current: true }),
    ]);
  });

  it('are none of the request where the company’s sign-on names the caller', async () => {
    const { id } = await callerOf(await room.browse());
    const caller = { subject: 'ann', token: 't', freshToken: () => 't', renew: async () => undefined };
    expect(await room.controller.list(caller)).toMatchObject([{ id, current: false }]);
  });

  it('can be ended one by one', async () => {
    const caller = await callerOf(await room.browse());
    await room.controller.endOne(caller, { id: caller.id });
    expect(caller.ended).toBe(true);
    await expect(room.controller.endOne(caller, { id: caller.id })).rejects.toMatchObject({
      code: 'session_not_found',
    });
    const unknown = issueTicket(room.sessions.keyring).ticket.id;
    await expect(room.controller.endOne(caller, { id: unknown })).rejects.toMatchObject({ code: 'session_not_found' });
  });

  it('can be ended all at once, with the cookie of this one', async () => {
    const caller = await callerOf(await room.browse());
    const { res } = ask('/auth/sessions');
    await room.controller.endAll(caller, res);
    expect(caller.ended).toBe(true);
    expect(res.cookies).toEqual(room.cookie.clear());
  });
});

/** The answer at the gateway's own address. */
const home = async (url: string, asked: Asked = {}, caller?: object): Promise<TestResponse> => {
  const { req, res } = ask(url, asked);
  Object.assign(req, { caller });
  await room.home().home(req, res);
  return res;
};

describe('GET /', () => {
  it('says what this is, and that nobody is signed in', async () => {
    const { statusCode, text } = await home('/');
    expect(statusCode).toBe(200);
    expect(text).toContain('<title>Connect Gateway');
    expect(text).toContain('You are not signed in.');
    expect(text).toContain('href="/auth/login?returnTo=/"');
  });

  it('says who is signed in, by name, e-mail address or id', async () => {
    expect((await home('/', { cookie: await room.browse() })).text).toContain(
      'You are signed in as <strong>Ann</strong>.',
    );
    const claims = { sub: 'sam', exp: 0 };
    expect((await home('/', {}, { claims: { ...claims, email: 's@example.com' } })).text).toContain(
      '<strong>s@example.com<',
    );
    expect((await home('/', {}, { claims })).text).toContain('<strong>sam</strong>');
  });

  it('does not say so of a session that is over', async () => {
    const cookie = await room.browse();
    vi.setSystemTime(START + HOUR_MS);
    expect((await home('/', { cookie })).text).toContain('You are not signed in.');
  });

  it('leads on after a sign-out at the provider', async () => {
    const { logoutUrl } = await room.signOut.end(undefined, '/bye');
    const state = new URL(logoutUrl).searchParams.get('state') ?? '';
    const res = await home(`/?state=${state}`);
    expect([res.statusCode, res.getHeader('Location'), res.cookies]).toEqual([302, '/bye', []]);
    expect((await home('/?state=forged')).statusCode).toBe(200);
  });

  it('leads to the company’s own page', async () => {
    await restart({ HOME_URL: 'https://app.example/' });
    const res = await home('/');
    expect([res.statusCode, res.getHeader('Location'), res.cookies]).toEqual([302, 'https://app.example/', []]);
  });

  it('is the frontend’s page where there is one', async () => {
    await restart({ HOME_URL: 'https://app.example/' });
    const sendPage = vi.fn<(req: unknown, res: unknown) => Promise<void>>(async () => undefined);
    const { req, res } = ask('/');
    await room.home({ sendPage } as never).home(req, res);
    expect(sendPage).toHaveBeenCalledWith(req, res);
    expect(res.writableEnded).toBe(false);
  });
});
