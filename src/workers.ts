import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Config } from './config/config.js';
import { serveMetrics } from './observability/metrics.server.js';

/** A worker that dies sooner than this after its start would die again: the pause keeps it from spinning. */
const RESTART_MS = 1_000;

/**
 * Runs the gateway in several processes on one port (`WORKERS`). Each is a whole gateway; what they share is the session
 * store. One that dies is replaced; a signal is passed on, and this process ends after the last of them.
 */
export async function superviseWorkers({ workers, metricsPort, host }: Config): Promise<void> {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    isStopping = true;
    for (const worker of living()) worker.process.kill(signal);
    endAfterTheLast();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  process.once('disconnect', () => stop('SIGTERM'));
  cluster.on('exit', () => {
    if (!isStopping) setTimeout(() => !isStopping && cluster.fork(), RESTART_MS);
    else endAfterTheLast();
  });
  for (let i = 0; i < workers; i++) cluster.fork();
  if (metricsPort !== undefined) await serveMetrics(metricsPort, host, sumOfWorkers());
}

/** There may be none to wait for already: between the death of the last one and the start of its successor. */
function endAfterTheLast(): void {
  if (living().length === 0) process.exit(0);
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

/** The workers' metrics added up: each worker answers for itself over its channel. */
function sumOfWorkers(): { contentType: string; metrics(): Promise<string> } {
  const aggregator = new AggregatorRegistry();
  return { contentType: aggregator.contentType, metrics: () => aggregator.clusterMetrics() };
}
