import { Writable } from 'node:stream';
import type { LogSink } from '../../src/observability/log.writer.js';

/** One line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A sink that keeps what a gateway logs, for tests that read it. */
export class LogLines {
  private readonly texts: string[] = [];
  readonly sink: LogSink = Object.assign(new Writable(), {
    write: (text: string) => this.texts.push(text) > 0,
    flush: () => undefined,
  }) as unknown as LogSink;

  get all(): LogLine[] {
    const lines = this.texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** The lines with a message. */
  with(message: string): LogLine[] {
    return this.all.filter(({ msg }) => msg === message);
  }
}
