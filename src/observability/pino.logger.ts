import type { LoggerService } from '@nestjs/common';
import { destination, pino, type Logger as Pino } from 'pino';

/** The process's logger: one JSON line per event on standard output, written in batches. */
export function createPino(level: string): Pino {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination({ sync: false, minLength: 4096, periodicFlush: 250 }));
}

/** Nest's logger over pino: `logger.warn({ some: 'fields' }, 'the message')` from anywhere in the code. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
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
  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = typeof message === 'string' ? message : String(rest.length > 1 ? rest[0] : '');
    const fields = typeof message === 'object' && message !== null ? message : {};
    this.pino[level]({ context, ...fields }, text);
  }
}
