import { Logger, type LoggerService } from '@nestjs/common';

/** One line that a class has logged. */
export interface LogLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: unknown;
}

/** Takes the log of everything in this process that uses Nest's logger; give the list back with `Logger.overrideLogger`. */
export function takeLog(): LogLine[] {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (fields: LogLine['fields'], message: unknown): void =>
      void lines.push({ level, fields, message });
  const service: LoggerService = { log: write('log'), warn: write('warn'), error: write('error') };
  Logger.overrideLogger(service);
  return lines;
}
