import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The target that a series was scraped from. */
const TARGET = 'job="connect-gateway",instance="gateway-1"';
const INTERVAL_SECONDS = 15;
/** The time at which an incident begins, in minutes of synthetic time. */
const BEGIN = 5;
const ALERTING = 'count by (alertname) (ALERTS{alertstate="firing"})';

/** The exposed values of a gateway at one moment, by series. */
export type Scrape = ReadonlyMap<string, number>;

/** Whether promtool is installed. With `CI` set, a missing installation is an error. */
export function hasPromtool(): boolean {
  const found = spawnSync('promtool', ['--version']).status === 0;
  if (!found && process.env['CI'] !== undefined) throw new Error('the tests need promtool: apt-get install prometheus');
  return found;
}

/** Parses an exposition; a target that cannot be scraped has only `up` 0. */
export function readScrape(exposition: string | undefined): Scrape {
  const series = new Map<string, number>([[`up{${TARGET}}`, exposition === undefined ? 0 : 1]]);
  for (const line of exposition?.split('\n') ?? []) {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) series.set(`${name}{${labels}${labels === '' ? '' : ','}${TARGET}}`, Number(value));
  }
  return series;
}

/** An incident as two scrapes, and the alert that it must raise; undefined for none. */
export interface Happening {
  readonly name: string;
  readonly before: Scrape;
  readonly after: Scrape;
  readonly alert: string | undefined;
}

/**
 * Checks with promtool that no alert fires before the incident, and exactly the expected one within a minute after it.
 * @returns the errors of promtool; empty on success
 */
export function judge(rules: string, metrics: ReadonlySet<string>, happenings: readonly Happening[]): string {
  const tests = happenings.map(({ name, before, after, alert }) => ({
    name,
    interval: `${INTERVAL_SECONDS}s`,
    input_series: seriesOf(before, after, metrics, (from, to) => `${from}x${(BEGIN * 60) / INTERVAL_SECONDS} ${to}x8`),
    promql_expr_test: [
      { expr: ALERTING, eval_time: `${BEGIN}m`, exp_samples: [] },
      { expr: ALERTING, eval_time: `${BEGIN + 1}m`, exp_samples: samplesOf(alert) },
    ],
  }));
  return runPromtool(rules, tests);
}

/** Checks with promtool that an hour of steady traffic raises no alert. */
export function judgeQuietHour(rules: string, metrics: ReadonlySet<string>, before: Scrape, after: Scrape): string {
  const steps = 3_600 / INTERVAL_SECONDS;
  const input_series = seriesOf(before, after, metrics, (from, to, isCounter) =>
    isCounter ? `${from}+${(to - from) / steps}x${steps}` : `${from}x${steps}`,
  );
  const minutes = Array.from({ length: 60 }, (_, minute) => minute + 1);
  const promql_expr_test = minutes.map((minute) => ({ expr: ALERTING, eval_time: `${minute}m`, exp_samples: [] }));
  return runPromtool(rules, [
    { name: 'a quiet hour', interval: `${INTERVAL_SECONDS}s`, input_series, promql_expr_test },
  ]);
}

type Values = (from: number, to: number, isCounter: boolean) => string;

function seriesOf(before: Scrape, after: Scrape, metrics: ReadonlySet<string>, valuesOf: Values): object[] {
  const names = new Set([...before.keys(), ...after.keys()].filter((name) => metrics.has(name.split('{', 1)[0] ?? '')));
  return [...names].map((series) => {
    const isCounter = /(_total|_count|_bucket|_sum)\{/.test(series);
    const [from, to] = [before.get(series), after.get(series)];
    // A series that does not exist yet, or no longer.
    const values = valuesOf(from ?? 0, to ?? 0, isCounter);
    return {
      series,
      values: from === undefined ? values.replace(/^0x(\d+)/, (_zeros, steps) => `_x${Number(steps) + 1}`) : values,
    };
  });
}

function samplesOf(alert: string | undefined): object[] {
  return alert === undefined ? [] : [{ labels: `{alertname="${alert}"}`, value: 1 }];
}

function runPromtool(rules: string, tests: readonly object[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'alerts-'));
  const file = join(directory, 'tests.yml');
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify({ rule_files: [resolve(rules)], evaluation_interval: '15s', tests }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { maxBuffer: 64 * 1024 * 1024 });
  rmSync(directory, { recursive: true });
  return status === 0 ? '' : `${String(stdout)}${String(stderr)}`;
}
