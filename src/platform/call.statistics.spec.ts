import { describe, expect, it } from 'vitest';
import { Problem } from '../http/problem.js';
import { CallStatistics, outcomeOf, signOf } from './call.statistics.js';
import { PlatformProblem } from './platform.problems.js';

describe('the outcome of a failed call', () => {
  it.each([
    [new Problem('platform_error'), 'platform_error'],
    [new Problem('platform_timeout'), 'platform_timeout'],
    [new Problem('platform_paused'), 'platform_paused'],
    [new Problem('caller_gone'), 'caller_gone'],
    [new Problem('too_many_calls'), 'refused'],
    [new PlatformProblem(409, 'made_up', {}), 'refused'],
    [new PlatformProblem(500, 'made_up', {}), 'made_up'],
    [new Error('unexpected'), 'internal_error'],
    ['a string', 'internal_error'],
  ])('of %j is %s', (error, outcome) => {
    expect(outcomeOf(error)).toBe(outcome);
  });
});

describe('what an outcome says about the platform', () => {
  it.each([
    ['platform_unreachable', 'down'],
    ['platform_timeout', 'down'],
    ['platform_unavailable', 'down'],
    ['caller_gone', 'none'],
    ['success', 'up'],
    ['refused', 'up'],
    ['platform_error', 'up'],
    ['platform_answer_invalid', 'up'],
  ])('%s: %s', (outcome, sign) => {
    expect(signOf(outcome)).toBe(sign);
  });
});

describe('the statistics of calls', () => {
  it('add up number and duration by outcome', () => {
    const statistics = new CallStatistics();
    statistics.add('success', 0.5);
    statistics.add('refused', 1);
    statistics.add('success', 0.25);
    expect(Object.fromEntries(statistics.byOutcome)).toEqual({
      success: { count: 2, seconds: 0.75 },
      refused: { count: 1, seconds: 1 },
    });
  });
});
