import { Counter, type Registry } from 'prom-client';
import type { LogSink } from './log.writer.js';

/** Counts the log lines that were lost: where the log is full or closed, only metrics can say so. */
export function exposeLog(registry: Registry, sink: LogSink): void {
  const dropped = new Counter({
    name: 'gateway_log_lines_dropped_total',
    help: 'Log lines that were lost because the log could not be written.',
    registers: [],
    collect() {
      this.reset();
      this.inc(sink.dropped);
    },
  });
  registry.registerMetric(dropped);
}
