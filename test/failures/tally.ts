import type { Crawler } from './crawler.js';
import { type Target, TARGETS } from './target.js';
import type { FailureCase } from './failure-case.js';

/** Makes calls fail and counts them by family. */
export class Tally {
  private readonly families = new Map<string, number>();
  private readonly answered = new Set<string>();

  /** Runs one failure case against each applicable target; reports wrong responses, or that no target applies. */
  async wrongAnswers(
    family: string,
    crawler: Crawler,
    way: FailureCase,
    targets: readonly Target[] = TARGETS,
  ): Promise<string[]> {
    const { tried, wrong, seen } = await crawler.fail(way, targets);
    for (const name of seen) this.answered.add(name);
    this.families.set(family, (this.families.get(family) ?? 0) + tried);
    return tried === 0 ? ['no call can fail like this'] : wrong;
  }

  /** Every (operation, status, code) seen so far. */
  get seen(): string[] {
    return [...this.answered].toSorted();
  }

  /** Families with fewer attempts than expected or without an expectation: an empty crawl must not pass. */
  tooFew(least: Readonly<Record<string, number>>): string[] {
    const names = new Set([...Object.keys(least), ...this.families.keys()]);
    return [...names].flatMap((family) => {
      const tried = this.families.get(family) ?? 0;
      return tried >= (least[family] ?? Infinity) ? [] : [`${family}: ${tried}`];
    });
  }
}
