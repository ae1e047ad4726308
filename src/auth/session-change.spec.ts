import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionCache } from '../session/session.cache.js';
import { SessionChange } from './session-change.js';

let cache: SessionCache;
let change: SessionChange;
let end: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  cache = new SessionCache();
  change = new SessionChange(cache, 'id');
  end = new AbortController();
});
afterEach(() => {
  change.close();
  vi.useRealTimers();
});

/** Waits for the next change; `over` says whether it has come. */
function next(milliseconds = 60_000): { over: boolean } {
  const state = { over: false };
  void change.next(milliseconds, end.signal).then(() => (state.over = true));
  return state;
}
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

it('a change of the session is told at once', async () => {
  const waiting = next();
  await pass(10_000);
  expect(waiting.over).toBe(false);
  cache.forget('id');
  await pass(0);
  expect(waiting.over).toBe(true);
});

it('a change of another session is not told', async () => {
  const waiting = next();
  cache.forget('another');
  await pass(59_999);
  expect(waiting.over).toBe(false);
});

it('without a change the wait is over in time', async () => {
  const waiting = next(1_000);
  await pass(999);
  expect(waiting.over).toBe(false);
  await pass(1);
  expect(waiting.over).toBe(true);
});

it('a change of any session is told after a pause of 300 milliseconds: every write announces one', async () => {
  const waiting = next();
  await pass(100);
  cache.forget();
  await pass(199);
  cache.forget();
  expect(waiting.over).toBe(false);
  await pass(1);
  expect(waiting.over).toBe(true);
});

it('a pause never exceeds the wait itself', async () => {
  const waiting = next(200);
  cache.forget();
  await pass(199);
  expect(waiting.over).toBe(false);
  await pass(1);
  expect(waiting.over).toBe(true);
});

it('a certain change during that pause is told at once', async () => {
  const waiting = next();
  cache.forget();
  await pass(100);
  cache.end('id');
  await pass(0);
  expect(waiting.over).toBe(true);
});

it('a change between two waits is not missed, and told once', async () => {
  cache.forget('id');
  const first = next();
  await pass(0);
  expect(first.over).toBe(true);
  const second = next();
  await pass(10_000);
  expect(second.over).toBe(false);
});

it('a possible change is told once as well', async () => {
  cache.forget();
  const first = next();
  await pass(300);
  expect(first.over).toBe(true);
  const second = next();
  await pass(10_000);
  expect(second.over).toBe(false);
});

it('a stream that ends waits no longer', async () => {
  const waiting = next();
  end.abort();
  await pass(0);
  expect(waiting.over).toBe(true);
  const late = next();
  await pass(0);
  expect(late.over).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('a wait leaves no listener at the signal', async () => {
  const remove = vi.spyOn(end.signal, 'removeEventListener');
  next(1_000);
  await pass(1_000);
  expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
});

it('nothing is told any more after the end', async () => {
  change.close();
  const waiting = next();
  cache.forget('id');
  await pass(10_000);
  expect(waiting.over).toBe(false);
});
