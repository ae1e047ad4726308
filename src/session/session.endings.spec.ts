import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countsOf } from '../../test/support/unit/counters.js';
import { SessionRoom } from '../../test/support/unit/session.room.js';
import { digest } from '../crypto/keyring.js';

let room: SessionRoom;

beforeEach(() => {
  vi.useFakeTimers();
  room = new SessionRoom();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.store.close();
  vi.useRealTimers();
});

const counted = (): Promise<Record<string, number>> => countsOf(room.metrics, 'gateway_sessions_total');
/** Moves the clocks without running the store's timers meanwhile. */
const later = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);
const isStored = async (id: string): Promise<boolean> => (await room.store.read(id)) !== undefined;

/** Signs a person in without loading the session, as on another replica; gives its id. */
async function elsewhere(subject = 'ann', claims = {}): Promise<string> {
  return (await room.signIn(subject, claims)).slice(0, 24);
}

describe('ending a session', () => {
  it('S16: removes it, here and from the store, and revokes its refresh token', async () => {
    const session = await room.enter();
    expect(await room.endings.end(session.id, 'logout')).toBe(true);
    expect(session.ended).toBe(true);
    expect(room.cache.get(session.id)).toBeUndefined();
    expect(await isStored(session.id)).toBe(false);
    expect(room.provider.revoked).toEqual(['refresh-1']);
  });

  it('is audited with its owner, who is not named, and its reason', async () => {
    const { id } = await room.enter();
    await room.endings.end(id, 'revoked');
    expect(room.audited).toMatchObject([
      {
        operation: 'sessionEnded',
        person: digest('https://id.example/', 'ann'),
        resource: { session: id },
        reason: 'revoked',
        outcome: 'success',
      },
    ]);
  });

  it('of another replica revokes nothing, because its tokens are sealed', async () => {
    const id = await elsewhere();
    expect(await room.endings.end(id, 'revoked')).toBe(true);
    expect(room.provider.revoked).toEqual([]);
    expect(room.audited).toMatchObject([{ person: null, reason: 'revoked' }]);
  });

  it('revokes the tokens that are given in place of those in memory', async () => {
    const { id } = await room.enter();
    await room.endings.end(id, 'token', { refreshToken: 'newer' });
    expect(room.provider.revoked).toEqual(['newer']);
  });

  it('revokes nothing when there is no refresh token', async () => {
    const { id } = await room.enter();
    await room.endings.end(id, 'token', { refreshToken: undefined });
    expect(room.provider.revoked).toEqual([]);
  });

  it('that is not there is neither counted nor audited', async () => {
    expect(await room.endings.end('unknown', 'logout')).toBe(false);
    expect(await counted()).toEqual({});
    expect(room.audited).toEqual([]);
  });

  it.each([
    ['idle', 'expired'],
    ['absolute', 'expired'],
    ['logout', 'revoked'],
    ['revoked', 'revoked'],
    ['provider', 'revoked'],
    ['token', 'revoked'],
  ] as const)('for the reason %s is counted as %s', async (reason, event) => {
    await room.endings.end(await elsewhere(), reason);
    expect(await counted()).toEqual({ created: 1, [event]: 1 });
  });

  it('is a failure while the store is away, and can be repeated', async () => {
    const { id } = await room.enter();
    vi.spyOn(room.store, 'remove').mockRejectedValueOnce(new Error('away'));
    await expect(room.endings.end(id, 'logout')).rejects.toThrow('away');
    expect(room.provider.revoked).toEqual([]);
    expect(await room.endings.end(id, 'logout')).toBe(true);
  });
});

describe('the reason of an end', () => {
  it('is known before the session is gone', async () => {
    const { id } = await room.enter();
    const told: unknown[] = [];
    room.cache.follow(id, () => void room.endings.reasonOf(id).then((reason) => told.push(reason)));
    await room.endings.end(id, 'provider');
    await vi.waitFor(() => expect(told).toEqual(['provider']));
  });

  it('is kept for as long as a session may live', async () => {
    const id = await elsewhere();
    await room.endings.end(id, 'logout');
    later(43_200_000 - 1);
    expect(await room.endings.reasonOf(id)).toBe('logout');
    later(1);
    expect(await room.endings.reasonOf(id)).toBeUndefined();
  });

  it('of one session is not that of another', async () => {
    await room.endings.end(await elsewhere(), 'logout');
    expect(await room.endings.reasonOf(await elsewhere())).toBeUndefined();
  });

  it('that cannot be kept does not keep the session from ending', async () => {
    const id = await elsewhere();
    vi.spyOn(room.store, 'putRecord').mockRejectedValueOnce(new Error('away'));
    expect(await room.endings.end(id, 'logout')).toBe(true);
  });
});

