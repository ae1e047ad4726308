export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
