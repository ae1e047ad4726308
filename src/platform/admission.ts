import { CircuitState, SamplingBreaker } from 'cockatiel';
import type { ProblemCode } from '../http/problem.catalogue.js';
import { Problem } from '../http/problem.js';
import type { Bearer } from './platform.call.js';

/** Calls to the platform at one time. */
export const MAX_IN_FLIGHT = 1_024;
/** And those of one caller: nobody's page may use up everybody's connections. */
const MAX_IN_FLIGHT_PER_CALLER = 256;
/** Opens when more than half of the calls of ten seconds failed, and there were enough of them to tell. */
const SAMPLE = { threshold: 0.5, duration: 10_000, minimumRps: 5 };
const OPEN_MS = 5_000;
const MAX_RETRIES = 10;
const RETRIES_PER_CALL = 0.1;
const RETRY_AFTER_SECONDS = 1;

/** Whether calls pass: all, one to see, none. */
export type BreakerState = 'closed' | 'half_open' | 'open';

/**
 * What a call tells of the platform: it answered; it was not reached, did not answer in time or said that it is down; or
 * nothing, since its caller did not wait.
 */
export type Sign = 'up' | 'down' | 'none';

/**
 * Who may call the platform now: a bulkhead, and a circuit breaker that gives a platform which fails a pause instead of
 * more load, and its callers an answer at once. Cockatiel keeps the statistics; its policies would wrap every call in
 * promises of their own.
 */
export class Admission {
  private readonly sampling = new SamplingBreaker(SAMPLE);
  private readonly callers = new WeakMap<Bearer, number>();
  private state = CircuitState.Closed;
  private openUntil = 0;
  private underWay = 0;
  private retries = MAX_RETRIES;
  private retriesMade = 0;

  /**
   * Counts a call in; `leave` must follow.
   * @throws Problem 503 `platform_paused`, `platform_busy` | 429 `too_many_calls`
   */
  enter(caller: Bearer): void {
    const own = this.callers.get(caller) ?? 0;
    if (own >= MAX_IN_FLIGHT_PER_CALLER) throw refusal('too_many_calls');
    if (this.underWay >= MAX_IN_FLIGHT) throw refusal('platform_busy');
    if (this.state !== CircuitState.Closed) this.probe();
    this.callers.set(caller, own + 1);
    this.underWay += 1;
    this.retries = Math.min(MAX_RETRIES, this.retries + RETRIES_PER_CALL);
  }

  /** Takes a retry from the budget, if there is one: a platform in trouble must not get twice the calls. */
  mayRetry(): boolean {
    if (this.retries < 1 || this.state !== CircuitState.Closed) return false;
    this.retries -= 1;
    this.retriesMade += 1;
    return true;
  }

  /** Counts a call out, with what it tells of the platform. */
  leave(caller: Bearer, sign: Sign): void {
    this.callers.set(caller, (this.callers.get(caller) ?? 1) - 1);
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
    if (this.state === CircuitState.Closed) return 'closed';
    return this.state === CircuitState.HalfOpen ? 'half_open' : 'open';
  }

  /** While open nothing passes; afterwards one call is let through to see. */
  private probe(): void {
    const now = Date.now();
    if (now < this.openUntil) throw refusal('platform_paused');
    this.state = CircuitState.HalfOpen;
    this.openUntil = now + OPEN_MS;
  }

  private failed(): void {
    // Calls from before the pause still fail in it: it was made for them, and they must not prolong it.
    if (this.state === CircuitState.Open || !this.sampling.failure(this.state)) return;
    this.state = CircuitState.Open;
    this.openUntil = Date.now() + OPEN_MS;
  }

  private succeeded(): void {
    this.sampling.success(this.state);
    if (this.state === CircuitState.HalfOpen) this.state = CircuitState.Closed;
  }
}

function refusal(code: ProblemCode): Problem {
  return new Problem(code, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
