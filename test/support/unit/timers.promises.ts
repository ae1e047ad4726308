interface SleepOptions {
  readonly signal?: AbortSignal;
}

/**
 * `node:timers/promises` over the global timers, so that vitest's fake clock moves it:
 * `vi.mock('node:timers/promises', () => import('../../test/support/unit/timers.promises.js'))`.
 */
export function setTimeout<T>(delayMs?: number, value?: T, { signal }: SleepOptions = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const timer = globalThis.setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, delayMs);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
