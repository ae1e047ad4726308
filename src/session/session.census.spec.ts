import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { countsOf } from '../../test/support/unit/counters.js';
import { newSession } from '../../test/support/stored-session.js';
import { Metrics } from '../observability/metrics.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { SessionCensus } from './session.census.js';

let store: SqliteStore;
let metrics: Metrics;
let census: SessionCensus;

beforeEach(() => {
  vi.useFakeTimers();
  store = new SqliteStore(':memory:');
  metrics = new Metrics();
  census = new SessionCensus(store, metrics);
});
afterEach(async () => {
  census.onApplicationShutdown();
  vi.restoreAllMocks();
  await store.close();
  vi.useRealTimers();
});

const alive = async (): Promise<unknown> =>
  (await metrics.registry.getSingleMetric('gateway_sessions_alive')?.get())?.values;
const expired = async (): Promise<number | undefined> => (await countsOf(metrics, 'gateway_sessions_total'))['expired'];

it('O2: the sessions that are alive are counted', async () => {
  await store.create(newSession());
  await store.create(newSession({ expiresAt: Date.now() }));
  expect(await alive()).toEqual([{ labels: {}, value: 1 }]);
});

it('every replica counts the same sessions, so that their highest number is the total', async () => {
  expect(await metrics.registry.getSingleMetric('gateway_sessions_alive')?.get()).toMatchObject({ aggregator: 'max' });
});

it('O2: there is no number while the store is away, neither 0 nor the last one', async () => {
  const count = vi.spyOn(store, 'countAlive').mockRejectedValueOnce(new Error('away'));
  expect(await alive()).toEqual([]);
  await store.create(newSession());
  expect(await alive()).toEqual([{ labels: {}, value: 1 }]);
  count.mockRejectedValueOnce(new Error('away'));
  expect(await alive()).toEqual([]);
});

it('sessions that reached a limit are counted within a minute, once', async () => {
  census.onApplicationBootstrap();
  await store.create(newSession({ expiresAt: Date.now() + 30_000 }));
  await vi.advanceTimersByTimeAsync(59_999);
  expect(await expired()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await expired()).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await expired()).toBe(1);
});

it('sessions that could not be cleared away are counted later', async () => {
  census.onApplicationBootstrap();
  await store.create(newSession({ expiresAt: Date.now() + 30_000 }));
  vi.spyOn(store, 'removeExpired').mockRejectedValueOnce(new Error('away'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await expired()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await expired()).toBe(1);
});

it('nothing is counted any more after the shutdown', async () => {
  const remove = vi.spyOn(store, 'removeExpired');
  census.onApplicationBootstrap();
  census.onApplicationShutdown();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(remove).not.toHaveBeenCalled();
});
