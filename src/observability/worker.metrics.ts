import type { Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry, type MetricObject, type Registry } from 'prom-client';

/** A worker that has not answered by now is left out of this scrape; its last answer counts. */
const PATIENCE_MS = 1_000;

type Snapshot = MetricObject[];

interface Question {
  readonly gatewayMetrics: 'wanted';
}

interface Reply {
  readonly gatewayMetrics: Snapshot;
}

/** Answers the supervisor's requests, in a worker, while its event loop runs. */
export function answerSupervisor(registry: Registry): void {
  process.on('message', (message: Partial<Question> | undefined) => {
    if (message?.gatewayMetrics !== 'wanted') return;
    void registry.getMetricsAsJSON().then((gatewayMetrics) => process.send?.({ gatewayMetrics }));
  });
}

/**
 * The sum of all workers' metrics. A worker's last answer is kept while it does not answer, and its counters also
 * after it exits: a falling counter looks like a restart of everything, and hides what happened just before.
 */
export class WorkerMetrics {
  private readonly latest = new Map<Worker, Snapshot>();
  private retired: Snapshot = [];
  private retiring = Promise.resolve();

  /** @param own the supervisor's own metrics */
  constructor(private readonly own: Registry) {}

  get contentType(): string {
    return this.own.contentType;
  }

  /** Queries a worker; false if it does not answer in time. */
  async update(worker: Worker): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<Snapshot>();
    const onMessage = (message: Partial<Reply>): void => {
      if (message.gatewayMetrics !== undefined) resolve(message.gatewayMetrics);
    };
    worker.on('message', onMessage);
    try {
      if (!worker.isConnected()) return false;
      worker.send({ gatewayMetrics: 'wanted' } satisfies Question, () => undefined);
      const snapshot = await Promise.race([promise, sleep(PATIENCE_MS, undefined, { ref: false })]);
      if (snapshot !== undefined && !worker.isDead()) this.latest.set(worker, snapshot);
      return snapshot !== undefined;
    } finally {
      worker.off('message', onMessage);
    }
  }

  /** A worker has exited. */
  retire(worker: Worker): void {
    this.retiring = this.add(this.retiring, worker);
  }

  /** Moves the values in one step: a concurrent scrape finds a worker in one place or the other. */
  private async add(others: Promise<void>, worker: Worker): Promise<void> {
    await others;
    const last = this.latest.get(worker)?.filter(({ type }) => isCumulative(type)) ?? [];
    const retired = await sum([this.retired, last]);
    this.latest.delete(worker);
    this.retired = retired;
  }

  /** The response to a scrape. */
  async metrics(): Promise<string> {
    await Promise.all([...this.latest.keys()].map((worker) => this.update(worker)));
    await this.retiring;
    const own = (await this.own.getMetricsAsJSON()) as unknown as Snapshot;
    return AggregatorRegistry.aggregate([...this.latest.values(), this.retired, own] as never).metrics();
  }
}

async function sum(snapshots: Snapshot[]): Promise<Snapshot> {
  const registry = AggregatorRegistry.aggregate(snapshots.filter((one) => one.length > 0));
  return await registry.getMetricsAsJSON();
}

/** As prom-client represents it in JSON: a name or a number, depending on its version. */
function isCumulative(type: unknown): boolean {
  return type === 'counter' || type === 'histogram';
}
