import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OtlpConnection } from './otlp.connection.js';
import { createPino } from './pino.logger.js';

const lines: string[] = [];
const sink = { write: (line: string) => void lines.push(line), dropped: 0 };

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => void vi.useRealTimers());

const ENDPOINT = new URL('http://collector:4318');

describe('OtlpConnection', () => {
  it('warns at most once a minute across all sources', () => {
    const failures = new OtlpConnection(ENDPOINT, { otlpHeaders: undefined }, createPino('warn', sink));
    failures.report(new Error('first'));
    failures.warn('second');
    vi.advanceTimersByTime(59_999);
    failures.report(new Error('third'));
    vi.advanceTimersByTime(1);
    failures.warn('fourth');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, context: 'Telemetry', reason: 'Error: first', msg: 'telemetry cannot be sent' },
      { level: 40, context: 'Telemetry', reason: 'fourth', msg: 'telemetry cannot be sent' },
    ]);
  });

  it('O1: never logs the response of the collector, which may quote its API key', () => {
    const error = Object.assign(new Error('Unauthorized'), { code: 401, data: 'SENTINEL-key' });
    new OtlpConnection(ENDPOINT, { otlpHeaders: undefined }, createPino('warn', sink)).report(error);
    expect(lines.join('')).toContain('Unauthorized');
    expect(lines.join('')).not.toContain('SENTINEL');
  });

  it('sends the configured headers, percent-decoded', () => {
    const connection = new OtlpConnection(
      ENDPOINT,
      { otlpHeaders: 'api-key=a%20b, tenant=x=y' },
      createPino('warn', sink),
    );
    expect(connection.optionsFor('metrics')).toMatchObject({
      url: 'http://collector:4318/v1/metrics',
      headers: { 'api-key': 'a b', tenant: 'x=y' },
    });
  });
});
