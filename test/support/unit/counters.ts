import type { Metrics } from '../../../src/observability/metrics.js';

/** The series of a counter that are not 0, as `label label` and their values. */
export async function countsOf(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const metric = await metrics.registry.getSingleMetric(name)?.get();
  const series = (metric?.values ?? []).filter(({ value }) => value !== 0);
  return Object.fromEntries(series.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}
