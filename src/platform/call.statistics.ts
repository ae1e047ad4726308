import { Problem } from '../http/problem.js';

/** Problem codes that speak against the platform, not against the request or the caller. */
const PLATFORM_IS_DOWN = new Set(['platform_unreachable', 'platform_timeout', 'platform_unavailable']);

interface Total {
  count: number;
  seconds: number;
}

/** How calls to the platform ended, by outcome: how many there were, and how long they took in all. */
export class CallStatistics {
  private readonly totals = new Map<string, Total>();

  add(outcome: string, seconds: number): void {
    let total = this.totals.get(outcome);
    if (total === undefined) this.totals.set(outcome, (total = { count: 0, seconds: 0 }));
    total.count += 1;
    total.seconds += seconds;
  }

  get byOutcome(): ReadonlyMap<string, Readonly<Total>> {
    return this.totals;
  }
}

/** The outcome of a call that failed: a code of our own, or one word for all that the platform says no to. */
export function outcomeOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'internal_error';
  return error.status >= 500 || error.code === 'caller_gone' ? error.code : 'refused';
}

/**
 * What a call tells of the platform: it answered; it was not reached, did not answer in time or said that it is down; or
 * nothing, since its caller did not wait.
 */
export type Sign = 'up' | 'down' | 'none';

/** What an outcome tells of the platform: nothing, when the caller left before it could answer. */
export function signOf(outcome: string): Sign {
  if (PLATFORM_IS_DOWN.has(outcome)) return 'down';
  return outcome === 'caller_gone' ? 'none' : 'up';
}
