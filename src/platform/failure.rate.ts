const SECONDS = 10;
/** Fewer calls than this say nothing. */
const MIN_CALLS = 50;
const MAX_SHARE = 0.5;

interface Second {
  calls: number;
  failures: number;
}

/** How many calls of the last ten seconds failed. Goes by the monotonic clock: the wall clock may be set at any time. */
export class FailureRate {
  private readonly seconds: readonly Second[] = Array.from({ length: SECONDS }, () => ({ calls: 0, failures: 0 }));
  private latest = 0;
  private calls = 0;
  private failures = 0;

  add(isFailure: boolean): void {
    const second = this.now();
    if (second === undefined) return;
    second.calls += 1;
    this.calls += 1;
    if (!isFailure) return;
    second.failures += 1;
    this.failures += 1;
  }

  /** Whether more than half failed, of enough to tell. */
  get isTooHigh(): boolean {
    return this.calls >= MIN_CALLS && this.failures > this.calls * MAX_SHARE;
  }

  reset(): void {
    for (const second of this.seconds) this.clear(second);
  }

  /** The counters of this second, after those of the seconds that are over are cleared. */
  private now(): Second | undefined {
    const second = Math.floor(performance.now() / 1_000);
    const passed = Math.min(second - this.latest, SECONDS);
    for (let i = 1; i <= passed; i++) this.clear(this.seconds[(this.latest + i) % SECONDS]);
    this.latest = second;
    return this.seconds[second % SECONDS];
  }

  private clear(second: Second | undefined): void {
    if (second === undefined) return;
    this.calls -= second.calls;
    this.failures -= second.failures;
    second.calls = 0;
    second.failures = 0;
  }
}
