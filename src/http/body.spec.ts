import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBody } from './body.js';
import type { GatewayRequest } from './exchange.js';

const LIMIT = 10;

/** A request with only a body. */
function request(): PassThrough & GatewayRequest {
  return Object.assign(new PassThrough(), { headers: {} }) as PassThrough & GatewayRequest;
}

describe('readBody', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['is whole', (req: PassThrough) => req.end('{}'), undefined],
    ['is too large', (req: PassThrough) => req.write('x'.repeat(LIMIT + 1)), 413],
    ['breaks off', (req: PassThrough) => req.destroy(new Error('aborted')), 400],
    ['does not come', () => vi.advanceTimersByTime(60_000), 408],
  ])('P9: leaves no timers or listeners after a body that %s', async (_how, act, status) => {
    const req = request();
    const read = readBody(req, LIMIT).then(
      () => undefined,
      (error: { status?: number }) => error.status,
    );
    act(req);
    expect(await read).toBe(status);
    expect(vi.getTimerCount()).toBe(0);
    expect(req.listenerCount('data')).toBe(0);
  });
});
