import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { type LogLine, takeLog } from '../../test/support/unit/log.js';
import { ORIGIN, SessionRoom } from '../../test/support/unit/session.room.js';
import type { LiveSession } from './live-session.js';
import { sealRecord } from './session.record.js';

const UNAVAILABLE = { status: 503, code: 'identity_provider_unavailable', extras: { retryAfterSeconds: 5 } };

let room: SessionRoom;
let session: LiveSession;
let log: LogLine[];

beforeEach(async () => {
  useFakeClock();
  log = takeLog();
  room = new SessionRoom();
  session = await room.enter();
});
afterEach(async () => {
  await room.refresher.settled();
  Logger.overrideLogger(true);
  vi.restoreAllMocks();
  await room.store.close();
  useRealClock();
});

const refresh = (isAwaited = true): Promise<void> => room.refresher.refresh(session, isAwaited, ORIGIN);
const counted = (): Promise<Record<string, number>> => countsOf(room.metrics, 'gateway_token_refreshes_total');
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
/** Nothing is left of the token. */
const outlive = (): unknown => vi.setSystemTime(session.record.tokenExpiresAt);

/** What another replica's refresh writes. */
async function writeElsewhere(): Promise<void> {
  const next = { ...session.record, idToken: 'of another replica', tokenExpiresAt: Date.now() + 300_000 };
  await room.store.replace(session.id, session.version, sealRecord(session.key, session.facts, next));
}

describe('S1: a refresh', () => {
  it('stores the next tokens and uses them', async () => {
    const read = vi.spyOn(room.store, 'read');
    await refresh();
    expect(read).toHaveBeenCalledTimes(1);
    expect(session).toMatchObject({ version: 2, token: 'id-2', record: { refreshToken: 'refresh-2' } });
    const stored = await room.store.read(session.id);
    expect(stored && room.records.open(session.key, stored)).toMatchObject({ refreshToken: 'refresh-2' });
    expect(await counted()).toEqual({ 'renewed true': 1 });
  });

  it('is counted apart when nobody waits for it', async () => {
    await refresh(false);
    expect(await counted()).toEqual({ 'renewed false': 1 });
  });

  it('is one for all that want it at the same time, and a new one afterwards', async () => {
    await Promise.all([refresh(), refresh(), refresh(false)]);
    expect(room.provider.sent).toEqual(['refresh-1']);
    expect(session.refreshing).toBeUndefined();
    await refresh();
    expect(room.provider.sent).toEqual(['refresh-1', 'refresh-2']);
  });

  it('waits for the one of another replica, looks ten times a second, and takes over its outcome', async () => {
    await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000);
    const read = vi.spyOn(room.store, 'read');
    const refreshing = refresh();
    await pass(999);
    expect(read).toHaveBeenCalledTimes(10);
    await writeElsewhere();
    await pass(1);
    await refreshing;
    expect(session.token).toBe('of another replica');
    expect(room.provider.sent).toEqual([]);
    expect(await counted()).toEqual({ 'adopted true': 1 });
  });

  it('takes over from a replica that died, once its lease has ended', async () => {
    await room.store.lease(`refresh:${session.id}`, 'a dead replica', 5_000);
    const refreshing = refresh();
    await pass(4_999);
    expect(room.provider.sent).toEqual([]);
    await pass(101);
    await refreshing;
    expect(session.token).toBe('id-2');
  });

  it('is given up after 25 seconds of waiting for another replica', async () => {
    vi.spyOn(room.store, 'lease').mockResolvedValue(false);
    const failing = refresh().catch((error: unknown) => error);
    await pass(24_999);
    expect(session.refreshing).toBeDefined();
    await pass(101);
    expect(await failing).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('another replica') });
    expect(await counted()).toEqual({ 'unavailable true': 1 });
  });

  it('sends nothing when another replica was done before it got the lease, and gives the lease back', async () => {
    await writeElsewhere();
    await refresh();
    expect(room.provider.sent).toEqual([]);
    expect(session.token).toBe('of another replica');
    expect(await counted()).toEqual({ 'adopted true': 1 });
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(true);
  });

  it('gives the lease back when it is done', async () => {
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(false);
    release();
    await refreshing;
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(true);
  });

  it('keeps its lease while the provider is slow, even when a renewal of the lease fails', async () => {
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    const lease = vi.spyOn(room.store, 'lease').mockRejectedValueOnce(new Error('away'));
    await pass(12_000);
    expect(lease).toHaveBeenCalledTimes(7);
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(false);
    release();
    await refreshing;
    lease.mockClear();
    await pass(12_000);
    expect(lease).not.toHaveBeenCalled();
  });

  it('that could not give its lease back has succeeded all the same', async () => {
    vi.spyOn(room.store, 'release').mockRejectedValue(new Error('away'));
    await refresh();
    expect(session.token).toBe('id-2');
  });

  it('does not trust a lease that it got after a pause of half its time', async () => {
    const lease = room.store.lease.bind(room.store);
    vi.spyOn(room.store, 'lease').mockImplementationOnce(async (...args) => {
      const isTaken = await lease(...args);
      vi.advanceTimersByTime(2_500);
      return isTaken;
    });
    const refreshing = refresh();
    await pass(0);
    expect(room.provider.sent).toEqual([]);
    await pass(100);
    await refreshing;
    expect(session.token).toBe('id-2');
  });

  it('that gets its lease in less than that trusts it', async () => {
    const lease = room.store.lease.bind(room.store);
    vi.spyOn(room.store, 'lease').mockImplementationOnce(async (...args) => {
      const isTaken = await lease(...args);
      vi.advanceTimersByTime(2_499);
      return isTaken;
    });
    await refresh();
    expect(session.token).toBe('id-2');
  });
});

