import { Problem } from '../http/problem.js';

/** Problem codes that mean the platform is down, and not that the request is wrong. */
const PLATFORM_IS_DOWN = new Set(['platform_unreachable', 'platform_timeout', 'platform_unavailable']);

interface Total {
  count: number;
  seconds: number;
}

/** Number and total duration of calls to the platform, by outcome. */
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

/** The outcome of a failed call, for metrics: one of the gateway's codes, or `refused` for any 4xx of the platform. */
export function outcomeOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'internal_error';
  return error.status >= 500 || error.code === 'caller_gone' ? error.code : 'refused';
}

/**
 * What a call says about the platform: it answered; it was unreachable, too late or said that it is down; or nothing,
 * since the client left.
 */
export type Sign = 'up' | 'down' | 'none';

/** What an outcome says about the platform. */
export function signOf(outcome: string): Sign {
  if (PLATFORM_IS_DOWN.has(outcome)) return 'down';
  return outcome === 'caller_gone' ? 'none' : 'up';
}
