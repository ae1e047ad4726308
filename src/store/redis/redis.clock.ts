/** A reading that took longer than this says too little about when it was made, unless it is the first. */
const MAX_ROUND_TRIP_MS = 100;

/**
 * The clock of the Redis server: what it said last, carried on by the monotonic clock. Every replica that uses the server
 * agrees on it, whatever their own clocks say.
 */
export class RedisClock {
  /** Epoch milliseconds of the server at the origin of the monotonic clock. */
  private origin: number | undefined;

  /** Epoch milliseconds. Before the server has said anything, by the clock of this machine. */
  now(): number {
    return this.origin === undefined ? Date.now() : Math.round(this.origin + performance.now());
  }

  /** Takes over an answer to `TIME`: seconds and microseconds, of a moment between asking and now. */
  set(reply: unknown, askedAt: number): void {
    if (!Array.isArray(reply)) return;
    const answeredAt = performance.now();
    if (this.origin !== undefined && answeredAt - askedAt > MAX_ROUND_TRIP_MS) return;
    const [seconds, microseconds] = reply.map(String).map(Number);
    this.origin = (seconds ?? 0) * 1_000 + (microseconds ?? 0) / 1_000 - (askedAt + answeredAt) / 2;
  }
}