describe('S4: the end of a grant', () => {
  it('ends the session, and revokes nothing', async () => {
    await room.provider.revoke('refresh-1');
    room.provider.revoked.length = 0;
    await refresh();
    expect(session.ended).toBe(true);
    expect(await room.endings.reasonOf(session.id)).toBe('token');
    expect(room.provider.revoked).toEqual([]);
    expect(await counted()).toEqual({ 'over true': 1 });
  });

  it('ends nothing when another replica has refreshed the session meanwhile', async () => {
    await room.provider.revoke('refresh-1');
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    await writeElsewhere();
    release();
    await refreshing;
    expect(session).toMatchObject({ ended: false, token: 'of another replica' });
  });

  it('ends nothing when this replica has heard of such a refresh before it gets its answer', async () => {
    await room.provider.revoke('refresh-1');
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    await writeElsewhere();
    await room.records.reread(session);
    release();
    await refreshing;
    expect(session).toMatchObject({ ended: false, token: 'of another replica' });
  });

  it('says nothing new of a session that was ended meanwhile', async () => {
    await room.provider.revoke('refresh-1');
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    await room.endings.end(session.id, 'logout');
    release();
    await refreshing;
    expect(room.audited).toMatchObject([{ reason: 'logout' }]);
  });
});

describe('S5: a refresh while the clock of the store is ahead', () => {
  let now: number;
  beforeEach(() => void (now = Date.now()));

  it('leaves the session to be used once the clock is right', async () => {
    vi.setSystemTime(now + 43_200_000);
    await refresh();
    vi.setSystemTime(now);
    expect(session).toMatchObject({ ended: false, isAlive: true });
  });

  it('stores the tokens that come, and revokes none', async () => {
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    vi.setSystemTime(now + 43_200_000);
    release();
    await refreshing;
    vi.setSystemTime(now);
    const stored = await room.store.read(session.id);
    expect(stored && room.records.open(session.key, stored)).toMatchObject({ refreshToken: 'refresh-2' });
    expect(room.provider.revoked).toEqual([]);
  });
});