describe('a session that has reached a limit', () => {
  it('is dropped, and counted with the others that the store clears away', async () => {
    const { id } = await room.enter();
    later(3_600_000);
    room.endings.expire(id);
    expect(room.cache.get(id)).toBeUndefined();
    await vi.waitFor(async () => expect(await counted()).toMatchObject({ expired: 1 }));
  });

  it('is not looked for when it is not in memory', async () => {
    const sweep = vi.spyOn(room.census, 'sweep');
    room.endings.expire(await elsewhere());
    expect(sweep).not.toHaveBeenCalled();
  });
});

describe('S16: the sessions of a person', () => {
  it('are listed, the newest first, and nobody else’s', async () => {
    const first = await elsewhere();
    later(1_000);
    const second = await elsewhere();
    await elsewhere('ben');
    expect((await room.endings.listOwn('ann')).map(({ id }) => id)).toEqual([second, first]);
  });

  it('can be ended one by one, with the reason revoked', async () => {
    const [first, second] = [await elsewhere(), await elsewhere()];
    expect(await room.endings.endOwn('ann', first)).toBe(true);
    expect([await isStored(first), await isStored(second)]).toEqual([false, true]);
    expect(await room.endings.reasonOf(first)).toBe('revoked');
    expect(await room.endings.endOwn('ann', first)).toBe(false);
  });

  it('cannot be ended by somebody else', async () => {
    const id = await elsewhere();
    await elsewhere('ben');
    expect(await room.endings.endOwn('ben', id)).toBe(false);
    expect(await isStored(id)).toBe(true);
  });

  it('can be ended all at once', async () => {
    const own = [await elsewhere(), await elsewhere()];
    const other = await elsewhere('ben');
    await room.endings.endAllOwn('ann');
    expect(await Promise.all([...own, other].map(isStored))).toEqual([false, false, true]);
    expect(await room.endings.reasonOf(own[0] ?? '')).toBe('revoked');
  });
});

/** Two sessions of one person and one of another, of three sessions of the provider. */
const sessions = async (): Promise<string[]> => [
  await elsewhere('ann', { sid: 'one' }),
  await elsewhere('ann', { sid: 'two' }),
  await elsewhere('ben', { sid: 'three' }),
];

describe('S13: a logout at the provider', () => {
  it('of one of its sessions ends what came of that one', async () => {
    const [one = '', ...others] = await sessions();
    await room.endings.endByProvider({ sid: 'one', sub: 'ann' });
    expect(await Promise.all([one, ...others].map(isStored))).toEqual([false, true, true]);
    expect(await room.endings.reasonOf(one)).toBe('provider');
  });

  it('of a person ends all of that person’s', async () => {
    const ids = await sessions();
    await room.endings.endByProvider({ sid: undefined, sub: 'ann' });
    expect(await Promise.all(ids.map(isStored))).toEqual([false, false, true]);
    expect(await room.endings.reasonOf(ids[0] ?? '')).toBe('provider');
  });

  it('beats a sign-in of that session that is still under way, and no other', async () => {
    await room.endings.endByProvider({ sid: 'one', sub: undefined });
    await expect(room.signIn('ann', { sid: 'one' })).rejects.toThrow('became no session');
    await expect(room.signIn('ann', { sid: 'two' })).resolves.toBeDefined();
  });

  it('beats a sign-in of that person that is still under way, and no other', async () => {
    await room.endings.endByProvider({ sid: undefined, sub: 'ann' });
    await expect(room.signIn('ann', { sid: 'one' })).rejects.toThrow('became no session');
    await expect(room.signIn('ben', { sid: 'two' })).resolves.toBeDefined();
  });

  it('that a frame names ends its sessions, and beats no sign-in, for anybody can send it', async () => {
    const [one = '', ...others] = await sessions();
    await room.endings.endByFrame('one');
    expect(await Promise.all([one, ...others].map(isStored))).toEqual([false, true, true]);
    expect(await room.endings.reasonOf(one)).toBe('provider');
    await expect(room.signIn('ann', { sid: 'one' })).resolves.toBeDefined();
  });
});

describe('a session whose limit has passed by a clock that is wrong', () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ['its owner ends it', (id) => room.endings.endOwn('ann', id)],
    ['its owner ends all', () => room.endings.endAllOwn('ann')],
    ['the provider ends its session', () => room.endings.endByProvider({ sid: 'one', sub: undefined })],
    ['the provider logs the person out', () => room.endings.endByProvider({ sid: undefined, sub: 'ann' })],
    ['a frame names it', () => room.endings.endByFrame('one')],
  ])('does not come back with the right time after %s', async (_what, end) => {
    const id = await elsewhere('ann', { sid: 'one' });
    const now = Date.now();
    later(3_600_000);
    expect(await room.endings.listOwn('ann')).toEqual([]);
    await end(id);
    vi.setSystemTime(now);
    expect(await isStored(id)).toBe(false);
  });
});
