import { defineConfig } from 'vitest/config';

/** The tests of one room, in one process after the other: a mutant is switched on in all of them at once. */
export default defineConfig({
  test: {
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    exclude: ['**/node_modules/**'],
    isolate: false,
    setupFiles: ['./test/support/own-state.setup.ts'],
    // A mutant may make a test wait for ever; a unit test needs some milliseconds.
    testTimeout: 5_000,
    hookTimeout: 5_000,
    execArgv: ['--import', './test/support/typescript-threads.mjs'],
  },
});
