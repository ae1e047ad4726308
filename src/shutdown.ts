import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from './http/problem.js';
import type { LogWriter } from './observability/log.writer.js';

/** Less than the five minutes that orchestrators are asked to allow: what is in progress by then is cut off. */
const GRACE_MS = 285_000;
/** How long the last lines of the log may take. */
const LOG_MS = 1_000;

/** Nest's application, which its own interface does not say: it can be told the signal that ends it. */
interface Closable {
  close(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Ends the process in order at the first of these signals, and in any case within the grace period, whatever the log, the
 * store or a collector does. Further signals change nothing: a terminal sends SIGINT to every process of a group.
 */
export function endAtSignals(signals: readonly NodeJS.Signals[], app: Closable, log: LogWriter): void {
  let isEnding = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    const exitCode = await closeWithin(GRACE_MS, app, signal);
    await log.end(LOG_MS);
    process.exit(exitCode);
  };
  for (const signal of signals) process.on(signal, (received) => void end(received));
}

/** Closes the application; the exit code says whether that was done in time and without an error. */
export async function closeWithin(milliseconds: number, app: Closable, signal: NodeJS.Signals): Promise<number> {
  const logger = new Logger('Shutdown');
  const late = sleep(milliseconds, 'late', { ref: false });
  try {
    const isLate = (await Promise.race([app.close(signal), late])) === 'late';
    if (isLate) logger.error({}, 'the grace period is over; what is in progress is cut off');
    return isLate ? 1 : 0;
  } catch (error) {
    logger.error(describeError(error), 'the shutdown failed');
    return 1;
  }
}
