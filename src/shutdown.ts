import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from './http/problem.js';
import type { LogWriter } from './observability/log.writer.js';

/** Shorter than the five minutes that orchestrators are asked to allow: requests still in progress are cut off. */
const GRACE_MS = 285_000;
/** Time limit for the last lines of the log. */
const LOG_MS = 1_000;

/** Nest's application with a method that its interface does not declare: it accepts the signal that ends it. */
interface Closable {
  close(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Shuts the process down in order at the first of these signals, and always within the grace period, even if the log,
 * the store or a collector hangs. Further signals are ignored: a terminal sends SIGINT to every process of a group.
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

/** Closes the application; the exit code says whether it closed in time and without an error. */
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
