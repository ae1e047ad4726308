import type { ProblemCode } from '../http/problem.catalogue.js';
import { Problem } from '../http/problem.js';
import { FailureRate } from './failure.rate.js';
import type { Sign } from './call.statistics.js';
import type { Bearer } from './platform.request.js';

/** Calls to the platform at one time. */
export const MAX_IN_FLIGHT = 1_024;
/** And those of one person, in all of their sessions: one person must not use up everyone's connections. */
const MAX_IN_FLIGHT_PER_PERSON = 256;
const OPEN_MS = 5_000;
const MAX_RETRIES = 10;
const RETRIES_PER_CALL = 0.1;
const RETRY_AFTER_SECONDS = 1;

/** Whether calls pass: all of them, one as a probe, or none. */
export type BreakerState = 'closed' | 'half_open' | 'open';

/**
 * Admits calls to the platform: a bulkhead with a share per person, and a circuit breaker that gives a failing platform a
 * pause instead of more load, and its callers an answer at once.
 */
export class Admission {
  private readonly rate = new FailureRate();
  /** Calls under way by the id of the person. */
  private readonly people = new Map<string, number>();
  private state: BreakerState = 'closed';
  /** By the monotonic clock. */
  private openUntil = 0;
  private underWay = 0;
  private retries = MAX_RETRIES;
  private retriesMade = 0;

  /**
   * Finds out whether a call of this person would pass now, before work is done for it.
   * @throws Problem 503 `platform_paused`, `platform_busy` | 429 `too_many_calls`
   */
  assertRoom(subject: string): void {
    if ((this.people.get(subject) ?? 0) >= MAX_IN_FLIGHT_PER_PERSON) throw refusal('too_many_calls');
    if (this.underWay >= MAX_IN_FLIGHT) throw refusal('platform_busy');
    if (this.state !== 'closed' && performance.now() < this.openUntil) throw refusal('platform_paused');
  }

  /**
   * Counts a call in; `leave` must follow.
   * @throws Problem 503 `platform_paused`, `platform_busy` | 429 `too_many_calls`
   */
  enter({ subject }: Bearer): void {
    this.assertRoom(subject);
    if (this.state !== 'closed') this.probe();
    this.people.set(subject, (this.people.get(subject) ?? 0) + 1);
    this.underWay += 1;
    this.retries = Math.min(MAX_RETRIES, this.retries + RETRIES_PER_CALL);
  }

  /** Takes a retry from the budget, if there is one: a platform in trouble must not get twice the calls. */
  mayRetry(): boolean {
    if (this.retries < 1 || this.state !== 'closed') return false;
    this.retries -= 1;
    this.retriesMade += 1;
    return true;
  }

  /** Counts a call out, with what its outcome says about the platform. */
  leave({ subject }: Bearer, sign: Sign): void {
    const own = (this.people.get(subject) ?? 1) - 1;
    if (own > 0) this.people.set(subject, own);
    else this.people.delete(subject);
    this.underWay -= 1;
    if (sign === 'down') this.failed();
    else if (sign === 'up') this.succeeded();
  }

  /** Calls under way. */
  get inFlight(): number {
    return this.underWay;
  }

  /** Retries that were let through so far. */
  get retried(): number {
    return this.retriesMade;
  }

  get breaker(): BreakerState {
    return this.state;
  }

  /** After the pause one call is let through. The next follows if that one has not ended when a pause is over again. */
  private probe(): void {
    this.state = 'half_open';
    this.openUntil = performance.now() + OPEN_MS;
  }

  private failed(): void {
    this.rate.add(true);
    // Calls that began before the pause still fail during it; they must not prolong it.
    if (this.state === 'open' || (this.state === 'closed' && !this.rate.isTooHigh)) return;
    this.state = 'open';
    this.openUntil = performance.now() + OPEN_MS;
  }

  private succeeded(): void {
    if (this.state === 'half_open') {
      this.rate.reset();
      this.state = 'closed';
    }
    this.rate.add(false);
  }
}

function refusal(code: ProblemCode): Problem {
  return new Problem(code, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
