import { describe, expect, it } from 'vitest';
import { FairTurns } from './fair.turns.js';

/** Starts all checks at once, completes the running ones in order, and lists the person of each turn. */
async function turnsOf(people: readonly string[], turns: FairTurns): Promise<string[]> {
  const had: string[] = [];
  const running: string[] = [];
  const all = people.map(async (person) => {
    await turns.enter(person);
    had.push(person);
    running.push(person);
  });
  for (let ended = 0; ended < people.length; ended++) {
    await new Promise(setImmediate);
    turns.leave(running.shift() ?? '');
  }
  await Promise.all(all);
  return had;
}

describe('H3: fair turns', () => {
  it('rotate between people, however many documents each has queued', async () => {
    const people = ['ann', 'ann', 'ann', 'ann', 'ann', 'ben', 'ben', 'cem'];
    expect(await turnsOf(people, new FairTurns(1, 10, 10))).toEqual([
      'ann',
      'ben',
      'cem',
      'ann',
      'ben',
      'ann',
      'ann',
      'ann',
    ]);
  });

  it('prefer people without a running check', async () => {
    expect(await turnsOf(['ann', 'ann', 'ann', 'ann', 'ben'], new FairTurns(2, 10, 10))).toEqual([
      'ann',
      'ann',
      'ben',
      'ann',
      'ann',
    ]);
  });

  it('are denied only to people who have used their share', async () => {
    const turns = new FairTurns(1, 2, 100);
    void turns.enter('ann');
    void turns.enter('ann');
    expect(turns.mayEnter('ann')).toBe(false);
    for (let n = 0; n < 50; n++) {
      expect(turns.mayEnter(`person ${n}`)).toBe(true);
      void turns.enter(`person ${n}`);
    }
    turns.leave('ann');
    expect(turns.mayEnter('ann')).toBe(true);
  });

  it('are bounded in total, because waiting documents occupy the disk', () => {
    const turns = new FairTurns(1, 2, 3);
    for (const person of ['a', 'b', 'c', 'd']) void turns.enter(person);
    expect(turns.mayEnter('e')).toBe(false);
  });
});
