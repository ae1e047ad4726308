import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admission } from './admission.js';
import type { Sign } from './call.statistics.js';

const caller = { subject: 'ann', token: 't', freshToken: () => 't', renew: () => Promise.resolve(undefined) };

/** Sends calls one after another; returns the error code of the last one. */
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

describe('P14: the admission of platform calls', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('pauses calls to a failing platform, and later retries with a single call', () => {
    const admission = new Admission();
    expect(calls(admission, 49, 'down')).toBeUndefined();
    expect(calls(admission, 10, 'down')).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 1, 'down')).toBeUndefined();
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 20, 'up')).toBeUndefined();
  });

  it('ignores disconnected callers: a pause lasts until the platform has answered', () => {
    const admission = new Admission();
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 1, 'none')).toBeUndefined();
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
    expect(admission.breaker).toBe('half_open');
    vi.advanceTimersByTime(5_000);
    expect(calls(admission, 2, 'up')).toBeUndefined();
  });

  it('does not extend a pause for calls that were in progress before it', () => {
    const admission = new Admission();
    admission.enter(caller);
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(4_000);
    admission.leave(caller, 'down');
    vi.advanceTimersByTime(1_000);
    expect(calls(admission, 2, 'up')).toBeUndefined();
  });

  it('does not pause for few failures, or a low failure rate', () => {
    const admission = new Admission();
    calls(admission, 60, 'up');
    expect(calls(admission, 40, 'down')).toBeUndefined();
  });

  it.each([
    [256, 'too_many_calls', (_i: number) => ({ ...caller })],
    [1_024, 'platform_busy', (i: number) => ({ ...caller, subject: `person ${i}` })],
  ])('P8: allows %i concurrent calls and rejects the next with %s', (limit, code, callerOf) => {
    const admission = new Admission();
    const entered = Array.from({ length: limit }, (_, i) => callerOf(i));
    for (const one of entered) admission.enter(one);
    expect(() => admission.enter(callerOf(limit))).toThrow(expect.objectContaining({ code }));
    expect(() => admission.assertRoom(callerOf(limit).subject)).toThrow(expect.objectContaining({ code }));
    admission.leave(entered[0] ?? caller, 'up');
    expect(() => admission.assertRoom(callerOf(limit).subject)).not.toThrow();
    expect(() => admission.enter(callerOf(limit))).not.toThrow();
  });

  it('H3: counts the calls of a person across sessions', () => {
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

  it('counts calls that succeed between failures', () => {
    const admission = new Admission();
    for (let i = 0; i < 10; i++) {
      calls(admission, 4, 'down');
      calls(admission, 1, 'up');
    }
    expect(calls(admission, 1, 'down')).toBeUndefined();
    expect(admission.breaker).toBe('open');
  });

  it('pauses again when the call that tries fails, also long after the other failures', () => {
    const admission = new Admission();
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(3_600_000);
    expect(calls(admission, 1, 'down')).toBeUndefined();
    expect(admission.breaker).toBe('open');
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
  });

  it('is not ended by a call from before the pause that succeeds', () => {
    const admission = new Admission();
    admission.enter(caller);
    calls(admission, 50, 'down');
    admission.leave(caller, 'up');
    expect(calls(admission, 1, 'up')).toBe('platform_paused');
  });

  it('starts to count anew once the platform has answered', () => {
    const admission = new Admission();
    calls(admission, 50, 'down');
    vi.advanceTimersByTime(5_000);
    calls(admission, 1, 'up');
    expect(calls(admission, 48, 'down')).toBeUndefined();
    expect(admission.breaker).toBe('closed');
    calls(admission, 1, 'down');
    expect(admission.breaker).toBe('open');
  });

  it('grants no retry while calls are paused, or one is tried', () => {
    const admission = new Admission();
    calls(admission, 50, 'down');
    expect(admission.mayRetry()).toBe(false);
    vi.advanceTimersByTime(5_000);
    admission.enter(caller);
    expect([admission.breaker, admission.mayRetry()]).toEqual(['half_open', false]);
    admission.leave(caller, 'up');
    expect([admission.breaker, admission.mayRetry()]).toEqual(['closed', true]);
    expect(admission.retried).toBe(1);
  });

  it('has a retry budget that calls replenish', () => {
    const admission = new Admission();
    const granted = Array.from({ length: 20 }, () => admission.mayRetry()).filter(Boolean);
    expect(granted).toHaveLength(10);
    calls(admission, 25, 'up');
    expect([admission.mayRetry(), admission.mayRetry(), admission.mayRetry()]).toEqual([true, true, false]);
  });
});
