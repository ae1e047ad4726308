import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admission } from './admission.js';
import type { Sign } from './call.statistics.js';

const caller = { subject: 'ann', token: 't', freshToken: () => 't', renew: () => Promise.resolve(undefined) };

/** Calls one after another; what the last one was refused with. */
function calls(admission: Admission, count: number, sign: Sign): string | undefined {
  let code: string | undefined;
  for (let i = 0; i < count; i++) {
    try {
      admission.enter(caller);
      admission.leave(caller, sign);
      code = undefined;
    } catch (error) {
      ({ code } = error as { code: string });
    }
  }
  return code;
}

describe('P14: who may call the platform now', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('pauses a platform that fails, and tries again with one call after a while', () => {
    const admission = new Admission();
    expect(calls(admission, 49, 'down')).toBeUndefined();
    expect(calls(admission, 10, 'down')).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 1, 'down')).toBeUndefined();
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 20, 'up')).toBeUndefined();
  });

  it('learns nothing from a caller that leaves: a pause goes on until the platform has answered', () => {
    const admission = new Admission();
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 1, 'none')).toBeUndefined();
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
    expect(admission.breaker).toBe('half_open');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 2, 'up')).toBeUndefined();
  });

  it('does not prolong a pause for calls that were under way before it', () => {
    const admission = new Admission();
    admission.enter(caller);
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(4_000);
    admission.leave(caller, 'down');
    vi.advanceTimersByTime(1_000);
    expect(calls(admission, 2, 'up')).toBeUndefined();
  });

  it('does not pause it for failures that are few, or few among many', () => {
    const admission = new Admission();
    calls(admission, 60, 'up');
    expect(calls(admission, 40, 'down')).toBeUndefined();
  });

  it.each([
    [256, 'too_many_calls', (_i: number) => ({ ...caller })],
    [1_024, 'platform_busy', (i: number) => ({ ...caller, subject: `person ${i}` })],
  ])('P8: lets %i calls be under way and refuses the next with %s', (limit, code, callerOf) => {
    const admission = new Admission();
    const entered = Array.from({ length: limit }, (_, i) => callerOf(i));
    for (const one of entered) admission.enter(one);
    expect(() => admission.enter(callerOf(limit))).toThrow(expect.objectContaining({ code }));
    admission.leave(entered[0] ?? caller, 'up');
    expect(() => admission.enter(callerOf(limit))).not.toThrow();
  });

  it('H3: counts the calls of a person, whatever the sessions they come from', () => {
    const admission = new Admission();
    const sessions = Array.from({ length: 4 }, () => ({ ...caller }));
    const enter = (one: typeof caller): string | undefined => {
      try {
        admission.enter(one);
        return undefined;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const codes = sessions.flatMap((session) => Array.from({ length: 256 }, () => enter(session)));
    expect(codes.filter((code) => code === undefined)).toHaveLength(256);
    expect(enter({ ...caller, subject: 'bob' })).toBeUndefined();
  });

  it.each([-2 * 3_600_000, -300_000, 300_000, 2 * 3_600_000])(
    'O9: pauses for 5 s when the wall clock moves by %i ms',
    (moved) => {
      const admission = new Admission();
      calls(admission, 50, 'down');
      vi.setSystemTime(Date.now() + moved);
      vi.advanceTimersByTime(4_999);
      expect(calls(admission, 1, 'up')).toBe('platform_paused');
      vi.advanceTimersByTime(1);
      expect(calls(admission, 2, 'up')).toBeUndefined();
    },
  );

  it('O9: counts the failures of ten seconds when the wall clock moves', () => {
    const admission = new Admission();
    calls(admission, 49, 'down');
    vi.setSystemTime(Date.now() - 300_000);
    vi.advanceTimersByTime(11_000);
    expect(calls(admission, 49, 'down')).toBeUndefined();
    expect(admission.breaker).toBe('closed');
  });

  it('has a budget for retries that calls fill up again', () => {
    const admission = new Admission();
    const granted = Array.from({ length: 20 }, () => admission.mayRetry()).filter(Boolean);
    expect(granted).toHaveLength(10);
    calls(admission, 25, 'up');
    expect([admission.mayRetry(), admission.mayRetry(), admission.mayRetry()]).toEqual([true, true, false]);
  });
});
