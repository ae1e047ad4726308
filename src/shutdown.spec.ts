import { describe, expect, it, vi } from 'vitest';
import { closeWithin } from './shutdown.js';

describe('P10: the shutdown of a process', () => {
  it('exits normally when everything closes in time', async () => {
    const close = vi.fn<(signal: string) => Promise<void>>(async () => undefined);
    expect(await closeWithin(1_000, { close }, 'SIGTERM')).toBe(0);
    expect(close).toHaveBeenCalledExactlyOnceWith('SIGTERM');
  });

  it('O8: completes even if something never closes', async () => {
    expect(await closeWithin(10, { close: () => new Promise(() => undefined) }, 'SIGTERM')).toBe(1);
  });

  it('O8: completes even if something fails to close', async () => {
    expect(await closeWithin(1_000, { close: () => Promise.reject(new Error('store')) }, 'SIGTERM')).toBe(1);
  });
});
