import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Lines are buffered up to this many characters, or for this long, before they are written. */
const BATCH_CHARACTERS = 32_768;
const BATCH_MS = 250;
/** Maximum buffer while the log cannot be written; further lines are dropped and counted. */
const MAX_QUEUED_CHARACTERS = 1_048_576;
/** Retry delay for a busy log (EAGAIN). */
const BUSY_MS = 100;
const STALLED = 'the log is not being read';
const BUSY_CODES = new Set(['EAGAIN', 'EBUSY', 'EINTR']);

/** The destination of log lines. */
export interface LogSink extends DestinationStream {
  /** Lines lost so far because the log could not be written. */
  readonly dropped: number;
}

/**
 * Writes the log without ever blocking on it or growing with it: a log that is full, closed or unread loses only its own
 * lines. Lines are batched, because a write costs some 100 µs however short it is, and written by a thread of Node's
 * pool, one write at a time. Lost lines are reported in the log itself as soon as it can be written again.
 */
export class LogWriter implements LogSink {
  dropped = 0;
  private queued = '';
  private inFlight: Buffer | undefined;
  /** Lines lost since the last report in the log, why, and how many of them the write in flight reports. */
  private unsaid = 0;
  private saying = 0;
  private reason = '';
  /** Whether the last line that reached the log is incomplete. */
  private isCut = false;
  private onIdle: (() => void) | undefined;

  constructor(private readonly fd: number) {
    setInterval(this.pass, BATCH_MS).unref();
  }

  write(line: string): void {
    if (this.queued.length + line.length > MAX_QUEUED_CHARACTERS) return this.drop(1, STALLED);
    this.queued += line;
    if (this.queued.length >= BATCH_CHARACTERS) this.pass();
  }

  /** Writes pending lines, for a limited time. True when all of them have been written, or lost. */
  async end(milliseconds: number): Promise<boolean> {
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    const timeout = new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
    this.pass();
    if (this.inFlight !== undefined) await Promise.race([idle, timeout]);
    return this.inFlight === undefined;
  }

  /** Writes pending lines synchronously as the process exits. False while a write is in flight, which may never return. */
  endNow(): boolean {
    if (this.inFlight !== undefined) return false;
    try {
      if (this.queued !== '') writeSync(this.fd, this.compose());
    } catch {
      // The process exits; no channel is left to report it.
    }
    return true;
  }

  private readonly pass = (): void => {
    if (this.inFlight !== undefined || this.queued === '') return;
    this.inFlight = this.compose();
    this.continue();
  };

  /** All pending lines, after a line about those that were lost. */
  private compose(): Buffer {
    const { unsaid, reason } = this;
    const lines = this.queued;
    this.queued = '';
    this.saying = unsaid;
    const notice = {
      level: 40,
      time: Date.now(),
      context: 'Log',
      lines: unsaid,
      reason,
      msg: 'log lines were dropped',
    };
    return Buffer.from((this.isCut ? '\n' : '') + (unsaid > 0 ? `${JSON.stringify(notice)}\n` : '') + lines);
  }

  private readonly continue = (): void => {
    if (this.inFlight !== undefined) write(this.fd, this.inFlight, this.onWritten);
  };

  private readonly onWritten = (error: NodeJS.ErrnoException | null, bytes: number): void => {
    const rest = this.inFlight?.subarray(bytes);
    if (error !== null && BUSY_CODES.has(error.code ?? '')) return void setTimeout(this.continue, BUSY_MS).unref();
    if (error !== null) return this.giveUp(error.code ?? error.message);
    this.isCut = rest !== undefined && rest.length > 0;
    this.inFlight = rest;
    if (this.isCut) return this.continue();
    this.unsaid -= this.saying;
    this.settle();
  };

  private giveUp(reason: string): void {
    const lines = countLines(this.inFlight ?? Buffer.alloc(0));
    this.drop(this.saying > 0 ? Math.max(0, lines - 1) : lines, reason);
    this.settle();
  }

  private settle(): void {
    this.saying = 0;
    this.inFlight = undefined;
    if (this.queued.length >= BATCH_CHARACTERS || (this.onIdle !== undefined && this.queued !== '')) this.pass();
    if (this.inFlight === undefined) this.onIdle?.();
  }

  private drop(lines: number, reason: string): void {
    this.dropped += lines;
    this.unsaid += lines;
    this.reason = reason;
  }
}

function countLines(text: Buffer): number {
  let lines = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines += 1;
  return lines;
}
