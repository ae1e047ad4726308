import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SqliteStore } from '../store/sqlite.store.js';
import { ProviderLogouts } from './provider-logouts.js';

let store: SqliteStore;
let logouts: ProviderLogouts;

beforeEach(() => {
  vi.useFakeTimers();
  store = new SqliteStore(':memory:');
  logouts = new ProviderLogouts(store);
});
afterEach(async () => {
  await store.close();
  vi.useRealTimers();
});

const signInOf = (startedAt: number, providerSession: string | null = 'their session') => ({
  owner: 'ann',
  providerSession,
  startedAt,
});

it('S13: a sign-in is beaten by the logout of the provider session that it comes from, whenever it began', async () => {
  await logouts.note('their session');
  vi.advanceTimersByTime(1_000);
  expect(await logouts.beat(signInOf(Date.now()))).toBe(true);
  expect(await logouts.beat(signInOf(Date.now(), 'another session'))).toBe(false);
  expect(await logouts.beat(signInOf(Date.now(), null))).toBe(false);
});

it('S13: a sign-in is beaten by a logout of the person that came after it began', async () => {
  const before = Date.now();
  vi.advanceTimersByTime(1_000);
  await logouts.note('ann');
  vi.advanceTimersByTime(1_000);
  expect(await logouts.beat(signInOf(before))).toBe(true);
  expect(await logouts.beat(signInOf(before, null))).toBe(true);
  expect(await logouts.beat(signInOf(before + 1_000))).toBe(true);
  expect(await logouts.beat(signInOf(before + 1_001))).toBe(false);
});

it('S13: the clock of the store decides, not that of a replica', async () => {
  vi.spyOn(store, 'now').mockReturnValue(Date.now());
  const before = store.now();
  await logouts.note('ann');
  vi.setSystemTime(before - 2 * 3_600_000);
  expect(await logouts.beat(signInOf(before))).toBe(true);
  expect(await logouts.beat(signInOf(before + 1))).toBe(false);
});

it('S13: a sign-in that began after the logout is not beaten where a replica was paused before it got the answer', async () => {
  await logouts.note('ann');
  vi.advanceTimersByTime(1);
  const startedAt = Date.now();
  const ask = store.rememberedUntil.bind(store);
  vi.spyOn(store, 'rememberedUntil').mockImplementation(async (name) => {
    const until = await ask(name);
    vi.advanceTimersByTime(20_000);
    return until;
  });
  expect(await logouts.beat(signInOf(startedAt))).toBe(false);
});

it('a sign-in without a logout is not beaten, however long ago it began', async () => {
  expect(await logouts.beat(signInOf(0))).toBe(false);
  expect(await logouts.beat(signInOf(Date.now()))).toBe(false);
});

it('a logout is remembered for as long as a sign-in may take', async () => {
  await logouts.note('their session');
  vi.advanceTimersByTime(15 * 60_000 - 1);
  expect(await logouts.beat(signInOf(Date.now()))).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await logouts.beat(signInOf(Date.now()))).toBe(false);
});
