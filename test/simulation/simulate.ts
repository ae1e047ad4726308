import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { anyPlan, type Plan } from './plan.js';
import type { Violation } from './properties/violation.js';
import { Schedule } from './schedule.js';

export interface Options {
  readonly runs: number;
  readonly seed: number;
  /** Where in the tree of smaller plans to begin, as a report gives it. */
  readonly path?: string | undefined;
  /** Is told every step of the last schedule. */
  readonly tell?: ((line: string) => void) | undefined;
  /** Whether a plan that breaks a promise is made smaller; so by default. */
  readonly shrinks?: boolean;
  readonly onRun?: (runs: number, steps: number) => void;
}

/** What was found: nothing, or the smallest plan that breaks a promise. */
export interface Report {
  readonly runs: number;
  readonly steps: number;
  readonly violation: Violation | undefined;
  readonly plan: Plan | undefined;
  readonly path: string | undefined;
}

/** Plays schedules until one breaks a promise or there have been enough. */
export async function simulate({ runs, seed, path, tell, onRun, shrinks = true }: Options): Promise<Report> {
  Logger.overrideLogger(false);
  let steps = 0;
  let played = 0;
  let violation: Violation | undefined;
  const property = fc.asyncProperty(anyPlan, async (plan) => {
    const outcome = await new Schedule(plan).run();
    steps += outcome.steps;
    played += 1;
    onRun?.(played, steps);
    if (outcome.violation !== undefined) throw (violation = outcome.violation);
  });
  const details = await fc.check(property, { numRuns: runs, seed, path, endOnFailure: !shrinks });
  // A fault of the simulator itself.
  if (details.failed && violation === undefined) throw details.errorInstance;
  const [plan] = details.counterexample ?? [];
  if (plan !== undefined && tell !== undefined) await new Schedule(plan, tell).run();
  return { runs: details.numRuns, steps, violation, plan, path: details.counterexamplePath ?? undefined };
}
