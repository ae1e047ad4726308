import { execFileSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogWriter } from './log.writer.js';

const MAX_QUEUED = 1_048_576;
const LINE = `${JSON.stringify({ msg: 'x'.repeat(986) })}\n`;

let directory: string;
let pipe: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-writer-'));
  execFileSync('mkfifo', [join(directory, 'log')]);
  // Opened for reading too, so that the pipe has a reader, which this test controls.
  pipe = openSync(join(directory, 'log'), 'r+');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Reads whole lines from the pipe until one of them satisfies the condition. */
async function linesUntil(isLast: (line: string) => boolean): Promise<string[]> {
  let text = '';
  for await (const chunk of createReadStream('', { fd: pipe })) {
    text += String(chunk);
    const lines = text.split('\n').slice(0, -1);
    if (lines.some(isLast)) return lines;
  }
  throw new Error('the pipe has ended');
}

describe('O8: a log that cannot be written', () => {
  it('buffers a bounded number of characters while the pipe is full, and later reports how many lines were lost', async () => {
    const log = new LogWriter(pipe);
    const count = 4 * Math.ceil(MAX_QUEUED / LINE.length);
    for (let i = 0; i < count; i++) {
      log.write(LINE);
      // Some reach the pipe, which holds 64 KiB.
      if (i === 100) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(log.dropped).toBeGreaterThan(count / 2);
    const kept = count - log.dropped;
    expect(kept * LINE.length).toBeLessThan(MAX_QUEUED + 4 * 65_536);
    expect(await log.end(50)).toBe(false);
    expect(log.endNow()).toBe(false);

    const reading = linesUntil((line) => line.includes('"last"'));
    log.write(`${JSON.stringify({ msg: 'last' })}\n`);
    const lines = (await reading).map((line) => JSON.parse(line) as { msg: string; lines?: number });
    const notices = lines.filter(({ msg }) => msg === 'log lines were dropped');
    expect(notices.map(({ lines: lost }) => lost)).toEqual([log.dropped]);
    expect(lines).toHaveLength(kept + 2);
    expect(await log.end(1_000)).toBe(true);
  });

  it('loses only log lines when the disk is full', async () => {
    closeSync(pipe);
    const log = new LogWriter(openSync('/dev/full', 'w'));
    for (let i = 0; i < 500; i++) log.write(LINE);
    expect(await log.end(1_000)).toBe(true);
    expect(log.dropped).toBe(500);
    log.write(LINE);
    expect(log.endNow()).toBe(true);
  });

  it('is written completely and in order while the output works', async () => {
    const log = new LogWriter(pipe);
    const reading = linesUntil((line) => line === '{"n":9999}');
    for (let n = 0; n < 10_000; n++) log.write(`{"n":${n}}\n`);
    expect(await log.end(5_000)).toBe(true);
    expect((await reading).map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
      Array.from({ length: 10_000 }, (_, n) => n),
    );
    expect(log.dropped).toBe(0);
  });
});
