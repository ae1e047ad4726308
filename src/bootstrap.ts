import cluster from 'node:cluster';
import type { Config } from './config/config.js';
import { loadConfig } from './config/settings.loader.js';
import { ConfigError } from './config/settings-reader.js';
import { describeError } from './http/problem.js';
import { createLogSink } from './observability/pino.logger.js';
import { superviseWorkers } from './workers.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

const config = configure();
try {
  if (config.workers > 1 && cluster.isPrimary) await superviseWorkers(config);
  else await serve(config);
} catch (error) {
  // Names the file, the address or the setting that is in the way; a stack would only hide it.
  process.stderr.write(`The gateway cannot start. ${describeError(error).reason}\n`);
  process.exit(1);
}

/** Reads the configuration; where that fails, writes every fault and ends the process. */
function configure(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

async function serve({ port, host }: Config): Promise<void> {
  const sink = createLogSink();
  process.once('exit', () => sink.flush());
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
  // A process that only looks after workers does without all of this.
  const { createGateway } = await import('./app.setup.js');
  const app = await createGateway(config, sink);
  // A parent that started us with the pinned Node, or supervised us, and is gone cannot pass a signal on.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await app.listen(port, host);
  for (const signal of SIGNALS) process.off(signal, endAtOnce);
}

/** While it starts there is nothing to bring to an end. Process 1 of a container ignores signals that it does not handle. */
function endAtOnce(_signal: NodeJS.Signals, number: number): void {
  process.exit(128 + number);
}
