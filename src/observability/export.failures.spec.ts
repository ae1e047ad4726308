import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExportFailures } from './export.failures.js';
import { createPino } from './pino.logger.js';

const lines: string[] = [];
const sink = { write: (line: string) => void lines.push(line), dropped: 0 };

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => void vi.useRealTimers());

describe('ExportFailures', () => {
  it('speaks once a minute, whoever speaks to it', () => {
    const failures = new ExportFailures(createPino('warn', sink));
    failures.report(new Error('first'));
    failures.warn('second');
    vi.advanceTimersByTime(59_999);
    failures.report(new Error('third'));
    vi.advanceTimersByTime(1);
    failures.warn('fourth');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, context: 'Traces', reason: 'Error: first', msg: 'traces cannot be sent' },
      { level: 40, context: 'Traces', reason: 'fourth', msg: 'traces cannot be sent' },
    ]);
  });

  it('O1: keeps to itself what the collector answered, which may quote the key that it was sent', () => {
    const error = Object.assign(new Error('Unauthorized'), { code: 401, data: 'SENTINEL-key' });
    new ExportFailures(createPino('warn', sink)).report(error);
    expect(lines.join('')).toContain('Unauthorized');
    expect(lines.join('')).not.toContain('SENTINEL');
  });
});
