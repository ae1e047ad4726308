import { loadAtRate } from './generator.mjs';
import { distributionOf, median } from './statistics.mjs';
import { WAITED_MAX, withWaited } from './waiting.mjs';

/**
 * A few seconds of load at a fixed rate on one subject by these callers, all of whose answers must be right.
 * @returns the latencies, and the share of the time that each process waited for its core
 */
export async function runSlot({ generator, upstream }, callers, work, how) {
  const [{ title, pid }] = callers;
  const processes = { subject: pid, upstream: upstream.pid, generator: generator.pid };
  const { result, waited } = await withWaited(processes, () => loadAtRate(generator, callers, work, how));
  if (result.statuses.some((status) => status !== work.status))
    throw new Error(`${title} answered ${statusesOf(result)}, not only ${work.status}`);
  return { ...result, waited };
}

/** How often there was each status, in words; 0 is no answer. */
export function statusesOf({ statuses }) {
  const counts = new Map();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status === 0 ? 'nothing' : status}`).join(', ');
}

/** Whether the subject and the generator had their cores when they wanted them. */
export function isQuiet({ waited }) {
  return waited.subject <= WAITED_MAX && waited.generator <= WAITED_MAX;
}

/** The median of each figure over the slots that were quiet, and the figures of all their requests together. */
export function summaryOf(slots) {
  const kept = slots.filter(isQuiet);
  const each = kept.map(({ latencyMs }) => distributionOf(latencyMs));
  const figures = Object.keys(distributionOf([]));
  return {
    kept: kept.length,
    of: slots.length,
    medians: Object.fromEntries(figures.map((figure) => [figure, median(each.map((one) => one[figure]))])),
    together: distributionOf(kept.flatMap(({ latencyMs }) => [...latencyMs])),
    latenessMs: distributionOf(slots.flatMap(({ latenessMs }) => [...latenessMs])),
    waited: Object.fromEntries(
      Object.keys(slots[0].waited).map((who) => [who, median(slots.map(({ waited }) => waited[who]))]),
    ),
    connections: Math.max(...slots.map(({ connections }) => connections)),
  };
}
