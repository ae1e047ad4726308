import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveSession, type Refresher } from './live-session.js';
import type { SessionRecord } from './session.record.js';
import type { StoredSession } from '../store/session.store.js';
import { ORIGIN } from '../../test/support/unit/session.room.js';

const START = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;

/** The store's clock, which may differ from this process's. */
let storeNow: number;
const refresher = {
  now: () => storeNow,
  fresh: vi.fn<Refresher['fresh']>(async () => 'the next token'),
  renew: vi.fn<Refresher['renew']>(async () => 'a renewed token'),
};

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  storeNow = START;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const STORED: StoredSession = {
  id: 'id',
  version: 3,
  sealed: Buffer.alloc(0),
  owner: 'owner',
  providerSession: null,
  device: 'Firefox',
  createdAt: START,
  expiresAt: START + 12 * HOUR_MS,
  idleExpiresAt: START + HOUR_MS,
};

function recordOf(members: Partial<SessionRecord> = {}): SessionRecord {
  return {
    subject: 'ann',
    name: undefined,
    email: undefined,
    claims: {},
    idToken: 'the id_token',
    accessToken: 'the access token',
    refreshToken: 'the refresh token',
    tokenExpiresAt: START + 300_000,
    tokenReceivedAt: START,
    renewable: true,
    ...members,
  };
}

function sessionOf(members: Partial<SessionRecord> = {}, stored: Partial<StoredSession> = {}): LiveSession {
  const key = Buffer.alloc(32);
  return new LiveSession(refresher, key, { ...STORED, ...stored }, recordOf(members), 'id_token');
}

/** A session whose token was issued now and lives for so long. */
const withLife = (milliseconds: number): LiveSession => sessionOf({ tokenExpiresAt: START + milliseconds });

describe('the forwarded token', () => {
  it.each(['id_token', 'access_token'] as const)('is the %s where that is configured', (kind) => {
    const session = new LiveSession(refresher, Buffer.alloc(32), STORED, recordOf(), kind);
    expect(session.token).toBe(kind === 'id_token' ? 'the id_token' : 'the access token');
  });

  it('is given at once while it has enough life left', () => {
    expect(sessionOf().freshToken(ORIGIN)).toBe('the id_token');
  });

  it('is refreshed before it is given when it would end on its way', async () => {
    const session = sessionOf();
    vi.setSystemTime(START + 299_000);
    expect(await session.freshToken(ORIGIN)).toBe('the next token');
    expect(refresher.fresh).toHaveBeenCalledWith(session, ORIGIN);
  });

  it('is renewed by the refresher when the platform refused it', async () => {
    const session = sessionOf();
    expect(await session.renew('the refused one', ORIGIN)).toBe('a renewed token');
    expect(refresher.renew).toHaveBeenCalledWith(session, 'the refused one', ORIGIN);
  });

  it.each([
    ['five seconds of a long life', 300_000, 295_000],
    ['a tenth of a short life', 10_000, 9_000],
  ])('can be forwarded until %s are left', (_share, life, end) => {
    const session = withLife(life);
    vi.setSystemTime(START + end - 1);
    expect(session.hasToken).toBe(true);
    vi.setSystemTime(START + end);
    expect(session.hasToken).toBe(false);
  });

  it('that was received after its end has no life at all', () => {
    expect(sessionOf({ tokenExpiresAt: START + 1_000, tokenReceivedAt: START + 2_000 }).hasToken).toBe(true);
    expect(sessionOf({ tokenExpiresAt: START, tokenReceivedAt: START + 2_000 }).hasToken).toBe(false);
  });
});

describe('a refresh ahead of time', () => {
  it.each([
    ['a minute before the end of a long life', 3_600_000, 3_600_000 - 65_000],
    ['when a fifth of a short life is left', 100_000, 100_000 - 5_000 - 20_000],
  ])('is due %s', (_when, life, due) => {
    const session = withLife(life);
    vi.setSystemTime(START + due);
    expect(session.wantsRefresh).toBe(false);
    vi.setSystemTime(START + due + 1);
    expect(session.wantsRefresh).toBe(true);
  });

  it.each([
    [0, 0.75],
    [1, 1.25],
  ])('is spread: a session whose share of chance is %d has it at %d of that time', (chance, factor) => {
    vi.mocked(Math.random).mockReturnValue(chance);
    const session = withLife(HOUR_MS);
    vi.setSystemTime(START + HOUR_MS - 5_000 - 60_000 * factor);
    expect(session.wantsRefresh).toBe(false);
    vi.setSystemTime(START + HOUR_MS - 5_000 - 60_000 * factor + 1);
    expect(session.wantsRefresh).toBe(true);
  });

  it('is never due without a refresh token', () => {
    const session = sessionOf({ renewable: false });
    vi.setSystemTime(START + 299_000);
    expect(session.wantsRefresh).toBe(false);
  });

  it('that failed is put off, and never brought forward', () => {
    const session = sessionOf();
    vi.setSystemTime(START + 299_000);
    session.retryAfter(5_000);
    session.retryAfter(1_000);
    vi.advanceTimersByTime(4_999);
    expect(session.wantsRefresh).toBe(false);
    vi.advanceTimersByTime(1);
    expect(session.wantsRefresh).toBe(true);
  });

  it('is no longer put off once there is another record', () => {
    const session = sessionOf();
    vi.setSystemTime(START + 299_000);
    session.retryAfter(5_000);
    session.adopt(4, recordOf());
    expect(session.wantsRefresh).toBe(true);
  });
});

