import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Config } from './config/config.js';
import type { LogSink } from './observability/log.writer.js';
import { serveMetrics } from './observability/metrics.server.js';
import { createPino } from './observability/pino.logger.js';
import { WorkerMetrics } from './observability/worker.metrics.js';

/** Delay before a worker is replaced, doubled with each one that exits before it listens. */
const RESTART_MS = 1_000;
/** After this many in a row the process exits: the cause is external, and the orchestrator must know. */
const MAX_FAILED_STARTS = 5;
/** How often workers must send a heartbeat, and how many they may miss. */
const BEAT_MS = 5_000;
const MAX_MISSED_BEATS = 6;
/** A little longer than a worker's orderly shutdown may take; then it is killed. */
const GRACE_MS = 290_000;

/**
 * Runs the gateway in several processes on one port (`WORKERS`). Each is a whole gateway; they share only the session
 * store. One that exits or hangs is replaced; signals are forwarded, and this process exits after the last of them.
 */
export async function superviseWorkers(config: Config, log: LogSink): Promise<void> {
  const supervisor = new Supervisor(createPino(config.logLevel, log));
  for (let i = 0; i < config.workers; i++) supervisor.fork();
  const { metricsPort, host } = config;
  if (metricsPort !== undefined) await serveMetrics(metricsPort, host, supervisor.metrics);
}

class Supervisor {
  private readonly registry = new Registry();
  readonly metrics = new WorkerMetrics(this.registry);
  private readonly listening = new Set<Worker>();
  /** Workers that were killed because they did not respond. */
  private readonly hung = new Set<Worker>();
  private readonly missed = new Map<Worker, number>();
  private readonly restarts = new Counter({
    name: 'gateway_worker_restarts_total',
    help: 'Workers that were replaced, because they ended or because they hung.',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  private isStopping = false;
  private exitCode = 0;
  private hasListened = false;
  private failedStarts = 0;

  constructor(private readonly logger: Logger) {
    for (const reason of ['ended', 'hung']) this.restarts.inc({ reason }, 0);
    const { listening } = this;
    this.registry.registerMetric(
      new Gauge({
        name: 'gateway_workers_listening',
        help: 'Workers that accept requests.',
        registers: [],
        collect() {
          this.set(listening.size);
        },
      }),
    );
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop(signal));
    process.on('SIGHUP', () => this.signal('SIGHUP'));
    process.once('disconnect', () => this.stop('SIGTERM'));
    cluster.on('listening', (worker) => this.onListening(worker));
    cluster.on('exit', (worker) => this.onExit(worker));
    setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  fork(): void {
    cluster.fork();
  }

  private stop(signal: NodeJS.Signals): void {
    this.isStopping = true;
    this.signal(signal);
    setTimeout(() => this.signal('SIGKILL'), GRACE_MS).unref();
    this.endAfterTheLast();
  }

  private signal(signal: NodeJS.Signals): void {
    for (const worker of living()) worker.process.kill(signal);
  }

  private onListening(worker: Worker): void {
    this.hasListened = true;
    this.failedStarts = 0;
    this.listening.add(worker);
    this.missed.set(worker, 0);
    void this.metrics.update(worker);
  }

  private onExit(worker: Worker): void {
    this.metrics.retire(worker);
    this.missed.delete(worker);
    const hasListened = this.listening.delete(worker);
    if (this.isStopping) return this.endAfterTheLast();
    if (!hasListened) this.failedStarts += 1;
    this.restarts.inc({ reason: this.hung.delete(worker) ? 'hung' : 'ended' });
    // The very first start shows whether the gateway can start here at all.
    if (this.failedStarts > 0 && (!this.hasListened || this.failedStarts >= MAX_FAILED_STARTS)) return this.giveUp();
    this.logger.warn({ context: 'Workers', pid: worker.process.pid }, 'a worker ended and is replaced');
    setTimeout(() => !this.isStopping && this.fork(), RESTART_MS * 2 ** this.failedStarts);
  }

  private giveUp(): void {
    this.logger.fatal(
      { context: 'Workers', failedStarts: this.failedStarts },
      'workers cannot start: the process ends',
    );
    this.exitCode = 1;
    this.stop('SIGTERM');
  }

  /** A worker with a blocked event loop keeps its connections and answers none of them. */
  private async beat(): Promise<void> {
    await Promise.all([...this.missed.keys()].map((worker) => this.askForLife(worker)));
  }

  private async askForLife(worker: Worker): Promise<void> {
    const missed = (await this.metrics.update(worker)) ? 0 : (this.missed.get(worker) ?? 0) + 1;
    if (!this.missed.has(worker)) return;
    this.missed.set(worker, missed);
    if (missed < MAX_MISSED_BEATS) return;
    this.logger.error({ context: 'Workers', pid: worker.process.pid }, 'a worker hangs and is replaced');
    this.hung.add(worker);
    worker.process.kill('SIGKILL');
  }

  /** There may be no worker to wait for: between the exit of the last one and the start of its replacement. */
  private endAfterTheLast(): void {
    if (living().length === 0) process.exit(this.exitCode);
  }
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
