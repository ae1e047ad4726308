import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { contextOf, requestFor } from '../../test/support/unit/exchange.js';
import { createKey } from '../../test/support/unit/memory.provider.js';
import type { ServerSentEvent } from '../http/event.stream.js';
import { StoreUnavailable } from '../store/store-unavailable.js';
import type { AuthenticatedRequest } from './caller.js';

const key = await createKey('kid');
const HOUR_MS = 3_600_000;
let room: AuthRoom;
let end: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  end = new AbortController();
  room = new AuthRoom(key, { SSO_COOKIE: 'company' });
});
afterEach(async () => {
  end.abort();
  await turn();
  vi.restoreAllMocks();
  await room.close();
  vi.useRealTimers();
});

/** Waits for what needs no clock. */
const turn = async (): Promise<void> => {
  for (let time = 0; time < 5; time++) await new Promise((resolve) => setImmediate(resolve));
};
const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await turn();
};
/** Moves the clocks, and wakes the stream, without the store's timers in between. */
const jump = async (milliseconds: number): Promise<void> => {
  vi.setSystemTime(Date.now() + milliseconds);
  room.sessions.cache.forget(sessionId);
  await turn();
};

let sessionId: string;
/** A browser with a session. */
async function browse(): Promise<AuthenticatedRequest> {
  const cookie = await room.browse();
  sessionId = (cookie.split('=')[1] ?? '').slice(0, 24);
  return requestFor('/auth/events', { headers: { cookie } });
}
/** Follows the session of a request. */
async function follow(req: AuthenticatedRequest) {
  const seen = { events: [] as unknown[], isOver: false, error: undefined as unknown };
  const stream = room.events.of(req, end.signal);
  void (async () => {
    for await (const { event, data } of stream as AsyncIterable<ServerSentEvent>)
      seen.events.push({ event, ...(JSON.parse(data) as object) });
    seen.isOver = true;
  })().catch((error: unknown) => (seen.error = error));
  await turn();
  return seen;
}
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

