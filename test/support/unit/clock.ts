import timers from 'node:timers/promises';
import { vi } from 'vitest';
import { replaceBuiltin } from './builtin.js';

interface SleepOptions {
  readonly signal?: AbortSignal;
}

let restoreSleep: () => void = () => undefined;

/** Vitest's fake timers, and with them `setTimeout` of `node:timers/promises`, which vitest leaves as it is. */
export function useFakeClock(options?: Parameters<typeof vi.useFakeTimers>[0]): void {
  vi.useFakeTimers(options);
  restoreSleep = replaceBuiltin(timers, 'setTimeout', sleep as typeof timers.setTimeout);
}

export function useRealClock(): void {
  restoreSleep();
  vi.useRealTimers();
}

function sleep<T>(delayMs?: number, value?: T, { signal }: SleepOptions = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, delayMs);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
