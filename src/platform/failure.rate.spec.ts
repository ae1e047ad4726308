import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailureRate } from './failure.rate.js';

let rate: FailureRate;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(1_000_000);
  rate = new FailureRate();
});
afterEach(() => void vi.useRealTimers());

function add(calls: number, failures: number): void {
  for (let i = 0; i < calls; i++) rate.add(i < failures);
}

describe('the failure rate', () => {
  it('is too high when more than half of at least 50 calls failed', () => {
    expect(rate.isTooHigh).toBe(false);
    add(49, 49);
    expect(rate.isTooHigh).toBe(false);
    add(1, 0);
    expect(rate.isTooHigh).toBe(true);
  });

  it('is not too high when half of them failed', () => {
    add(100, 50);
    expect(rate.isTooHigh).toBe(false);
    add(1, 1);
    expect(rate.isTooHigh).toBe(true);
  });

  it('counts the calls of this second and the nine before it', () => {
    add(50, 50);
    vi.advanceTimersByTime(9_999);
    rate.add(true);
    expect(rate.isTooHigh).toBe(true);
    vi.advanceTimersByTime(1);
    rate.add(true);
    expect(rate.isTooHigh).toBe(false);
  });

  it('forgets one second after the other', () => {
    for (let second = 0; second < 10; second++) {
      add(10, second < 5 ? 10 : 0);
      vi.advanceTimersByTime(1_000);
    }
    rate.add(true);
    expect(rate.isTooHigh).toBe(false);
    add(49, 49);
    expect(rate.isTooHigh).toBe(true);
    vi.advanceTimersByTime(4_000);
    add(1, 1);
    expect(rate.isTooHigh).toBe(true);
    add(1, 0);
    expect(rate.isTooHigh).toBe(false);
  });

  it('forgets everything after a pause of ten seconds, however long', () => {
    for (const pauseMs of [10_000, 11_000, 3_600_000]) {
      add(50, 50);
      vi.advanceTimersByTime(pauseMs);
      add(49, 49);
      expect(rate.isTooHigh).toBe(false);
      rate.reset();
    }
  });

  it('starts anew after a reset', () => {
    add(25, 25);
    vi.advanceTimersByTime(1_000);
    add(25, 25);
    rate.reset();
    expect(rate.isTooHigh).toBe(false);
    add(49, 49);
    expect(rate.isTooHigh).toBe(false);
    add(1, 1);
    expect(rate.isTooHigh).toBe(true);
    vi.advanceTimersByTime(9_000);
    rate.add(true);
    expect(rate.isTooHigh).toBe(true);
  });
});
