/** Upper bounds of the buckets, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const NAME = 'gateway_request_duration_seconds';

interface Series {
  readonly labels: { readonly method: string; readonly route: string; readonly status: number };
  /** Requests per bucket, the last one for those beyond every bound. */
  readonly counts: number[];
  sum: number;
}

interface Value {
  readonly metricName: string;
  readonly labels: object;
  readonly value: number;
}

/**
 * How long requests took, by route template, method and status. Counts as prom-client's histogram does, which sorts and
 * joins the labels of every sample (9 µs a request); here a sample is one look-up, and the rest is done when somebody
 * reads the metrics.
 */
export class RequestHistogram {
  readonly name = NAME;
  readonly help = 'Duration of requests in seconds, by route template.';
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  /** By route. Each has few: a method or two, and some statuses. */
  private readonly series = new Map<string, Series[]>();

  observe(method: string, route: string, status: number, seconds: number): void {
    const series = this.find(method, route, status);
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  /** What prom-client's registry asks of a metric. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: [...this.series.values()].flat().flatMap(valuesOf) };
  }

  reset(): void {
    this.series.clear();
  }

  private find(method: string, route: string, status: number): Series {
    let ofRoute = this.series.get(route);
    if (ofRoute === undefined) this.series.set(route, (ofRoute = []));
    for (const one of ofRoute) if (one.labels.status === status && one.labels.method === method) return one;
    const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
    const added = { labels: { method, route, status }, counts, sum: 0 };
    ofRoute.push(added);
    return added;
  }
}

/** Cumulative buckets, as the exposition format has them. */
function valuesOf({ labels, counts, sum }: Series): Value[] {
  let total = 0;
  const buckets = counts.map((count, i): Value => {
    total += count;
    return { metricName: `${NAME}_bucket`, labels: { le: BOUNDS[i] ?? '+Inf', ...labels }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: sum },
    { metricName: `${NAME}_count`, labels, value: total },
  ];
}
