/**
 * Tells the time for the spans of one request, in milliseconds since the epoch. Both clocks are read once for all of
 * them: read for each, they would not fit into one another, and read once per process, they would drift apart.
 */
export class OtlpClock {
  private readonly origin = Date.now() - performance.now();

  get now(): number {
    return this.at(performance.now());
  }

  /** The time of a moment as `performance.now()` has it. */
  at(moment: number): number {
    return this.origin + moment;
  }
}
