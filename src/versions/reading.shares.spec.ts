import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ReadingShares } from './reading.shares.js';

const never = new AbortController().signal;

/** Starts work that runs until it is released. */
function start(shares: ReadingShares, subject: string, running: Set<string>, signal = never) {
  const controller = new AbortController();
  const name = `${subject}${Math.random()}`;
  const done = shares.run(subject, signal, async () => {
    running.add(name);
    await new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
    running.delete(name);
  });
  done.catch(() => undefined);
  return { done, end: () => controller.abort() };
}

const of = (running: Set<string>, subject: string): number =>
  [...running].filter((name) => name.startsWith(subject)).length;

describe('H3: the concurrency limits of version reads', () => {
  it('allow two at a time for a person, and three in total', async () => {
    const shares = new ReadingShares();
    const running = new Set<string>();
    const first = [start(shares, 'a', running), start(shares, 'a', running), start(shares, 'a', running)];
    start(shares, 'b', running);
    start(shares, 'c', running);
    await turn();
    expect([of(running, 'a'), of(running, 'b'), of(running, 'c')]).toEqual([2, 1, 0]);
    first[0]?.end();
    await turn();
    // The longest waiting one: the third of a, who has only one running now.
    expect([of(running, 'a'), of(running, 'b'), of(running, 'c')]).toEqual([2, 1, 0]);
    first[1]?.end();
    await turn();
    expect([of(running, 'a'), of(running, 'b'), of(running, 'c')]).toEqual([1, 1, 1]);
  });

  it('allow eight waiting reads per person, and reject the ninth without affecting others', async () => {
    const shares = new ReadingShares();
    const running = new Set<string>();
    for (let i = 0; i < 8; i++) start(shares, 'a', running);
    await expect(start(shares, 'a', running).done).rejects.toMatchObject({ status: 429, code: 'too_many_calls' });
    start(shares, 'b', running);
    await turn();
    expect(of(running, 'b')).toBe(1);
  });

  it('drop reads whose caller stopped waiting, and release the slot of failed work', async () => {
    const shares = new ReadingShares();
    const running = new Set<string>();
    const first = start(shares, 'a', running);
    start(shares, 'a', running);
    const controller = new AbortController();
    const impatient = start(shares, 'a', running, controller.signal);
    controller.abort(new Error('gone'));
    await expect(impatient.done).rejects.toThrow('gone');
    await expect(shares.run('b', never, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await shares.run('b', never, () => Promise.resolve());
    first.end();
    await first.done;
    await shares.run('a', never, () => Promise.resolve());
  });
});
