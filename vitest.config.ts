import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.sequencer.js';

const BROWSER = ['test/**/*.browser-spec.ts'];
const REPLICAS = ['test/replicas/**/*spec.ts', 'test/stores/**/*spec.ts'];

/** One kind of test: `npx vitest --project unit`. */
const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', ...exclude] },
});

export default defineConfig({
  test: {
    // Long, so that a busy machine fails no test.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
    // The files of a worker share a process: each would otherwise load the frameworks again.
    isolate: false,
    setupFiles: ['./test/support/own-state.setup.ts'],
    // More than there are cores on a small machine, since many tests wait.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    execArgv: ['--import', './test/support/typescript-threads.mjs'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      // Beside their sources; nothing outside this process.
      project('unit', ['src/**/*.spec.ts', 'sandbox/**/*.spec.ts']),
      // The whole gateway on a port, between a platform and an identity provider that are real servers.
      project('e2e', ['test/**/*spec.ts'], [...BROWSER, ...REPLICAS]),
      // Several processes, a real Redis, and their faults.
      project('replicas', REPLICAS),
      // A real Chromium.
      project('browser', BROWSER),
    ],
  },
});
