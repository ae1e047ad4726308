import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { type LogLine, takeLog } from '../../test/support/unit/log.js';
import { ORIGIN, SessionRoom } from '../../test/support/unit/session.room.js';
import { Keyring } from '../crypto/keyring.js';
import type { Span } from '../http/tracing.js';
import { issueTicket } from './session.ticket.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

let room: SessionRoom;
let log: LogLine[];

beforeEach(() => {
  useFakeClock();
  log = takeLog();
  room = new SessionRoom();
});
afterEach(async () => {
  Logger.overrideLogger(true);
  vi.restoreAllMocks();
  await room.store.close();
  useRealClock();
});

/** Moves the clocks without running the store's timers meanwhile. */
const later = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);

/** A value that is signed as a ticket but carries another secret than the session with this id. */
function forged(cookie: string): string {
  const payload = Buffer.concat([Buffer.from(cookie, 'base64url').subarray(0, 18), randomBytes(32)]);
  return Buffer.concat([payload, room.keyring.sign(payload)]).toString('base64url');
}

describe('S9: a new session', () => {
  it('is stored with its limits, its device, and names that the provider’s logout finds', async () => {
    const now = Date.now();
    const cookie = await room.signIn('ann', { sid: 'their session' });
    expect(await room.store.read(cookie.slice(0, 24))).toMatchObject({
      version: 1,
      device: 'Firefox',
      createdAt: now,
      expiresAt: now + 12 * HOUR_MS,
      idleExpiresAt: now + HOUR_MS,
      owner: expect.stringMatching(/^[\w-]{43}$/),
      providerSession: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await countsOf(room.metrics, 'gateway_sessions_total')).toEqual({ created: 1 });
  });

  it.each([
    ['is cut to 200 characters', 'x'.repeat(201), 'x'.repeat(200)],
    ['is not cut within a character', `${'x'.repeat(199)}😀`, `${'x'.repeat(199)}\ufffd`],
  ])('whose device is long: it %s', async (_how, device, stored) => {
    const tokens = room.provider.issue('ann');
    const cookie = await room.service.begin({
      person: { subject: 'ann', name: undefined, email: undefined, claims: {} },
      tokens,
      idToken: { token: tokens.idToken, claims: room.provider.claimsOf(tokens.idToken) },
      device,
      startedAt: Date.now(),
    });
    expect((await room.store.read(cookie?.slice(0, 24) ?? ''))?.device).toBe(stored);
  });

  it('is ended again where the provider has logged the person out meanwhile', async () => {
    await room.endings.endByProvider({ sid: undefined, sub: 'ann' });
    await expect(room.signIn()).rejects.toThrow('became no session');
    expect(await room.endings.listOwn('ann')).toEqual([]);
    expect(room.provider.revoked).toEqual(['refresh-1']);
    expect(room.audited).toMatchObject([{ reason: 'provider' }]);
  });
});

describe('finding the session of a cookie', () => {
  it('reads the store once and remembers the session', async () => {
    const read = vi.spyOn(room.store, 'read');
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    expect(session).toMatchObject({ subject: 'ann', token: 'id-1' });
    expect(await room.service.find(cookie)).toBe(session);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('S10: does not ask the store about a cookie that the gateway has not signed', async () => {
    const read = vi.spyOn(room.store, 'read');
    const { value } = issueTicket(new Keyring([randomBytes(32).toString('base64')]));
    expect(await room.service.find(value)).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
  });

  it('S11: gives nothing to a cookie that is signed but has another secret', async () => {
    const cookie = await room.signIn();
    expect(await room.service.find(forged(cookie))).toBeUndefined();
    const session = await room.service.find(cookie);
    const read = vi.spyOn(room.store, 'read');
    expect(await room.service.find(forged(cookie))).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
    expect(session?.isAlive).toBe(true);
    expect(await room.service.find(cookie)).toBe(session);
  });

  it('reads again after another replica has changed it, and updates the same object', async () => {
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    const replica = new SessionRoom({}, room);
    const other = (await replica.service.find(cookie)) ?? expect.unreachable();
    await replica.records.write(other, { ...other.record, idToken: 'newer' });
    room.cache.forget(session?.id);
    expect(await room.service.find(cookie)).toBe(session);
    expect(session).toMatchObject({ version: 2, token: 'newer' });
  });

  it('ends it in memory after another replica has ended it', async () => {
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    const replica = new SessionRoom({}, room);
    await replica.service.end(cookie);
    const sweep = vi.spyOn(room.census, 'sweep');
    room.cache.forget(session?.id);
    expect(await room.service.find(cookie)).toBeUndefined();
    expect(session?.ended).toBe(true);
    expect(sweep).not.toHaveBeenCalled();
    expect(await countsOf(room.metrics, 'gateway_sessions_total')).toEqual({ created: 1 });
  });

  it('gives one object to requests that load it at the same time', async () => {
    const cookie = await room.signIn();
    const [one, two] = await Promise.all([room.service.find(cookie), room.service.find(cookie)]);
    expect(one).toBeDefined();
    expect(two).toBe(one);
  });

  it.each([
    ['known to this process', true],
    ['not known yet', false],
  ])('does not find one %s that was idle for too long, and counts its end', async (_what, isKnown) => {
    const cookie = await room.signIn();
    if (isKnown) await room.service.find(cookie);
    later(HOUR_MS);
    expect(await room.service.find(cookie)).toBeUndefined();
    expect(room.cache.get(cookie.slice(0, 24))).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    const counted = await countsOf(room.metrics, 'gateway_sessions_total');
    expect(counted['expired']).toBe(isKnown ? 1 : undefined);
  });

  it('ends one that the store still has, when its limit has passed meanwhile', async () => {
    const cookie = await room.signIn();
    const stored = await room.store.read(cookie.slice(0, 24));
    vi.spyOn(room.store, 'read').mockResolvedValueOnce(stored);
    vi.setSystemTime(Date.now() + HOUR_MS);
    expect(await room.service.find(cookie)).toBeUndefined();
    expect(room.cache.get(cookie.slice(0, 24))).toBeUndefined();
  });

  it('fails while the store is away', async () => {
    const cookie = await room.signIn();
    vi.spyOn(room.store, 'read').mockRejectedValueOnce(new Error('away'));
    await expect(room.service.find(cookie)).rejects.toThrow('away');
    expect(await room.service.find(cookie)).toBeDefined();
  });

  it('is a step of the request’s trace', async () => {
    const step = vi.fn<Span['step']>(() => ({ end: () => undefined }) as unknown as Span);
    await room.service.find(await room.signIn(), { step } as unknown as Span);
    expect(step).toHaveBeenCalledWith('open session');
  });
});

describe('a session that is ready', () => {
  it('is one in memory with a valid token', async () => {
    const cookie = await room.signIn();
    expect(room.service.ready(cookie, ORIGIN)).toBeUndefined();
    const session = await room.service.find(cookie);
    expect(room.service.ready(cookie, ORIGIN)).toBe(session);
  });

  it('is not one whose token ends on its way', async () => {
    const cookie = await room.signIn();
    await room.service.find(cookie);
    later(295_000);
    expect(room.service.ready(cookie, ORIGIN)).toBeUndefined();
    expect(room.provider.sent).toEqual([]);
  });

  it('is not one that has ended', async () => {
    room.provider.seconds = 7_200;
    const cookie = await room.signIn();
    await room.service.find(cookie);
    later(HOUR_MS);
    expect(room.service.ready(cookie, ORIGIN)).toBeUndefined();
  });

  it('is refreshed in the background before its token ends', async () => {
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    room.service.ready(cookie, ORIGIN);
    await vi.advanceTimersByTimeAsync(0);
    expect(room.provider.sent).toEqual([]);
    later(290_000);
    expect(room.service.ready(cookie, ORIGIN)?.token).toBe('id-1');
    await vi.advanceTimersByTimeAsync(0);
    expect(session?.token).toBe('id-2');
    expect(await countsOf(room.metrics, 'gateway_token_refreshes_total')).toEqual({ 'renewed false': 1 });
  });

  it('tries a background refresh that failed again after five seconds', async () => {
    room.provider.seconds = 3_600;
    const cookie = await room.signIn();
    await room.service.find(cookie);
    vi.spyOn(room.store, 'lease').mockRejectedValueOnce(new Error('away'));
    const refresh = vi.spyOn(room.refresher, 'refresh');
    later(HOUR_MS - 30_000);
    vi.spyOn(room.store, 'now').mockReturnValue(Date.now() - HOUR_MS);
    const use = async (): Promise<void> => {
      room.service.ready(cookie, ORIGIN);
      await vi.advanceTimersByTimeAsync(0);
    };
    await use();
    expect(log).toMatchObject([{ level: 'warn', fields: { reason: 'Error: away' } }]);
    await vi.advanceTimersByTimeAsync(4_999);
    await use();
    expect(refresh).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    await use();
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('is extended in the store when a tenth of its idle time has passed', async () => {
    room.provider.seconds = 7_200;
    const extend = vi.spyOn(room.store, 'extend');
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    later(6 * MINUTE_MS - 1);
    room.service.ready(cookie, ORIGIN);
    expect(extend).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    room.service.ready(cookie, ORIGIN);
    expect(extend.mock.calls).toEqual([[session?.id, Date.now() + HOUR_MS]]);
  });

  it('is served although it could not be extended', async () => {
    room.provider.seconds = 7_200;
    vi.spyOn(room.store, 'extend').mockRejectedValue(new Error('away'));
    const cookie = await room.signIn();
    await room.service.find(cookie);
    later(6 * MINUTE_MS);
    expect(room.service.ready(cookie, ORIGIN)).toBeDefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toMatchObject([{ level: 'warn', fields: { reason: 'Error: away' } }]);
  });
});

describe('entering a session', () => {
  it('extends it', async () => {
    const cookie = await room.signIn();
    await room.service.find(cookie);
    later(6 * MINUTE_MS);
    const session = await room.service.enter(cookie, ORIGIN);
    expect(session?.limits.idleExpiresAt).toBe(Date.now() + HOUR_MS);
  });

  it('waits for a new token when its own has ended', async () => {
    const cookie = await room.signIn();
    later(300_000);
    expect((await room.service.enter(cookie, ORIGIN))?.token).toBe('id-2');
    expect(await countsOf(room.metrics, 'gateway_token_refreshes_total')).toEqual({ 'renewed true': 1 });
  });

  it('does not refresh a token that is still good', async () => {
    expect((await room.service.enter(await room.signIn(), ORIGIN))?.token).toBe('id-1');
    expect(room.provider.sent).toEqual([]);
  });

  it('gives nothing when the provider has ended the grant', async () => {
    const cookie = await room.signIn();
    await room.provider.revoke('refresh-1');
    later(300_000);
    const extend = vi.spyOn(room.store, 'extend');
    expect(await room.service.enter(cookie, ORIGIN)).toBeUndefined();
    expect(extend).not.toHaveBeenCalled();
    expect(await room.service.endOf(cookie)).toBe('token');
  });

  it('gives nothing to a cookie without a session', async () => {
    expect(await room.service.enter(issueTicket(room.keyring).value, ORIGIN)).toBeUndefined();
  });
});

describe('ending the session of a cookie', () => {
  it('ends it for good, and gives what was known of it', async () => {
    const cookie = await room.signIn();
    expect(await room.service.end(cookie)).toMatchObject({ subject: 'ann', idToken: 'id-1' });
    expect(await room.service.find(cookie)).toBeUndefined();
    expect(room.provider.revoked).toEqual(['refresh-1']);
    expect(await room.service.endOf(cookie)).toBe('logout');
  });

  it('ends one whose limit has passed by a clock that is wrong, and revokes its token', async () => {
    const cookie = await room.signIn();
    const now = Date.now();
    later(HOUR_MS);
    expect(await room.service.end(cookie)).toMatchObject({ subject: 'ann', idToken: 'id-1' });
    vi.setSystemTime(now);
    expect(await room.service.find(cookie)).toBeUndefined();
    expect(room.provider.revoked).toEqual(['refresh-1']);
    expect(await room.service.endOf(cookie)).toBe('logout');
  });

  it('S11: ends nothing for a cookie that is signed but has another secret', async () => {
    const cookie = await room.signIn();
    expect(await room.service.end(forged(cookie))).toBeUndefined();
    expect(await room.service.find(cookie)).toBeDefined();
  });

  it('does nothing when there is none', async () => {
    expect(await room.service.end(issueTicket(room.keyring).value)).toBeUndefined();
    expect(room.audited).toEqual([]);
  });
});

/** A cookie of another gateway. */
const stranger = (): string => issueTicket(new Keyring([randomBytes(32).toString('base64')])).value;

describe('a cookie', () => {
  it('of a session that nothing has ended was idle', async () => {
    const cookie = await room.signIn();
    later(HOUR_MS);
    expect(await room.service.endOf(cookie)).toBe('idle');
  });

  it('that the gateway never issued has no end', async () => {
    expect(await room.service.endOf(stranger())).toBeUndefined();
    expect(room.service.hasIssued(stranger())).toBe(false);
  });

  it('was issued by the gateway even when its session is over', () => {
    expect(room.service.hasIssued(issueTicket(room.keyring).value)).toBe(true);
  });

  it('S10: is signed again once its key is about to be retired', async () => {
    const cookie = await room.signIn();
    expect(room.service.resigned(cookie)).toBeUndefined();
    expect(room.service.resigned(stranger())).toBeUndefined();
    room.keyring.replace([randomBytes(32).toString('base64'), ...room.config.sessionKeys]);
    const resigned = room.service.resigned(cookie);
    expect(resigned).not.toBe(cookie);
    expect(await room.service.find(resigned ?? '')).toMatchObject({ subject: 'ann' });
  });
});

describe('what the service listens to', () => {
  it('a change in the store makes the session be read again', async () => {
    const onChange = vi.spyOn(room.store, 'onChange');
    room = new SessionRoom({}, room);
    const cookie = await room.signIn();
    const session = await room.service.find(cookie);
    expect(room.service.ready(cookie, ORIGIN)).toBe(session);
    onChange.mock.calls[0]?.[0](session?.id);
    expect(room.service.ready(cookie, ORIGIN)).toBeUndefined();
  });

  it('new keys make every cookie be verified again', async () => {
    const cookie = await room.signIn();
    await room.service.find(cookie);
    const { listeners } = room.config as unknown as { listeners: (() => void)[] };
    for (const listener of listeners) listener();
    room.keyring.replace([randomBytes(32).toString('base64')]);
    expect(room.service.ready(cookie, ORIGIN)).toBeUndefined();
    expect(await room.service.find(cookie)).toBeUndefined();
  });

  it('a shutdown waits for the refreshes that are under way', async () => {
    const cookie = await room.signIn();
    later(300_000);
    const release = room.provider.hold();
    const entering = room.service.enter(cookie, ORIGIN);
    await vi.advanceTimersByTimeAsync(0);
    let isDown = false;
    const down = room.service.onApplicationShutdown().then(() => (isDown = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isDown).toBe(false);
    release();
    await down;
    expect((await entering)?.token).toBe('id-2');
  });
});
