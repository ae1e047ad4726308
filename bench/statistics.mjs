export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What half, 90 %, 99 %, 99.9 % and all of the values do not exceed; NaN where there are none. */
export function distributionOf(values) {
  const sorted = Float64Array.from(values).toSorted();
  const quantile = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999), max: quantile(1) };
}

/** One figure of all samples of a cell; undefined where there are none. */
export function medianOf(samples, figure) {
  return samples === undefined ? undefined : median(samples.map((sample) => sample[figure]));
}

/** The median of what two cells' ratio was in each round, and the least and the most it was. */
export function ratioOf(ours, theirs, figure) {
  if (ours === undefined || theirs === undefined) return undefined;
  const ratios = ours.map((sample, round) => sample[figure] / theirs[round][figure]);
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
