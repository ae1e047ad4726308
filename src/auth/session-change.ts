import type { SessionCache } from '../session/session.cache.js';

/** Between two looks at the store that changes of unknown sessions cause; SQLite announces every write that way. */
const PAUSE_MS = 300;

/** Waits for changes of one session, made here or by another process. */
export class SessionChange {
  private readonly unsubscribe: () => void;
  private hasChanged = false;
  private mayHaveChanged = false;
  private wake: () => void = () => undefined;

  constructor(cache: SessionCache, id: string) {
    this.unsubscribe = cache.follow(id, (isCertain) => {
      if (isCertain) this.hasChanged = true;
      else this.mayHaveChanged = true;
      this.wake();
    });
  }

  /** Resolves after the session has changed since the last time, or may have, at the latest after `milliseconds`. */
  async next(milliseconds: number, signal: AbortSignal): Promise<void> {
    const begunAt = Date.now();
    while (!signal.aborted && !this.hasChanged) {
      const waited = Date.now() - begunAt;
      const rest = (this.mayHaveChanged ? Math.min(PAUSE_MS, milliseconds) : milliseconds) - waited;
      if (rest <= 0) break;
      await this.wait(rest, signal);
    }
    this.hasChanged = false;
    this.mayHaveChanged = false;
  }

  close(): void {
    this.unsubscribe();
  }

  private wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(end, milliseconds);
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      }
      signal.addEventListener('abort', end);
      this.wake = end;
    });
  }
}
