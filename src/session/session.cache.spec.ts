import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveSession } from './live-session.js';
import { SessionCache } from './session.cache.js';

type Follower = Parameters<SessionCache['follow']>[1];

/** A cookie whose claimed id is its first 24 characters. */
const cookieOf = (id: string): string => `${id}-and-the-secret-and-the-signature`;
const ID = 'a-session-id-of-24-chars';
const OTHER = 'another-id-of-24-letters';

/** As much of a session as the cache looks at. */
function sessionOf(id = ID): LiveSession {
  return { id, cookies: new Set<string>(), seenEpoch: -1, ended: false } as Partial<LiveSession> as LiveSession;
}

let cache: SessionCache;
beforeEach(() => {
  cache = new SessionCache();
});

/** Adds a session as after a read of the store. */
function vouched(id = ID): LiveSession {
  const session = cache.add(sessionOf(id));
  cache.vouch(session, cookieOf(id), cache.now());
  return session;
}

describe('a cookie', () => {
  it('is known once the store has confirmed its session', () => {
    const session = cache.add(sessionOf());
    expect(cache.known(cookieOf(ID))).toBeUndefined();
    cache.vouch(session, cookieOf(ID), cache.now());
    expect(cache.known(cookieOf(ID))).toBe(session);
  });

  it('of another spelling is not known, although it claims the same id', () => {
    vouched();
    expect(cache.known(`${cookieOf(ID)}!`)).toBeUndefined();
  });

  it('of a session that is not in memory is not known', () => {
    expect(cache.known(cookieOf(ID))).toBeUndefined();
    expect(cache.get(ID)).toBeUndefined();
  });
});

describe('a change in another process', () => {
  it('of one session makes only that one unknown until it is read again', () => {
    // Marks of sessions that were read before must not be taken for those of a later count.
    cache.forget();
    const session = vouched();
    const other = vouched(OTHER);
    cache.forget(ID);
    expect(cache.known(cookieOf(ID))).toBeUndefined();
    expect(cache.known(cookieOf(OTHER))).toBe(other);
    cache.vouch(session, cookieOf(ID), cache.now());
    expect(cache.known(cookieOf(ID))).toBe(session);
  });

  it('of an unnamed session makes all of them unknown', () => {
    vouched();
    vouched(OTHER);
    cache.forget();
    expect([cache.known(cookieOf(ID)), cache.known(cookieOf(OTHER))]).toEqual([undefined, undefined]);
  });

  it.each([
    ['of this session', ID],
    ['of any session', undefined],
    ['of another session', OTHER],
  ])('%s during a read makes the next request read again', (_which, id) => {
    const session = cache.add(sessionOf());
    const moment = cache.now();
    cache.forget(id);
    cache.vouch(session, cookieOf(ID), moment);
    expect(cache.known(cookieOf(ID))).toBeUndefined();
  });
});

describe('memory', () => {
  it('holds one object per session, the first one', () => {
    const first = sessionOf();
    expect(cache.add(first)).toBe(first);
    expect(cache.add(sessionOf())).toBe(first);
    expect(cache.get(ID)).toBe(first);
  });

  it('drops a session that ends, and tells the requests that still hold it', () => {
    const session = vouched();
    expect(cache.end(ID)).toBe(true);
    expect(session.ended).toBe(true);
    expect(cache.get(ID)).toBeUndefined();
    expect(cache.end(ID)).toBe(false);
  });
});

describe('a follower', () => {
  it('is told for certain when its session changes or ends', () => {
    const follower = vi.fn<Follower>();
    const other = vi.fn<Follower>();
    cache.follow(ID, follower);
    cache.follow(OTHER, other);
    cache.forget(ID);
    cache.end(ID);
    expect(follower.mock.calls).toEqual([[true], [true]]);
    expect(other).not.toHaveBeenCalled();
  });

  it('is told that its session may have changed when any may have', () => {
    const follower = vi.fn<Follower>();
    cache.follow(ID, follower);
    cache.follow(OTHER, follower);
    cache.forget();
    expect(follower.mock.calls).toEqual([[false], [false]]);
  });

  it('that stops is told nothing more, and the others of its session still are', () => {
    const [stopping, staying, late] = [vi.fn<Follower>(), vi.fn<Follower>(), vi.fn<Follower>()];
    const stop = cache.follow(ID, stopping);
    const stopStaying = cache.follow(ID, staying);
    stop();
    cache.end(ID);
    expect([stopping.mock.calls, staying.mock.calls]).toEqual([[], [[true]]]);
    stopStaying();
    cache.follow(ID, late);
    // A second call comes after somebody else has begun to follow.
    stop();
    stopStaying();
    cache.end(ID);
    expect(late.mock.calls).toEqual([[true]]);
  });

  it('leaves nothing behind', () => {
    cache.follow(ID, vi.fn())();
    const { followers } = cache as unknown as { followers: Map<string, unknown> };
    expect(followers.size).toBe(0);
  });
});
