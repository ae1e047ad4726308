import type { Worker } from 'node:worker_threads';
import type { CheckLimits } from './limits.js';

/** What the person who brought the document is told. */
export const TOO_MUCH_MEMORY = 'The document takes too much memory to be checked.';

const LOOK_MS = 100;
const MEBIBYTE = 1024 * 1024;

/**
 * Ends a check that takes too long or too much memory. V8 has a limit for a thread's heap too, but one that is reached
 * inside of a large step ends the whole process; so this one is far below it.
 */
export class CheckWatch {
  /** Why it was ended, for the person who brought the document. */
  reason: string | undefined;
  private readonly controller = new AbortController();
  private readonly limits: CheckLimits;
  private timer: NodeJS.Timeout | undefined;
  private endsAt = 0;

  constructor(limits: CheckLimits) {
    this.limits = limits;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The clock starts when a thread begins, not while the document waits for one. */
  begin(thread: Worker): void {
    this.endsAt = performance.now() + this.limits.timeMs;
    this.timer = setInterval(() => void this.look(thread), Math.min(LOOK_MS, this.limits.timeMs));
  }

  end(): void {
    clearInterval(this.timer);
  }

  private async look(thread: Worker): Promise<void> {
    if (performance.now() > this.endsAt)
      this.stop(`The document could not be checked within ${this.limits.timeMs / 1_000} seconds.`);
    // Refused once the thread has ended.
    const heap = await thread.getHeapStatistics().catch(() => undefined);
    if (heap !== undefined && heap.used_heap_size > this.limits.heapMiB * MEBIBYTE) this.stop(TOO_MUCH_MEMORY);
  }

  private stop(reason: string): void {
    this.end();
    this.reason ??= reason;
    this.controller.abort();
  }
}
