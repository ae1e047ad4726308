import type { ExecutionContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { contextOf, requestFor } from '../../test/support/unit/exchange.js';
import { createKey } from '../../test/support/unit/memory.provider.js';
import { issueTicket } from '../session/session.ticket.js';
import { type AuthenticatedRequest, FromServers, Navigation, Public, WithoutExtending } from './caller.js';

class Routes {
  closed(): void {}
  @Public()
  open(): void {}
  @Navigation()
  navigated(): void {}
  @FromServers()
  fromServers(): void {}
  @WithoutExtending()
  polled(): void {}
}
@Public()
class OpenRoutes {
  any(): void {}
}
type Route = keyof Routes;
const handlers: Record<Route, () => void> = Routes.prototype;

const key = await createKey('kid');
const HOUR_MS = 3_600_000;
let room: AuthRoom;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key, { SSO_COOKIE: 'company' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
  vi.useRealTimers();
});

/** A request to a route, from the gateway's own pages unless the headers say otherwise. */
function ask(cookie: string | undefined, route: Route = 'closed', headers: Record<string, string> = {}) {
  const own = { 'sec-fetch-site': 'same-origin', ...(cookie !== undefined && { cookie }), ...headers };
  const req = requestFor('/api', { method: 'POST', headers: own });
  const context: ExecutionContext = contextOf(req, undefined, handlers[route], Routes);
  return { req, admitted: async (): Promise<boolean> => room.guard.canActivate(context), context };
}
const idleLimit = async (req: AuthenticatedRequest): Promise<number | undefined> =>
  (await room.sessions.service.find(room.cookie.read(req) ?? ''))?.limits.idleExpiresAt;
const later = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);

describe('O5: a route', () => {
  it('admits nobody who is not signed in', async () => {
    const { admitted } = ask(undefined);
    await expect(admitted()).rejects.toMatchObject({
      status: 401,
      code: 'unauthenticated',
      extras: { members: { loginUrl: '/auth/login' } },
    });
  });

  it('that is public admits everybody, and looks at no cookie', async () => {
    const read = vi.spyOn(room.cookie, 'read');
    expect(await ask(undefined, 'open').admitted()).toBe(true);
    expect(read).not.toHaveBeenCalled();
  });

  it('of a controller that is public is public', async () => {
    const { req } = ask(undefined);
    expect(room.guard.canActivate(contextOf(req, undefined, () => undefined, OpenRoutes))).toBe(true);
  });

  it('tells its name for the log, each its own', async () => {
    const open = ask(undefined, 'open');
    await open.admitted();
    const closed = ask(await room.browse());
    await closed.admitted();
    const again = ask(undefined, 'open');
    await again.admitted();
    expect([open.req, closed.req, again.req].map(({ operation }) => operation)).toEqual(['open', 'closed', 'open']);
  });

  it.each<[Route, boolean]>([
    ['closed', false],
    ['open', false],
    ['polled', false],
    ['navigated', true],
    ['fromServers', true],
  ])('"%s" may be called from another site: %s', async (route, isAdmitted) => {
    const { admitted } = ask(await room.browse(), route, { 'sec-fetch-site': 'cross-site' });
    if (isAdmitted) expect(await admitted()).toBe(true);
    else await expect(admitted()).rejects.toMatchObject({ status: 403, code: 'cross_site_request' });
  });
});

describe('a caller with a session', () => {
  it('is admitted, and known to the handler and the log', async () => {
    const { req, admitted } = ask(await room.browse());
    expect(await admitted()).toBe(true);
    expect(req.caller).toMatchObject({ subject: 'ann' });
    expect(req.person).toBe('ann');
  });

  it('is admitted without waiting once the session is in memory', async () => {
    const cookie = await room.browse();
    await ask(cookie).admitted();
    const { req, context } = ask(cookie);
    expect(room.guard.canActivate(context)).toBe(true);
    expect(req.caller).toMatchObject({ subject: 'ann' });
    expect(req.person).toBe('ann');
  });

  it('S8: extends it, but not on a route that a page may poll', async () => {
    const cookie = await room.browse();
    await ask(cookie).admitted();
    const start = Date.now();
    later(HOUR_MS / 2);
    const polled = ask(cookie, 'polled');
    expect(await polled.admitted()).toBe(true);
    expect(polled.req).toMatchObject({ caller: { subject: 'ann' }, person: 'ann' });
    expect(await idleLimit(polled.req)).toBe(start + HOUR_MS);
    await ask(cookie).admitted();
    expect(await idleLimit(polled.req)).toBe(Date.now() + HOUR_MS);
  });

  it('S15: is admitted to a polled route while its token can be refreshed, which is not done for it', async () => {
    const cookie = await room.browse();
    later(400_000);
    expect(await ask(cookie, 'polled').admitted()).toBe(true);
    expect(room.memory.at('/token')).toHaveLength(1);
    expect(await ask(cookie).admitted()).toBe(true);
    expect(room.memory.at('/token')).toHaveLength(2);
  });

  it.each<Route>(['closed', 'polled'])('that is over is told so on the route "%s"', async (route) => {
    const cookie = await room.browse();
    later(HOUR_MS);
    await expect(ask(cookie, route).admitted()).rejects.toMatchObject({ status: 401, code: 'session_ended' });
    const never = issueTicket(room.sessions.keyring).value;
    await expect(ask(`__Host-Http-session=${never}`, route).admitted()).rejects.toMatchObject({
      code: 'session_ended',
    });
  });

  it.each<Route>(['closed', 'polled'])(
    'that the gateway never gave is not told so on the route "%s"',
    async (route) => {
      await expect(ask('__Host-Http-session=forged', route).admitted()).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    },
  );

  it('S18: twice is refused', async () => {
    const twice = ask('__Host-Http-session=a; __Host-Http-session=b');
    await expect(twice.admitted()).rejects.toMatchObject({ code: 'ambiguous_cookie' });
  });
});

