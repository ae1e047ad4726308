import { describe, expect, it } from 'vitest';
import { WorkSlices } from './work.slices.js';

/** Work that blocks at every step and records when each slice ran. */
function* busy(name: string, steps: number, log: string[]): Generator<void, string> {
  for (let i = 0; i < steps; i++) {
    log.push(name);
    for (const end = performance.now() + 1; performance.now() < end;);
    yield;
  }
  return name;
}

function* faulty(): Generator<void, void> {
  yield;
  throw new Error('faulty');
}

describe('work in slices', () => {
  it('returns the result of the work, and yields to the event loop in between', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    expect(await new WorkSlices().run(busy('a', 40, []))).toBe('a');
    clearImmediate(immediate);
    // 40 ms of work in slices of 4 ms, each of which may take longer on a busy machine.
    expect(turns).toBeGreaterThan(1);
  });

  it('runs one slice per event-loop turn, however many computations there are', async () => {
    const slices = new WorkSlices();
    const log: string[] = [];
    const turn = (): void => {
      log.push('|');
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    await Promise.all(['a', 'b', 'c'].map((name) => slices.run(busy(name, 10, log))));
    clearImmediate(immediate);
    const perTurn = log.join('').split('|');
    for (const turnOfLoop of perTurn) expect(new Set(turnOfLoop).size).toBeLessThanOrEqual(1);
    expect(perTurn.filter((turnOfLoop) => turnOfLoop !== '').length).toBeGreaterThanOrEqual(3);
  });

  it('rejects with the reason of an abort signal', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const work = new WorkSlices().run(busy('a', 1_000, log), controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(work).rejects.toThrow('enough');
    expect(log.length).toBeLessThan(1_000);
  });

  it('rejects with the error of the work', async () => {
    await expect(new WorkSlices().run(faulty())).rejects.toThrow('faulty');
  });
});