describe('the events of a session', () => {
  it('are none while nothing happens', async () => {
    const seen = await follow(await browse());
    await pass(5_000);
    expect(seen).toEqual({ events: [], isOver: false, error: undefined });
  });

  it.each(['logout', 'revoked', 'provider', 'token'] as const)(
    'end with its end, and say that it was by %s',
    async (reason) => {
      const seen = await follow(await browse());
      await room.sessions.endings.end(sessionId, reason);
      await turn();
      expect(seen).toMatchObject({
        events: [{ event: 'session', state: 'ended', reason, at: iso(Date.now()) }],
        isOver: true,
      });
    },
  );

  it('warn two minutes before the idle limit, and tell its end', async () => {
    const seen = await follow(await browse());
    const limit = Date.now() + HOUR_MS;
    await jump(HOUR_MS - 120_001);
    expect(seen.events).toEqual([]);
    await pass(1);
    await pass(100);
    expect(seen.events).toEqual([{ event: 'session', state: 'ending', reason: 'idle', at: iso(limit) }]);
    await jump(60_000);
    expect(seen.events).toHaveLength(1);
    await jump(60_000);
    expect(seen.events).toMatchObject([{}, { state: 'ended', reason: 'idle' }]);
    expect(seen.isOver).toBe(true);
  });

  it('warn a fifth of a short life before its end', async () => {
    await room.close();
    room = new AuthRoom(key, { SESSION_IDLE_SECONDS: '60', SESSION_MAX_SECONDS: '60' });
    const seen = await follow(await browse());
    await jump(47_999);
    expect(seen.events).toEqual([]);
    await pass(101);
    expect(seen.events).toMatchObject([{ state: 'ending', reason: 'absolute' }]);
  });

  it('warn again after the session was used and ends later', async () => {
    const req = await browse();
    const seen = await follow(req);
    await jump(HOUR_MS - 120_000);
    expect(seen.events).toMatchObject([{ state: 'ending' }]);
    await room.sessions.service.enter(room.cookie.read(req) ?? '', { requestId: 'r', span: undefined });
    await jump(0);
    expect(seen.events).toHaveLength(1);
    await jump(HOUR_MS - 120_000);
    expect(seen.events).toMatchObject([{ state: 'ending' }, { state: 'ending', at: iso(Date.now() + 120_000) }]);
  });

  it('do not extend the session', async () => {
    const req = await browse();
    await follow(req);
    const session = await room.sessions.service.find(room.cookie.read(req) ?? '');
    const limit = session?.limits.idleExpiresAt;
    await jump(HOUR_MS / 2);
    expect(session?.limits.idleExpiresAt).toBe(limit);
  });

  it('name the absolute limit where that comes first', async () => {
    await room.close();
    room = new AuthRoom(key, { SESSION_IDLE_SECONDS: '3600', SESSION_MAX_SECONDS: '5400' });
    const req = await browse();
    const seen = await follow(req);
    vi.setSystemTime(Date.now() + HOUR_MS - 1_000);
    await room.sessions.service.enter(room.cookie.read(req) ?? '', { requestId: 'r', span: undefined });
    await jump(1_800_000 - 120_000 + 1_000);
    expect(seen.events.at(-1)).toMatchObject({ state: 'ending', reason: 'absolute' });
  });

  it('name the token where it is the last one', async () => {
    room.memory.answers.set('/token', async () =>
      Response.json({ access_token: 'a', token_type: 'bearer', id_token: await room.memory.idToken({ nonce }) }),
    );
    const started = await room.signIn.start({}, requestFor('/auth/login'));
    const nonce = new URL(started.url).searchParams.get('nonce') ?? '';
    const query = room.memory.authorize(new URL(started.url));
    const cookie = started.cookies[0]?.split(';')[0] ?? '';
    const { cookies } = await room.signIn.finish(requestFor(`/auth/callback${query}`, { headers: { cookie } }));
    const session = cookies[0]?.split(';')[0] ?? '';
    sessionId = (session.split('=')[1] ?? '').slice(0, 24);
    const seen = await follow(requestFor('/auth/events', { headers: { cookie: session } }));
    await jump(300_000 - 62_000);
    expect(seen.events).toEqual([]);
    await jump(2_999);
    expect(seen.events).toMatchObject([{ state: 'ending', reason: 'token' }]);
    // Five seconds before its end, calls are refused.
    vi.setSystemTime(Date.now() + 54_000);
    await pass(0);
    await jump(1_000);
    expect(seen.events).toMatchObject([{}, { state: 'ended', reason: 'token' }]);
  });

  it('do not name the token while it can be refreshed', async () => {
    const seen = await follow(await browse());
    await jump(299_000);
    await jump(2_000);
    expect(seen).toMatchObject({ events: [], isOver: false });
  });

  it('say revoked where nobody knows the reason and no limit was near', async () => {
    const seen = await follow(await browse());
    await room.sessions.store.remove(sessionId);
    await jump(0);
    expect(seen.events).toMatchObject([{ state: 'ended', reason: 'revoked' }]);
  });

  it.each([
    ['within a second of the limit by another clock', HOUR_MS - 1_000, 'idle'],
    ['more than a second before it', HOUR_MS - 1_001, 'revoked'],
  ])('where the session is gone %s', async (_when, milliseconds, reason) => {
    const seen = await follow(await browse());
    vi.setSystemTime(Date.now() + milliseconds);
    await room.sessions.store.remove(sessionId);
    await jump(0);
    expect(seen.events.at(-1)).toMatchObject({ state: 'ended', reason });
  });

  it('say what they know where the reason cannot be read', async () => {
    const seen = await follow(await browse());
    vi.spyOn(room.sessions.store, 'readRecord').mockRejectedValue(new Error('away'));
    await room.sessions.endings.end(sessionId, 'logout');
    await turn();
    expect(seen.events).toMatchObject([{ state: 'ended', reason: 'revoked' }]);
  });
});

