import type { SessionCache } from '../session/session.cache.js';

/** Pause between two reads of the store caused by changes of unknown sessions; SQLite announces every write that way. */
const PAUSE_MS = 300;

/** Waits for changes of one session, made in this process or another. */
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

  /** Resolves when the session has, or may have, changed since the last call; after `milliseconds` at the latest. */
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
