/**
 * The rooms whose tests are tested: what is mutated, and the test files that may notice. A mutant that none of them finds
 * counts as survivor, also where a slower test, of several processes or a browser, would find it.
 */
export const ROOMS = {
  session: {
    mutate: ['src/session/**/*.ts'],
    tests: ['src/session/*.spec.ts'],
  },
  auth: {
    mutate: ['src/auth/**/*.ts'],
    tests: ['src/auth/*.spec.ts'],
  },
  identity: {
    mutate: ['src/identity/**/*.ts'],
    tests: ['src/identity/*.spec.ts'],
  },
  platform: {
    mutate: ['src/platform/**/*.ts'],
    tests: ['src/platform/*.spec.ts'],
  },
  validation: {
    mutate: ['src/contract/validation/**/*.ts'],
    // Without those that try thousands of values: seconds per mutant.
    tests: ['src/contract/validation/{answers,contract,departures,faults,null-members,validators}*.spec.ts'],
  },
  idempotency: {
    mutate: ['src/idempotency/**/*.ts'],
    tests: ['src/idempotency/*.spec.ts'],
  },
};