describe('a refresh that the platform caused', () => {
  it('is allowed once in 30 seconds', () => {
    const session = sessionOf();
    expect(session.mayRenew()).toBe(true);
    expect(session.mayRenew()).toBe(false);
    vi.advanceTimersByTime(29_999);
    expect(session.mayRenew()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(session.mayRenew()).toBe(true);
  });
});

describe('what another process has stored', () => {
  it('is taken over when it is newer', () => {
    const session = sessionOf();
    session.update({ ...STORED, version: 4, idleExpiresAt: START + 2 * HOUR_MS }, recordOf({ idToken: 'newer' }));
    expect(session).toMatchObject({ version: 4, token: 'newer', limits: { idleExpiresAt: START + 2 * HOUR_MS } });
  });

  it('changes nothing when a newer write has overtaken it', () => {
    const session = sessionOf();
    session.update({ ...STORED, version: 2, idleExpiresAt: START }, recordOf({ idToken: 'older' }));
    session.update({ ...STORED, version: 3 }, recordOf({ idToken: 'the same version' }));
    expect(session).toMatchObject({ version: 3, token: 'the id_token', limits: { idleExpiresAt: START + HOUR_MS } });
  });

  it('is bound to the facts that never change', () => {
    const { id, owner, providerSession, device, createdAt, expiresAt } = STORED;
    const session = sessionOf();
    expect(session.facts).toEqual({ id, owner, providerSession, device, createdAt, expiresAt });
    expect(session).toMatchObject({ id, subject: 'ann', record: recordOf() });
  });
});

describe('a session', () => {
  it('is alive until its idle limit, by the clock of the store', () => {
    const session = sessionOf();
    vi.setSystemTime(START + 24 * HOUR_MS);
    storeNow = START + HOUR_MS - 1;
    expect(session.isAlive).toBe(true);
    storeNow += 1;
    expect(session.isAlive).toBe(false);
  });

  it('is alive until its absolute limit', () => {
    const session = sessionOf({}, { expiresAt: START + 1_000 });
    storeNow = START + 999;
    expect(session.isAlive).toBe(true);
    storeNow += 1;
    expect(session.isAlive).toBe(false);
  });

  it('is alive until it is ended', () => {
    const session = sessionOf();
    session.ended = true;
    expect(session.isAlive).toBe(false);
  });

  it('without a valid token is usable while the token can be refreshed', () => {
    const renewable = sessionOf();
    const final = sessionOf({ renewable: false });
    expect([renewable.isUsable, final.isUsable]).toEqual([true, true]);
    vi.setSystemTime(START + 300_000);
    expect([renewable.isUsable, final.isUsable]).toEqual([true, false]);
    storeNow = START + HOUR_MS;
    expect(renewable.isUsable).toBe(false);
  });

  it('that has not been read by this process yet is as old as can be', () => {
    expect(sessionOf()).toMatchObject({ seenEpoch: -1, ended: false, refreshing: undefined });
  });
});

describe('the idle limit', () => {
  it('moves when a tenth of the idle time has passed, and is then to be stored', () => {
    const session = sessionOf();
    storeNow = START + HOUR_MS / 10 - 1;
    expect(session.touch(HOUR_MS)).toBeUndefined();
    expect(session.limits).toEqual({ expiresAt: STORED.expiresAt, idleExpiresAt: STORED.idleExpiresAt, now: storeNow });
    storeNow += 1;
    expect(session.touch(HOUR_MS)).toBe(storeNow + HOUR_MS);
    expect(session.limits.idleExpiresAt).toBe(storeNow + HOUR_MS);
  });

  it('never exceeds the absolute limit', () => {
    const session = sessionOf({}, { expiresAt: START + 1.5 * HOUR_MS });
    storeNow = START + HOUR_MS - 1;
    expect(session.touch(HOUR_MS)).toBe(START + 1.5 * HOUR_MS);
  });
});
