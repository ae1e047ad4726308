import { fileURLToPath } from 'node:url';

const plugin = (name) => fileURLToPath(import.meta.resolve(name));

/** Options of Stryker; `scripts/mutate.mjs` says what is mutated. */
export default {
  testRunner: 'vitest',
  plugins: [plugin('@stryker-mutator/vitest-runner')],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  timeoutMS: 20_000,
  checkers: [],
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation-${process.env.MUTATION_REPORT ?? 'all'}.json` },
  ignorePatterns: ['/bench', '/dist', '/client/dist', '/reports', '/test/mutation/node_modules', '/data'],
  thresholds: { high: 90, low: 85, break: 85 },
  disableTypeChecks: false,
  // A log line, a metric's name and a hint for operators say the same to a program in other words.
  mutator: { excludedMutations: [] },
};