describe('S4: a provider that does not answer', () => {
  beforeEach(() => void (room.provider.mood = 'no answer'));

  it('ends nothing: the token is used while it lasts, and the refresh is put off by five seconds', async () => {
    vi.setSystemTime(session.record.tokenExpiresAt - 10_000);
    await refresh(false);
    expect(session).toMatchObject({ ended: false, token: 'id-1', wantsRefresh: false });
    expect(await counted()).toEqual({ 'unavailable false': 1 });
    vi.advanceTimersByTime(4_999);
    expect(session.wantsRefresh).toBe(false);
    vi.advanceTimersByTime(1);
    expect(session.wantsRefresh).toBe(true);
  });

  it('is a 503 once the token has ended', async () => {
    outlive();
    await expect(refresh()).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('the identity provider'),
      cause: new Error('no answer'),
    });
    expect(session.ended).toBe(false);
    expect(await counted()).toEqual({ 'unavailable true': 1 });
  });

  it('gives the lease back', async () => {
    outlive();
    await expect(refresh()).rejects.toMatchObject(UNAVAILABLE);
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(true);
  });
});

describe('S7: what a refresh brings', () => {
  it('of another person ends the session, revokes those tokens and is logged without them', async () => {
    room.provider.mood = 'an id_token of another person';
    await refresh();
    expect(session.ended).toBe(true);
    expect(room.provider.revoked).toEqual(['refresh-2']);
    expect(await room.endings.reasonOf(session.id)).toBe('token');
    expect(log).toEqual([{ level: 'warn', fields: { requestId: 'request-1' }, message: expect.any(String) }]);
  });

  it('without an id_token leaves the last one in use until it ends, and then ends the session', async () => {
    room.provider.mood = 'no id_token';
    await refresh();
    expect(session).toMatchObject({ token: 'id-1', record: { refreshToken: 'refresh-2', renewable: false } });
    outlive();
    await expect(refresh()).rejects.toMatchObject({ status: 401, code: 'reauthentication_required' });
    expect(room.provider.sent).toEqual(['refresh-1']);
    expect(session.ended).toBe(true);
    expect(await room.endings.reasonOf(session.id)).toBe('token');
    expect(room.provider.revoked).toEqual(['refresh-2']);
    expect(await counted()).toEqual({ 'renewed true': 1, 'over true': 1 });
  });

  it('without an id_token is logged once, for all sessions', async () => {
    room.provider.mood = 'no id_token';
    await refresh();
    session = await room.enter();
    await refresh();
    expect(log).toMatchObject([{ level: 'warn', fields: { requestId: 'request-1', hint: expect.any(String) } }]);
  });

  it('without an id_token is nothing to log where the access token is forwarded', async () => {
    room = new SessionRoom({ PLATFORM_TOKEN: 'access_token' });
    room.provider.mood = 'no id_token';
    session = await room.enter();
    await refresh();
    expect(session.token).toBe('access-2');
    expect(log).toEqual([]);
  });

  it('with an id_token that is refused keeps the refresh token, and asks again in five seconds', async () => {
    room.provider.mood = 'an invalid id_token';
    vi.setSystemTime(session.record.tokenExpiresAt - 10_000);
    await refresh();
    expect(session).toMatchObject({ token: 'id-1', record: { refreshToken: 'refresh-2' }, wantsRefresh: false });
    expect(log).toMatchObject([
      { level: 'warn', fields: { requestId: 'request-1', reason: expect.stringContaining('not issued here') } },
    ]);
    vi.advanceTimersByTime(5_000);
    expect(session.wantsRefresh).toBe(true);
  });

  it('with a good token does not put the next refresh off', async () => {
    const putOff = vi.spyOn(session, 'retryAfter');
    await refresh();
    expect(putOff).not.toHaveBeenCalled();
  });

  it('is a 503 while only refused id_tokens come and the last one has ended', async () => {
    room.provider.mood = 'an invalid id_token';
    outlive();
    await expect(refresh()).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('the identity provider'),
    });
    expect(session.ended).toBe(false);
  });

  it('is not asked for where there is no refresh token', async () => {
    room.provider.mood = 'no refresh_token';
    const tokens = { ...room.provider.issue('ben'), refreshToken: undefined };
    const cookie = await room.service.begin({
      person: { subject: 'ben', name: undefined, email: undefined, claims: {} },
      tokens,
      idToken: { token: tokens.idToken, claims: room.provider.claimsOf(tokens.idToken) },
      device: '',
      startedAt: Date.now(),
    });
    session = (await room.service.find(cookie ?? '')) ?? expect.unreachable();
    await refresh();
    expect(room.provider.sent).toEqual([]);
    expect(await counted()).toEqual({ 'unavailable true': 1 });
  });

  it('without a new refresh token leaves the last one in use', async () => {
    room.provider.mood = 'no refresh_token';
    await refresh();
    expect(session.record.refreshToken).toBe('refresh-1');
  });
});

