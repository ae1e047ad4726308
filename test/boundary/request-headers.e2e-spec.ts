import * as fc from 'fast-check';
import { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admission } from '../../src/platform/admission.js';
import { CallStatistics } from '../../src/platform/call.statistics.js';
import { path } from '../../src/platform/path.js';
import { PlatformCall, type Upstream } from '../../src/platform/platform.call.js';
import { GatewayRequest } from '../../src/http/exchange.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { exchange } from '../support/raw.js';
import { type Field, fields, lines, parsed } from './header-fields.js';

/** Request headers that the gateway forwards. */
const PASSED = ['accept-language', 'traceparent', 'tracestate'];
const OURS = ['accept', 'accept-encoding', 'authorization', 'content-type', 'x-request-id'];
const FRAMING = ['connection', 'content-length', 'host'];

const bearer = { subject: 'ann', token: 'ours', freshToken: () => 'ours', renew: () => Promise.resolve(undefined) };

/** The forwarded headers of a request with these headers. */
async function forwarded(sent: readonly Field[], body: Buffer | null): Promise<[name: string, value: string][]> {
  let headers: string[] = [];
  const pool = {
    dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
      headers = options.headers as string[];
      handler.onResponseError?.({} as Dispatcher.DispatchController, new Error('enough'));
    },
  };
  const upstream = { admission: new Admission(), statistics: new CallStatistics(), pool, basePath: '', timeoutMs: 1 };
  const origin = new GatewayRequest(new Socket());
  origin.headers = parsed(sent);
  const request = { method: 'POST', path: path`/categories`, query: '', body } as const;
  await new PlatformCall(upstream as unknown as Upstream, bearer, request).collect(origin).catch(() => undefined);
  return Array.from({ length: headers.length / 2 }, (_, i) => [headers[2 * i] ?? '', headers[2 * i + 1] ?? '']);
}

describe('P3: the gateway forwards to the platform', () => {
  it('the listed request headers unchanged and its own, each once, whatever else was sent', async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(fields, fc.constantFrom(null, Buffer.from('{}')), async (sent, body) => {
        const told = await forwarded(sent, body);
        const came = parsed(sent);
        const expected = PASSED.filter((name) => came[name] !== undefined);
        passed += expected.length;
        const ours = OURS.filter((name) => name !== 'content-type' || body !== null);
        expect(told.map(([name]) => name).toSorted()).toEqual([...ours, ...expected].toSorted());
        const values = Object.fromEntries(told);
        for (const name of expected) expect(values[name]).toBe(came[name]);
        expect(values['authorization']).toBe('Bearer ours');
        for (const name of OURS) expect(values[name] ?? '').not.toContain('STOLEN');
      }),
      { numRuns: 5_000 },
    );
    expect(passed).toBeGreaterThan(500);
  });
});

describe('P3: over a raw socket, the gateway forwards to the platform', () => {
  let gateway: TestGateway;
  let cookie: string;
  beforeAll(async () => {
    gateway = await startGateway();
    cookie = await gateway.signIn();
  });
  afterAll(() => gateway.close());

  it('the listed request headers and its own, or nothing', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fields, async (sent) => {
        gateway.platform.reset();
        const { host } = new URL(gateway.url);
        const head = `GET /api/connect/v1/categories HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nCookie: ${cookie}\r\n`;
        const { status } = await exchange(gateway.url, `${head}${lines(sent)}\r\n`);
        expect([200, 400, 401, 403, 417]).toContain(status);
        expect(gateway.platform.seen).toHaveLength(status === 200 ? 1 : 0);
        if (status !== 200) return;
        answered += 1;
        const { headers, rawHeaders } = gateway.platform.last;
        const known = [...PASSED, ...OURS, ...FRAMING];
        expect(Object.keys(headers).filter((name) => !known.includes(name))).toEqual([]);
        expect(rawHeaders.length / 2).toBe(Object.keys(headers).length);
        for (const name of [...OURS, ...FRAMING]) expect(headers[name] ?? '').not.toContain('STOLEN');
      }),
      { numRuns: 500 },
    );
    expect(answered).toBeGreaterThan(150);
  }, 60_000);
});
