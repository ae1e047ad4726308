import { Injectable } from '@nestjs/common';

/** How long one slice may block the event loop. */
const SLICE_MS = 4;

/**
 * Runs long computations in slices between which the event loop serves other requests. Each turn of the loop runs only
 * one slice, however many computations there are, so that together they delay others no more than one of them does.
 */
@Injectable()
export class WorkSlices {
  private readonly waiting: (() => void)[] = [];

  /** Runs a computation that yields often; throws the signal's reason when the signal aborts. */
  async run<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      await this.nextTurn();
      signal?.throwIfAborted();
      const endsAt = performance.now() + SLICE_MS;
      do {
        const { done, value } = steps.next();
        if (done) return value;
      } while (performance.now() < endsAt);
    }
  }

  private nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 1) setImmediate(this.letOneRun);
    });
  }

  private readonly letOneRun = (): void => {
    // Removed first, so that its next turn is after those of the others.
    const resume = this.waiting.shift();
    if (this.waiting.length > 0) setImmediate(this.letOneRun);
    resume?.();
  };
}
