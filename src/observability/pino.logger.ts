import type { LoggerService } from '@nestjs/common';
import { hostname } from 'node:os';
import { pino, type Logger as Pino } from 'pino';
import { packageVersion } from '../config/version.js';
import type { LogSink } from './log.writer.js';

const SET_UP = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** What every line says about the process: its replica and version. */
export const IDENTITY = { instance: `${hostname()}:${process.pid}`, version: packageVersion() };

/** The same as members of a JSON object. */
export const LINE_IDENTITY = JSON.stringify(IDENTITY).slice(1, -1);

/** The process's logger: one JSON line per event; `time` is epoch milliseconds. */
export function createPino(level: string, sink: LogSink): Pino {
  return pino({ level, base: IDENTITY }, sink);
}

/** Nest's logger over pino: `logger.warn({ some: 'fields' }, 'the message')` from anywhere in the code. */
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Pino) {}

  /** Nest's lines about each route and module are logged at debug level. */
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

  /** Nest passes the logger's context as the last argument. */
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