describe('a store that is away', () => {
  it('ends nothing: it is read again twice a second', async () => {
    const seen = await follow(await browse());
    const read = vi.spyOn(room.sessions.store, 'read').mockRejectedValue(new StoreUnavailable(new Error('away')));
    await jump(0);
    expect(read).toHaveBeenCalledTimes(1);
    await pass(499);
    expect(read).toHaveBeenCalledTimes(1);
    await pass(1);
    expect(read).toHaveBeenCalledTimes(2);
    expect(seen).toMatchObject({ events: [], isOver: false, error: undefined });
  });

  it('still warns of the limit that is known', async () => {
    const seen = await follow(await browse());
    vi.spyOn(room.sessions.store, 'read').mockRejectedValue(new StoreUnavailable(new Error('away')));
    await jump(HOUR_MS - 120_000);
    expect(seen.events).toMatchObject([{ state: 'ending', reason: 'idle' }]);
  });

  it('from the beginning has no limit to warn of', async () => {
    const req = await browse();
    vi.spyOn(room.sessions.store, 'read').mockRejectedValue(new StoreUnavailable(new Error('away')));
    expect(await follow(req)).toMatchObject({ events: [], isOver: false, error: undefined });
  });

  it('is not another failure, which ends the stream', async () => {
    const req = await browse();
    vi.spyOn(room.sessions.store, 'read').mockRejectedValue(new Error('a fault'));
    expect(await follow(req)).toMatchObject({ events: [], isOver: false, error: new Error('a fault') });
  });
});

/** How often the session was looked for. */
const reads = () => vi.spyOn(room.sessions.service, 'find');

describe('the pauses between reads', () => {
  it('are a minute at most', async () => {
    const find = reads();
    await follow(await browse());
    await pass(59_999);
    expect(find).toHaveBeenCalledTimes(1);
    await pass(1);
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('are a tenth of a second at least', async () => {
    await follow(await browse());
    await jump(HOUR_MS - 120_001);
    const find = reads();
    await pass(99);
    expect(find).not.toHaveBeenCalled();
    await pass(1);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('last to the end of the session once it was warned of', async () => {
    await follow(await browse());
    await jump(HOUR_MS - 30_000);
    const find = reads();
    await pass(29_999);
    expect(find).not.toHaveBeenCalled();
    await pass(1);
    expect(find).toHaveBeenCalledTimes(1);
  });
});

describe('a stream', () => {
  it('that ends follows nothing any more', async () => {
    const seen = await follow(await browse());
    const { followers } = room.sessions.cache as unknown as { followers: Map<string, unknown> };
    expect([...followers.keys()]).toEqual([sessionId]);
    end.abort();
    await turn();
    expect(seen).toMatchObject({ isOver: true, events: [] });
    expect(followers.size).toBe(0);
  });

  it('of a request without a session ends at once', async () => {
    expect(await follow(requestFor('/auth/events'))).toMatchObject({
      events: [{ state: 'ended', reason: 'revoked' }],
      isOver: true,
    });
  });
});

describe('a caller whom the company’s sign-on has signed in', () => {
  it('is warned of the end of the token, and told it when the token can be forwarded no longer', async () => {
    sessionId = '';
    const req = requestFor('/auth/events', { headers: { cookie: `company=${await room.memory.idToken()}` } });
    await room.sso.canActivate(contextOf(req));
    const exp = Math.floor(Date.now() / 1000) * 1000 + 300_000;
    const seen = await follow(req);
    await jump(exp - 60_001 - Date.now());
    expect(seen.events).toEqual([]);
    await pass(100);
    expect(seen.events).toEqual([{ event: 'session', state: 'ending', reason: 'token', at: iso(exp) }]);
    await jump(exp - 5_000 - Date.now());
    expect(seen.events).toMatchObject([{}, { state: 'ended', reason: 'token', at: iso(Date.now()) }]);
  });

  it('without a time of issue has lived since 1970', async () => {
    const exp = Math.floor(Date.now() / 1000) + 200;
    const req = Object.assign(requestFor('/auth/events'), { caller: { claims: { sub: 'sam', exp } } });
    const seen = await follow(req);
    expect(seen.events).toEqual([]);
    vi.setSystemTime((exp - 120) * 1000);
    await pass(60_000);
    expect(seen.events).toMatchObject([{ state: 'ending', reason: 'token' }]);
  });

  it('is not taken for one where the caller has a session that is over', async () => {
    const req = await browse();
    await room.sessions.endings.endAllOwn('ann');
    Object.assign(req, { caller: { subject: 'ann' } });
    expect(await follow(req)).toMatchObject({ events: [{ state: 'ended', reason: 'revoked' }], isOver: true });
  });
});
