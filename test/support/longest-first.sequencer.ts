import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The kinds of tests in the order in which they begin. */
const ORDER = ['replicas', 'browser', 'e2e', 'unit'];

/**
 * Begins with the kinds whose files take longest, so that none of them is left over when all others have ended. Within a
 * kind, Vitest begins with the files that took longest last time, or are largest.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ project }: TestSpecification): number {
  return ORDER.indexOf(project.name);
}