describe('S3: a store that is away', () => {
  it('when the next tokens are to be written makes the refresh fail, and they are written later', async () => {
    vi.spyOn(room.store, 'replace').mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    await pass(99);
    expect(session.version).toBe(1);
    await pass(1);
    expect(session).toMatchObject({ version: 2, token: 'id-2' });
  });

  it('meanwhile keeps the used refresh token from being sent again', async () => {
    const replace = vi.spyOn(room.store, 'replace').mockRejectedValue(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    await expect(refresh()).rejects.toMatchObject({
      code: 'session_store_unavailable',
      cause: new Error('its next record is not written yet'),
    });
    expect(room.provider.sent).toEqual(['refresh-1']);
    replace.mockRestore();
    await pass(100);
    await refresh();
    expect(room.provider.sent).toEqual(['refresh-1', 'refresh-2']);
  });

  it('and back before they are written keeps the used refresh token from other replicas', async () => {
    const other = new SessionRoom({}, room);
    const cookie = await room.signIn();
    session = (await room.service.find(cookie)) ?? expect.unreachable();
    const theirs = (await other.service.find(cookie)) ?? expect.unreachable();
    const { refreshToken } = session.record;
    vi.spyOn(room.store, 'replace').mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    const refreshing = other.refresher.refresh(theirs, true, ORIGIN);
    await pass(200);
    await refreshing;
    expect(room.provider.sent).toEqual([refreshToken]);
    expect(theirs.token).toBe(session.token);
    expect(await room.store.lease(`refresh:${session.id}`, 'the next refresh', 5_000)).toBe(true);
  });

  it('for longer than a lease, with tokens that are to be written, leaves the lease with the replica that has them', async () => {
    const replace = vi.spyOn(room.store, 'replace').mockRejectedValue(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    await pass(20_000);
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(false);
    replace.mockRestore();
    await pass(100);
    expect(await room.store.lease(`refresh:${session.id}`, 'another replica', 5_000)).toBe(true);
  });

  it('is tried for a quarter of an hour', async () => {
    const replace = vi.spyOn(room.store, 'replace').mockRejectedValue(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    // One jump, and not 9,000 tries.
    vi.advanceTimersByTime(15 * 60_000 - 100);
    await pass(0);
    const tries = replace.mock.calls.length;
    await pass(50);
    await pass(1_000);
    expect(replace.mock.calls.length).toBe(tries);
  });

  it('is not waited for by a shutdown', async () => {
    vi.spyOn(room.store, 'replace').mockRejectedValue(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    let isSettled = false;
    const settled = room.refresher.settled().then(() => (isSettled = true));
    await pass(99);
    expect(isSettled).toBe(false);
    await pass(1);
    await settled;
  });

  it('before anything was sent makes the refresh fail, and costs nothing', async () => {
    vi.spyOn(room.store, 'lease').mockRejectedValueOnce(new Error('away'));
    await expect(refresh()).rejects.toThrow('away');
    await refresh();
    expect(session.token).toBe('id-2');
  });
});

describe('S6: a logout during a refresh', () => {
  it('wins: the session stays ended, and the tokens that come are revoked', async () => {
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    // On another replica, which cannot read the refresh token.
    await room.store.remove(session.id);
    release();
    await refreshing;
    expect(session.ended).toBe(true);
    expect(room.provider.revoked).toEqual(['refresh-2']);
    expect(await counted()).toEqual({ 'over true': 1 });
  });

  it('revokes nothing where another replica has only written meanwhile', async () => {
    const release = room.provider.hold();
    const refreshing = refresh();
    await pass(0);
    await writeElsewhere();
    release();
    await refreshing;
    expect(session.token).toBe('of another replica');
    expect(room.provider.revoked).toEqual([]);
  });

  it('gives no token to the call that waited for it', async () => {
    const release = room.provider.hold();
    outlive();
    const token = Promise.resolve(session.freshToken(ORIGIN)).catch((error: unknown) => error);
    await pass(0);
    await room.endings.end(session.id, 'logout');
    release();
    expect(await token).toMatchObject({ status: 401, code: 'session_ended' });
  });
});

describe('a token for a call', () => {
  it('is the next one where the session’s own has ended', async () => {
    outlive();
    expect(await session.freshToken(ORIGIN)).toBe('id-2');
    expect(await counted()).toEqual({ 'renewed true': 1 });
  });

  it('that the platform refused is replaced', async () => {
    expect(await session.renew('id-1', ORIGIN)).toBe('id-2');
    expect(await counted()).toEqual({ 'renewed true': 1 });
  });

  it('that was replaced already is not replaced again', async () => {
    await refresh();
    expect(await session.renew('id-1', ORIGIN)).toBe('id-2');
    expect(room.provider.sent).toEqual(['refresh-1']);
  });

  it('is refreshed again where the one that came meanwhile has too little life left', async () => {
    await refresh();
    vi.setSystemTime(session.record.tokenExpiresAt - 5_000);
    expect(await session.renew('id-1', ORIGIN)).toBe('id-3');
  });

  it('is replaced once in 30 seconds, for a platform that refuses them all', async () => {
    expect(await session.renew('id-1', ORIGIN)).toBe('id-2');
    expect(await session.renew('id-2', ORIGIN)).toBeUndefined();
    vi.advanceTimersByTime(30_000);
    expect(await session.renew('id-2', ORIGIN)).toBe('id-3');
  });

  it('is replaced once for several calls that were refused at the same time', async () => {
    const tokens = await Promise.all([session.renew('id-1', ORIGIN), session.renew('id-1', ORIGIN)]);
    expect(tokens).toEqual(['id-2', 'id-2']);
    expect(room.provider.sent).toEqual(['refresh-1']);
  });

  it('cannot be replaced where there is nothing to replace it with', async () => {
    room.provider.mood = 'no id_token';
    await refresh();
    expect(await session.renew('id-1', ORIGIN)).toBeUndefined();
    expect(room.provider.sent).toEqual(['refresh-1']);
  });

  it('is not given when the session ended meanwhile', async () => {
    room.provider.mood = 'an id_token of another person';
    expect(await session.renew('id-1', ORIGIN)).toBeUndefined();
  });

  it('of a session that has ended is none, although it was replaced before', async () => {
    await refresh();
    await room.endings.end(session.id, 'logout');
    expect(await session.renew('id-1', ORIGIN)).toBeUndefined();
  });
});

it('a refresh that is over is remembered by nobody', async () => {
  await refresh();
  const { running } = room.refresher as unknown as { running: Set<unknown> };
  expect(running.size).toBe(0);
});

it('the clock of sessions is the one of the store', () => {
  vi.spyOn(room.store, 'now').mockReturnValue(123);
  expect(room.refresher.now()).toBe(123);
});
