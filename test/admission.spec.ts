import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admission, type Sign } from '../src/platform/admission.js';

const caller = { token: 't', renew: () => Promise.resolve(undefined) };

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
    [256, 'too_many_calls', (_i: number) => caller],
    [1_024, 'platform_busy', (_i: number) => ({ ...caller })],
  ])('P8: lets %i calls be under way and refuses the next with %s', (limit, code, callerOf) => {
    const admission = new Admission();
    const entered = Array.from({ length: limit }, (_, i) => callerOf(i));
    for (const one of entered) admission.enter(one);
    expect(() => admission.enter(callerOf(limit))).toThrow(expect.objectContaining({ code }));
    admission.leave(entered[0] ?? caller, 'up');
    expect(() => admission.enter(callerOf(limit))).not.toThrow();
  });

  it('has a budget for retries that calls fill up again', () => {
    const admission = new Admission();
    const granted = Array.from({ length: 20 }, () => admission.mayRetry()).filter(Boolean);
    expect(granted).toHaveLength(10);
    calls(admission, 25, 'up');
    expect([admission.mayRetry(), admission.mayRetry(), admission.mayRetry()]).toEqual([true, true, false]);
  });
});