/** The cookie of the company's sign-on. */
const ssoCookie = async (sub = 'sam'): Promise<string> => `company=${await room.memory.idToken({ sub })}`;

/** A refresh without an id_token: the token of the session is its last one. */
async function makeFinal(cookie: string): Promise<void> {
  room.memory.answers.set('/token', () => Response.json({ access_token: 'a', token_type: 'bearer' }));
  const value = cookie.split('=')[1] ?? '';
  const session = (await room.sessions.service.find(value)) ?? expect.unreachable();
  await room.sessions.refresher.refresh(session, true, { requestId: 'r', span: undefined });
  room.memory.answers.clear();
}

describe('a caller whom the company’s sign-on has signed in', () => {
  it.each<Route>(['closed', 'polled'])('is admitted without a session on the route "%s"', async (route) => {
    const { req, admitted } = ask(await ssoCookie(), route);
    expect(await admitted()).toBe(true);
    expect(req).toMatchObject({ caller: { subject: 'sam' }, person: 'sam' });
  });

  it('is the one of the session where there is one', async () => {
    const { req, admitted } = ask(`${await room.browse()}; ${await ssoCookie()}`);
    await admitted();
    expect(req.caller?.subject).toBe('ann');
  });

  it('is admitted where the token of the session is over for good', async () => {
    const cookie = await room.browse();
    await makeFinal(cookie);
    later(300_000);
    const { req, admitted } = ask(`${cookie}; ${await ssoCookie()}`);
    expect(await admitted()).toBe(true);
    expect(req.caller?.subject).toBe('sam');
  });

  it('is not, where the session’s token is over for good and the sign-on names nobody', async () => {
    const cookie = await room.browse();
    await makeFinal(cookie);
    later(300_000);
    await expect(ask(cookie).admitted()).rejects.toMatchObject({ code: 'reauthentication_required' });
  });

  it('is not on a polled route either: S15, both say the same', async () => {
    const cookie = await room.browse();
    await makeFinal(cookie);
    later(300_000);
    await expect(ask(cookie, 'polled').admitted()).rejects.toMatchObject({ code: 'session_ended' });
  });

  it('does not hide that no token can be had now', async () => {
    const cookie = await room.browse();
    later(300_000);
    room.memory.answers.set('/token', () => new Response(null, { status: 500 }));
    const { admitted } = ask(`${cookie}; ${await ssoCookie()}`);
    await expect(admitted()).rejects.toMatchObject({ code: 'identity_provider_unavailable' });
  });

  it('does not hide that the store is away', async () => {
    const cookie = await room.browse();
    vi.spyOn(room.sessions.store, 'read').mockRejectedValueOnce(new Error('away'));
    await expect(ask(`${cookie}; ${await ssoCookie()}`).admitted()).rejects.toThrow('away');
  });
});

describe('whether the caller of a request is still signed in', () => {
  it('is whether the session is usable, without extending it', async () => {
    const cookie = await room.browse();
    const { req } = ask(cookie);
    expect(await room.liveness.isSignedIn(req)).toBe(true);
    later(HOUR_MS);
    expect(await room.liveness.isSignedIn(req)).toBe(false);
  });

  it('is no for a stranger', async () => {
    expect(await room.liveness.isSignedIn(ask(undefined).req)).toBe(false);
  });

  it('is whether the token of the company’s sign-on is still good', async () => {
    const { req, admitted } = ask(`company=${await room.memory.idToken()}`);
    await admitted();
    expect(await room.liveness.isSignedIn(req)).toBe(true);
    later(295_000);
    expect(await room.liveness.isSignedIn(req)).toBe(false);
  });

  it('is no for a caller whose session is over, although the request still has it', async () => {
    const { req, admitted } = ask(await room.browse());
    await admitted();
    await room.sessions.endings.endAllOwn('ann');
    expect(await room.liveness.isSignedIn(req)).toBe(false);
  });
});
