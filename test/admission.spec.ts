import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admission } from '../src/platform/admission.js';

const caller = { token: 't', renew: () => Promise.resolve(undefined) };

/** Calls one after another; what the last one was refused with. */
function calls(admission: Admission, count: number, isFailure: boolean): string | undefined {
  let code: string | undefined;
  for (let i = 0; i < count; i++) {
    try {
      admission.enter(caller);
      admission.leave(caller, isFailure);
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
    expect(calls(admission, 49, true)).toBeUndefined();
    expect(calls(admission, 10, true)).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 1, true)).toBeUndefined();
    expect(calls(admission, 1, false)).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 20, false)).toBeUndefined();
  });

  it('does not pause it for failures that are few, or few among many', () => {
    const admission = new Admission();
    calls(admission, 60, false);
    expect(calls(admission, 40, true)).toBeUndefined();
  });

  it.each([
    [256, 'too_many_calls', (_i: number) => caller],
    [1_024, 'platform_busy', (_i: number) => ({ ...caller })],
  ])('P8: lets %i calls be under way and refuses the next with %s', (limit, code, callerOf) => {
    const admission = new Admission();
    const entered = Array.from({ length: limit }, (_, i) => callerOf(i));
    for (const one of entered) admission.enter(one);
    expect(() => admission.enter(callerOf(limit))).toThrow(expect.objectContaining({ code }));
    admission.leave(entered[0] ?? caller, false);
    expect(() => admission.enter(callerOf(limit))).not.toThrow();
  });

  it('has a budget for retries that calls fill up again', () => {
    const admission = new Admission();
    const granted = Array.from({ length: 20 }, () => admission.mayRetry()).filter(Boolean);
    expect(granted).toHaveLength(10);
    calls(admission, 25, false);
    expect([admission.mayRetry(), admission.mayRetry(), admission.mayRetry()]).toEqual([true, true, false]);
  });
});
