import { afterAll, vi } from 'vitest';

// Run before each test file, since the files of a worker share its process: each file gets its own instances of the
// project's modules, and no moved clock, mock, global or handler of a signal outlives it.
vi.resetModules();
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  process.removeAllListeners('SIGHUP');
});
