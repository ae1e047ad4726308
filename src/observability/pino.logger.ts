import type { LoggerService } from '@nestjs/common';
import { destination, pino, type DestinationStream, type Logger as Pino } from 'pino';

/** Lines are gathered to this many characters, or for this long, before they are written. */
const BATCH_CHARACTERS = 32_768;
const BATCH_MS = 250;

const SET_UP = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** Where the log goes: batches of lines, written to standard output by another thread. */
export interface LogSink extends DestinationStream {
  /** Writes what is left, before the process ends. */
  flush(): void;
}

/**
 * Gathers lines in front of pino's own writer. A write costs some 100 µs however short it is, most of it for waking a
 * thread; a log that nobody reads must not stop the event loop either, so writing at once is no way out.
 */
export function createLogSink(): LogSink {
  const output = destination({ sync: false });
  let batch = '';
  const pass = (): void => {
    if (batch !== '') output.write(batch);
    batch = '';
  };
  setInterval(pass, BATCH_MS).unref();
  return {
    write(line: string): void {
      batch += line;
      if (batch.length >= BATCH_CHARACTERS) pass();
    },
    flush(): void {
      pass();
      output.flushSync();
    },
  };
}

/** The process's logger: one JSON line per event; `time` is epoch milliseconds. */
export function createPino(level: string, sink: LogSink): Pino {
  return pino({ level, base: undefined }, sink);
}

/** Nest's logger over pino: `logger.warn({ some: 'fields' }, 'the message')` from anywhere in the code. */
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Pino) {}

  /** What Nest says of every route and module it sets up is for whoever debugs that. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write(SET_UP.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest puts the name of who logs last. */
  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const text = typeof message === 'string' ? message : String(rest.length > 1 ? rest[0] : '');
    const fields = typeof message === 'object' && message !== null ? message : {};
    this.logger[level]({ context, ...fields }, text);
  }
}
