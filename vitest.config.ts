import { defineConfig } from 'vitest/config';

const BROWSER = ['test/**/*.browser-spec.ts'];
const REPLICAS = ['test/replicas/**/*spec.ts', 'test/stores/**/*spec.ts'];

/** One kind of test: `npx vitest --project unit`. */
const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', ...exclude] },
});

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
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
