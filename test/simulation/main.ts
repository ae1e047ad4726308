import { type Report, simulate } from './simulate.js';

const USAGE = `npm run simulate -- [options]
  --runs=n    schedules to play (1,000)
  --seed=n    which ones (1)
  --path=…    begin at the plan that a report named
  --trace     print each step of the smallest plan that breaks a promise
  --mutants   put one fault after the other into the gateway, and say which schedule finds it (--runs at most)
  --mutant=n  the nth fault alone`;

/** What the command line asks for. */
export interface Arguments {
  readonly runs: number;
  readonly seed: number;
  readonly path: string | undefined;
  readonly trace: boolean;
}

/** Reads the options of a run; throws for those that there are not. */
export function parseArguments(args: readonly string[]): Arguments {
  const given = new Map<string, string>();
  for (const arg of args) {
    const [, name = '', value = ''] = /^--(runs|seed|path|trace)(?:=(.*))?$/.exec(arg) ?? [];
    if (name === '' || (name !== 'path' && name !== 'trace' && !/^\d+$/.test(value))) throw new Error(USAGE);
    given.set(name, value);
  }
  return {
    runs: Number(given.get('runs') ?? 1_000),
    seed: Number(given.get('seed') ?? 1),
    path: given.get('path'),
    trace: given.has('trace'),
  };
}

/** `npm run simulate`: the report on standard output, and the exit code 0 when no promise was broken. */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  const startedAt = process.hrtime.bigint();
  const report = await simulate({
    ...options,
    tell: options.trace ? (line) => console.log(line) : undefined,
    onRun: (n) => void (n % 10_000 === 0 && console.log(`${n} schedules…`)),
  });
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const { user, system } = process.cpuUsage();
  const cpu = ((user + system) / 1e6).toFixed(1);
  console.log(
    `${report.runs} schedules, ${report.steps} states checked, ${seconds.toFixed(1)} s (${cpu} s of a core).`,
  );
  if (report.violation === undefined) return 0;
  for (const line of linesOf(report)) console.log(line);
  console.log(`Again: npm run simulate -- --seed=${options.seed} --path=${report.path ?? ''} --trace`);
  return 1;
}

/** Plays schedules until one finds the fault that this copy of the gateway was loaded with; one line of report. */
export async function findMutant(name: string, { runs, seed }: Arguments): Promise<boolean> {
  const { runs: played, violation } = await simulate({ runs, seed, shrinks: false });
  const verdict =
    violation === undefined ? `NOT FOUND in ${played}` : `found by schedule ${played}: ${violation.message}`;
  console.log(`${name}: ${verdict}`);
  return violation !== undefined;
}

function linesOf({ violation, plan }: Report): string[] {
  if (violation === undefined || plan === undefined) return [];
  const { steps, ...rest } = plan;
  return [violation.message, JSON.stringify(rest), ...steps.map((step) => `  ${JSON.stringify(step)}`)];
}
