import cluster from 'node:cluster';
import type { Config } from './config/config.js';
import { loadConfig } from './config/settings.loader.js';
import { ConfigError } from './config/settings-reader.js';
import { describeError } from './http/problem.js';
import { LogWriter } from './observability/log.writer.js';
import { superviseWorkers } from './workers.js';

const STDOUT = 1;
/** How long a log write in flight may take as the process exits. */
const WRITE_MS = 200;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Starts the gateway of this process's environment; resolves when it listens. Failures are written, and end the process. */
export async function start(): Promise<void> {
  const config = configure();
  const log = new LogWriter(STDOUT);
  process.once('exit', () => writeRest(log));
  try {
    if (config.workers > 1 && cluster.isPrimary) await superviseWorkers(config, log);
    else await serve(config, log);
  } catch (error) {
    // Names the file, the address or the setting at fault; a stack trace would only obscure it.
    process.stderr.write(`The gateway cannot start. ${describeError(error).reason}\n`);
    process.exit(1);
  }
}

/** Reads the configuration; on failure writes every error and exits. */
function configure(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

async function serve(config: Config, log: LogWriter): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
  // A process that only supervises workers needs none of this.
  const { createGateway } = await import('./app.setup.js');
  const { install } = await import('undici');
  // Otherwise Node loads an undici of its own, a second one, as soon as a library asks for `Headers`: 4 MB.
  install();
  const { endAtSignals } = await import('./shutdown.js');
  const app = await createGateway(config, log);
  // A parent that started us with the pinned Node, or supervises us, cannot pass a signal on once it has exited.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await app.listen(config.port, config.host);
  // In this order: Node discards a pending signal when its last listener is removed.
  endAtSignals(SIGNALS, app, log);
  for (const signal of SIGNALS) process.off(signal, endAtOnce);
}

/** During startup there is nothing to shut down. Process 1 of a container ignores signals that it does not handle. */
function endAtOnce(_signal: NodeJS.Signals, number: number): void {
  process.exit(128 + number);
}

/**
 * Writes the rest of the log as the process exits. Node waits for a write in flight, which never returns while the
 * reader of a pipe has stalled: then only a signal that cannot be handled ends the process.
 */
function writeRest(lines: LogWriter): void {
  if (lines.endNow()) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WRITE_MS);
  process.kill(process.pid, 'SIGKILL');
}
