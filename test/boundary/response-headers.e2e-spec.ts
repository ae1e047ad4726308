import * as fc from 'fast-check';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerRelay } from '../../src/platform/answer.relay.js';
import { GatewayRequest, GatewayResponse } from '../../src/http/exchange.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { exchange } from '../support/raw.js';
import { RawPlatform } from '../support/raw-platform.js';
import { type Field, fields, lines, parsed } from './header-fields.js';

/** Headers of every response. */
const OURS = [
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'x-content-type-options',
  'x-request-id',
];
/** Additional headers of a problem. */
const OF_PROBLEMS = [...OURS, 'retry-after'];
const STATUSES = [200, 201, 299, 400, 401, 403, 404, 409, 429, 500, 503];

/** The header names and values of a response. */
function told(head: string): Field[] {
  return head
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
}

/** The headers of the response to the browser for a success with these headers; undefined if it is not passed on. */
async function relayed(headers: Record<string, string>, body: string): Promise<string | undefined> {
  const res = new GatewayResponse(new GatewayRequest(new Socket()));
  const wire = Object.assign(new PassThrough({ highWaterMark: 1_000_000 }), { setTimeout: () => undefined });
  res.assignSocket(wire as unknown as Socket);
  const relay = new AnswerRelay(res, 60_000);
  const controller = {
    aborted: false,
    paused: false,
    abort(reason: Error) {
      this.aborted = true;
      relay.onResponseError(undefined, reason);
    },
  };
  const asController = controller as unknown as Dispatcher.DispatchController;
  relay.outcome.catch(() => undefined);
  relay.onResponseStart(asController, 200, headers);
  if (controller.aborted) return undefined;
  relay.onResponseData(asController, Buffer.from(body));
  relay.onResponseEnd();
  await relay.outcome;
  await endOfTurn();
  return String(wire.read()).split('\r\n\r\n', 1)[0];
}

describe('P4: the gateway passes on to the browser', () => {
  it('the platform’s media type, and no other header', async () => {
    await fc.assert(
      fc.asyncProperty(fields, fc.constantFrom(2, 100_000), async (sent, size) => {
        const headers = { ...parsed(sent), 'content-type': 'application/json', 'content-length': String(size) };
        const head = await relayed(headers, '1'.repeat(size));
        if (head === undefined) {
          expect(parsed(sent)['content-encoding']).toBeDefined();
          return;
        }
        const names = told(head).map(([name]) => name);
        expect(names.toSorted()).toEqual(OURS.toSorted());
        expect(head).not.toContain('STOLEN');
        expect(head).toContain('Cache-Control: no-store');
        expect(head).toContain(`Content-Length: ${size}`);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('P4: over a raw socket, the gateway passes on to the browser', () => {
  let platform: RawPlatform;
  let gateway: TestGateway;
  let cookie: string;
  beforeAll(async () => {
    platform = await RawPlatform.start();
    gateway = await startGateway({ PLATFORM_URL: platform.url, PLATFORM_TIMEOUT_MS: '2000' });
    cookie = await gateway.signIn();
  });
  afterAll(async () => {
    await gateway.close();
    await platform.close();
  });

  /** A response with these headers, and one without, which keeps the circuit breaker closed. */
  async function ask(status: number, sent: readonly Field[]): Promise<{ status: number; head: string }> {
    const target = '/api/connect/v1/categories';
    const get = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`;
    platform.behave();
    await Promise.all([exchange(gateway.url, get), exchange(gateway.url, get)]);
    const framing = 'Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n';
    platform.behave((socket) => void socket.end(`HTTP/1.1 ${status} X\r\n${framing}${lines(sent)}\r\n{}`, 'latin1'));
    return exchange(gateway.url, get);
  }

  it('the media type of a success, Retry-After of a problem, and nothing else', async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATUSES), fields, async (status, sent) => {
        const answer = await ask(status, sent);
        const isSuccess = answer.status < 300;
        if (isSuccess) passed += 1;
        expect(answer.status).not.toBe(500);
        const names = told(answer.head).map(([name]) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => !(isSuccess ? OURS : OF_PROBLEMS).includes(name))).toEqual([]);
        for (const [name, value] of told(answer.head))
          if (name !== 'retry-after') expect(value).not.toContain('STOLEN');
      }),
      { numRuns: 400 },
    );
    expect(passed).toBeGreaterThan(50);
  }, 60_000);
});
