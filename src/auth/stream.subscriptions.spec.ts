import { expect, it } from 'vitest';
import { StreamSubscriptions } from './stream.subscriptions.js';

const BUSY = expect.objectContaining({ status: 429, code: 'too_many_watchers', extras: { retryAfterSeconds: 5 } });

it('a person may follow sixteen streams of a kind', () => {
  const streams = new StreamSubscriptions();
  const open = Array.from({ length: 16 }, () => streams.enter('session', 'ann'));
  expect(() => streams.enter('session', 'ann')).toThrow(BUSY);
  expect(() => streams.enter('session', 'ben')).not.toThrow();
  expect(() => streams.enter('import', 'ann')).not.toThrow();
  open[0]?.leave();
  // The second time does not give a second place.
  open[0]?.leave();
  expect(() => streams.enter('session', 'ann')).not.toThrow();
  expect(() => streams.enter('session', 'ann')).toThrow(BUSY);
});

it('a stream that is left is over, and the others are not', () => {
  const streams = new StreamSubscriptions();
  const [one, two] = [streams.enter('session', 'ann'), streams.enter('session', 'ann')];
  one.leave();
  expect([one.signal.aborted, two.signal.aborted]).toEqual([true, false]);
});

it('all streams end with the process', () => {
  const streams = new StreamSubscriptions();
  const { signal } = streams.enter('import', 'ann');
  streams.onModuleDestroy();
  expect(signal.aborted).toBe(true);
});

it('nobody is remembered who follows nothing', () => {
  const streams = new StreamSubscriptions();
  const [one, two] = [streams.enter('session', 'ann'), streams.enter('session', 'ann')];
  const { counts } = streams as unknown as { counts: Map<string, number> };
  one.leave();
  expect([...counts.values()]).toEqual([1]);
  two.leave();
  expect(counts.size).toBe(0);
});
