import { fileURLToPath } from 'node:url';

const plugin = (name) => fileURLToPath(import.meta.resolve(name));

const ROOM = process.env.MUTATION_REPORT ?? 'all';

/** Options of Stryker; `scripts/mutate.mjs` says what is mutated. */
export default {
  testRunner: 'vitest',
  plugins: [plugin('@stryker-mutator/vitest-runner'), fileURLToPath(new URL('texts.mjs', import.meta.url))],
  ignorers: ['texts'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  // A mutant whose code and tests are as in the last run keeps its outcome.
  incremental: true,
  incrementalFile: `reports/mutation-${ROOM}.incremental.json`,
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  timeoutMS: 10_000,
  checkers: [],
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation-${ROOM}.json` },
  ignorePatterns: ['/bench', '/dist', '/client/dist', '/reports', '/test/mutation/node_modules', '/data'],
  thresholds: { high: 90, low: 85, break: 85 },
  disableTypeChecks: false,
};
