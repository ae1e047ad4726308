import { Unreadable } from './diagnostics.js';
import { MAX_STEPS } from './limits.js';

/**
 * Counts the steps of rules and conversion. References let a short document expand to a very long one: a thousand
 * paths may share one path item with a thousand parameters, and each path becomes separate actions.
 */
export class Effort {
  steps = 0;

  /** @throws Unreadable when the document expands to more than can be imported */
  spend(steps = 1): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS)
      throw new Unreadable('The document stands for more than can be imported: its references multiply what it says.');
  }
}
