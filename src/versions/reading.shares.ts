import { Problem } from '../http/problem.js';

/** Concurrent readings in this process. */
const MAX_RUNNING = 3;
/** Concurrent readings of one person. */
const MAX_RUNNING_PER_PERSON = 2;
/** Readings of one person, running or queued. */
const MAX_PER_PERSON = 8;
/** Queued readings of all persons. */
const MAX_WAITING = 64;
const RETRY_AFTER_SECONDS = 2;

interface Waiting {
  readonly subject: string;
  start(): void;
}

/** Distributes the reading of versions fairly: each takes many calls to the platform and some CPU time. */
export class ReadingShares {
  private running = 0;
  private readonly runningBy = new Map<string, number>();
  private readonly waiting: Waiting[] = [];

  /**
   * Runs the work in its person's turn.
   * @throws Problem 429 `too_many_calls`, 503 `platform_busy`; the signal's reason, if it aborts first
   */
  async run<T>(subject: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.enter(subject, signal);
    try {
      return await work();
    } finally {
      this.leave(subject);
    }
  }

  private async enter(subject: string, signal: AbortSignal): Promise<void> {
    const own = this.waiting.filter((one) => one.subject === subject).length + this.runningOf(subject);
    if (own >= MAX_PER_PERSON) throw new Problem('too_many_calls', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    if (this.mayStart(subject)) return this.start(subject);
    if (this.waiting.length >= MAX_WAITING)
      throw new Problem('platform_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    await this.wait(subject, signal);
  }

  private wait(subject: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const one = { subject, start };
      const onAbort = (): void => {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        reject(signal.reason as Error);
      };
      function start(): void {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }
      signal.addEventListener('abort', onAbort);
      this.waiting.push(one);
    });
  }

  private leave(subject: string): void {
    this.running -= 1;
    const own = this.runningOf(subject) - 1;
    if (own > 0) this.runningBy.set(subject, own);
    else this.runningBy.delete(subject);
    const next = this.waiting.findIndex((one) => this.mayStart(one.subject));
    const [one] = next === -1 ? [] : this.waiting.splice(next, 1);
    if (one === undefined) return;
    this.start(one.subject);
    one.start();
  }

  private mayStart(subject: string): boolean {
    return this.running < MAX_RUNNING && this.runningOf(subject) < MAX_RUNNING_PER_PERSON;
  }

  private start(subject: string): void {
    this.running += 1;
    this.runningBy.set(subject, this.runningOf(subject) + 1);
  }

  private runningOf(subject: string): number {
    return this.runningBy.get(subject) ?? 0;
  }
}
