import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import type { Logger } from 'pino';
import type { AuditLog } from './audit.log.js';
import { LineSampler } from './line.sampler.js';
import { Metrics } from './metrics.js';
import type { LogSink } from './log.writer.js';
import { createPino } from './pino.logger.js';
import { RequestObserver } from './request.observer.js';

const REQUEST = { requestId: 'abc-1', method: 'GET', route: '/api/connect/v1/categories', startedAt: 0 };

describe('RequestObserver', () => {
  it('writes the same line as pino', () => {
    const { lines, sink } = collect();
    const logger = createPino('info', sink);
    observeOne(observerOf(logger, sink), { remoteAddress: '10.0.0.7' });
    logger.info(
      { requestId: 'abc-1', method: 'GET', route: '/api/connect/v1/categories', status: 200, ms: 1, ip: '10.0.0.7' },
      'request',
    );
    const [ours, pinos] = lines.map((line) => line.replace(/"(time|ms)":[\d.]+/g, '"$1":0'));
    expect(ours).toBe(pinos);
  });

  it('takes the address from Express behind a proxy, whatever header the proxy sets', () => {
    const { lines, sink } = collect();
    const observer = observerOf(createPino('info', sink), sink);
    observeOne(observer, { remoteAddress: '10.0.0.7', forwarded: 'a "name"\n' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ip: 'a "name"\n' });
  });

  it('writes nothing below the level', () => {
    const { lines, sink } = collect();
    observeOne(observerOf(createPino('warn', sink), sink), { remoteAddress: '10.0.0.7' });
    expect(lines).toEqual([]);
  });
});

const AUDIT = { request: () => undefined } as unknown as AuditLog;

function observerOf(logger: Logger, sink: LogSink): RequestObserver {
  const sampler = new LineSampler({ logSuccessRatio: 1, logHealthRatio: 1 });
  return new RequestObserver({ logger, sink, sampler, metrics: new Metrics(), audit: AUDIT });
}

function collect(): { lines: string[]; sink: LogSink } {
  const lines: string[] = [];
  return { lines, sink: { write: (line) => void lines.push(line), dropped: 0 } };
}

/** A request with its response. */
function observeOne(observer: RequestObserver, from: { remoteAddress: string; forwarded?: string }): void {
  const res = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true });
  const headers = from.forwarded === undefined ? {} : { 'x-forwarded-for': from.forwarded };
  const req = { ...REQUEST, headers, ip: from.forwarded, socket: { remoteAddress: from.remoteAddress } };
  observer.observe(req as unknown as GatewayRequest, res as unknown as GatewayResponse);
  res.emit('close');
}
