/** The value of a series, such as `nodejs_heap_size_used_bytes` or `name{label="value"}`; undefined where there is none. */
export async function metricOf({ metricsUrl }, series) {
  const text = await (await fetch(metricsUrl)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
