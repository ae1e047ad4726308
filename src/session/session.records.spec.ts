import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { SessionRoom } from '../../test/support/unit/session.room.js';
import { encrypt } from '../crypto/keyring.js';
import type { LiveSession } from './live-session.js';
import type { SessionRecord } from './session.record.js';
import { sealRecord } from './session.record.js';

let room: SessionRoom;
let session: LiveSession;
let next: SessionRecord;

beforeEach(async () => {
  useFakeClock();
  room = new SessionRoom();
  session = await room.enter();
  next = { ...session.record, idToken: 'next' };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.store.close();
  useRealClock();
});

/** What another replica writes. */
async function writeElsewhere(): Promise<void> {
  const sealed = sealRecord(session.key, session.facts, { ...session.record, idToken: 'of another replica' });
  await room.store.replace(session.id, session.version, sealed);
}

describe('reading a session again', () => {
  it('takes over what another replica has written', async () => {
    await writeElsewhere();
    await room.records.reread(session);
    expect(session).toMatchObject({ version: 2, token: 'of another replica', ended: false });
  });

  it('ends one that is not stored any more', async () => {
    await room.store.remove(session.id);
    await room.records.reread(session);
    expect(session.ended).toBe(true);
  });

  it('ends one whose record its key does not open', async () => {
    await room.store.replace(session.id, 1, Buffer.from('of somebody else'));
    await room.records.reread(session);
    expect(session.ended).toBe(true);
  });

  it('opens a record of an older version, which is bound to nothing, for as long as a session may live', () => {
    const { key, facts, record } = session;
    const sealed = encrypt(key, Buffer.from(JSON.stringify({ ...record, boundTo: undefined })), facts.id);
    const stored = { ...facts, version: 1, idleExpiresAt: 0, sealed };
    vi.setSystemTime(Date.now() + 43_200_000 - 1);
    expect(room.records.open(key, stored)).toMatchObject({ subject: 'ann', idToken: record.idToken });
    vi.advanceTimersByTime(1);
    expect(room.records.open(key, stored)).toBeUndefined();
  });
});

describe('writing a session', () => {
  it('stores the next record and takes it over', async () => {
    expect(await room.records.write(session, next)).toBe(true);
    expect(session).toMatchObject({ version: 2, token: 'next' });
    const stored = await room.store.read(session.id);
    expect(stored?.version).toBe(2);
    expect(stored && room.records.open(session.key, stored)).toMatchObject({ idToken: 'next' });
  });

  it('does nothing when another replica was first', async () => {
    await writeElsewhere();
    expect(await room.records.write(session, next)).toBe(false);
    expect(session).toMatchObject({ version: 1, token: session.record.idToken });
  });
});

describe('writing while the store is away', () => {
  it('is tried again ten times a second until it succeeds', async () => {
    const replace = vi.spyOn(room.store, 'replace');
    for (let time = 0; time < 3; time++) replace.mockRejectedValueOnce(new Error('away'));
    const writing = room.records.keepWriting(session, next, () => true);
    await vi.advanceTimersByTimeAsync(299);
    expect(replace).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(1);
    await writing;
    expect(session).toMatchObject({ version: 2, token: 'next' });
    expect(replace).toHaveBeenCalledTimes(4);
  });

  it('ends when the session has ended', async () => {
    await room.store.remove(session.id);
    await room.records.keepWriting(session, next, () => true);
    expect(session.ended).toBe(true);
  });

  it('ends when another replica has written', async () => {
    await writeElsewhere();
    await room.records.keepWriting(session, next, () => true);
    expect(session).toMatchObject({ version: 2, token: 'of another replica' });
  });

  it('ends when nobody wants it any more', async () => {
    vi.spyOn(room.store, 'replace').mockRejectedValue(new Error('away'));
    let isWanted = true;
    const writing = room.records.keepWriting(session, next, () => isWanted);
    await vi.advanceTimersByTimeAsync(100);
    isWanted = false;
    await vi.advanceTimersByTimeAsync(100);
    await writing;
    expect(session.version).toBe(1);
  });
});

it('the clock of sessions is the one of the store', () => {
  vi.spyOn(room.store, 'now').mockReturnValue(123);
  expect(room.records.now()).toBe(123);
});
