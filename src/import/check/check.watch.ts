import type { Worker } from 'node:worker_threads';
import type { CheckLimits } from './limits.js';

/** The message for a document that would take too much memory. */
export const TOO_MUCH_MEMORY = 'The document takes too much memory to be checked.';

const LOOK_MS = 50;
/** How long a thread may take to start. */
const START_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

/**
 * Terminates a check that takes too long or too much memory. V8 also limits a thread's heap, but reaching that limit
 * inside a large step ends the whole process; so this limit is far below it.
 */
export class CheckWatch {
  /** Why it was terminated, for the person who sent the document. */
  reason: string | undefined;
  private readonly controller = new AbortController();
  private readonly limits: CheckLimits;
  private thread: Worker | undefined;
  private endsAt: number;
  private readonly timer: NodeJS.Timeout;

  constructor(limits: CheckLimits) {
    this.limits = limits;
    this.endsAt = performance.now() + START_MS;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** Called when a thread has started: its time counts from now, and its memory is watched. */
  begin(thread: Worker | undefined): void {
    this.thread = thread;
    this.endsAt = performance.now() + this.limits.timeMs;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (performance.now() > this.endsAt)
      this.stop(`The document could not be checked within ${this.limits.timeMs / 1_000} seconds.`);
    // Rejects once the thread has ended.
    const heap = await this.thread?.getHeapStatistics().catch(() => undefined);
    if (heap !== undefined && heap.used_heap_size > this.limits.heapMiB * MEBIBYTE) this.stop(TOO_MUCH_MEMORY);
  }

  private stop(reason: string): void {
    this.end();
    this.reason ??= reason;
    this.controller.abort();
  }
}
