import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../src/observability/metrics.js';
import { freePort, startGateway } from './support/gateway.js';
import { hasPromtool } from './support/promtool.js';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(readFileSync('deploy/grafana/dashboard.json', 'utf8')) as { panels: Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

/** Metrics of the WORKERS supervisor, which a single process does not have. */
const OF_SUPERVISOR = ['gateway_worker_restarts_total', 'gateway_workers_listening'];

describe('the dashboard', () => {
  it('has panels with unique ids, each with a query', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(queries.length).toBeGreaterThan(20);
  });

  it('queries only metrics that the gateway exposes', async () => {
    const metricsPort = await freePort();
    const gateway = await startGateway({ METRICS_PORT: String(metricsPort) });
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    await gateway.close();
    const known = new Set([...OF_SUPERVISOR, ...[...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)]);
    const asked = queries.flatMap(({ expr }) => expr.match(/\b(?:http|db|gateway|process|nodejs)_\w+(?=\{)/g) ?? []);
    const unknown = asked.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')));
    expect(unknown).toEqual([]);
    expect(asked.length).toBeGreaterThanOrEqual(queries.length);
  });

  it.skipIf(!hasPromtool())('has queries that Prometheus can parse', () => {
    const rules = queries.map(({ expr }, n) => ({
      record: `panel:query:${n}`,
      expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
    }));
    const input = JSON.stringify({ groups: [{ name: 'dashboard', rules }] });
    const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
    writeFileSync(join(directory, 'rules.yml'), input);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', join(directory, 'rules.yml')]);
    rmSync(directory, { recursive: true });
    expect(`${String(stderr)}${status === 0 ? '' : String(stdout)}`).toBe('');
  });
});

describe('docs/operations.md', () => {
  it('lists every metric of the gateway that a fresh process exposes', async () => {
    const docs = readFileSync('docs/operations.md', 'utf8');
    const names = (await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    const own = names.filter((name) => /^(gateway|http|db)_/.test(name));
    expect(own.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});
