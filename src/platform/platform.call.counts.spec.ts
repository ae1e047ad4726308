import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { bearerOf } from '../../test/support/unit/platform.client.js';
import { json, lost, MemoryUpstream, type Script } from '../../test/support/unit/upstream.js';
import { GatewayRequest } from '../http/exchange.js';
import type { Span, SpanAttributes } from '../http/tracing.js';
import { CallerGone } from './answer.reader.js';
import { path } from './path.js';
import { PlatformCall } from './platform.call.js';
import type { Bearer, PlatformRequest } from './platform.request.js';

const ANN = bearerOf('ann', 'secret');
const GET: PlatformRequest = { method: 'GET', path: path`/o/${'acme'}/connectors`, query: '', body: null };
const LOST = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNREFUSED'];

beforeEach(() => useFakeClock({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => {
  useRealClock();
  vi.restoreAllMocks();
});

const origin = (): GatewayRequest => new GatewayRequest(new Socket());

interface Made {
  readonly outcome: string;
  readonly from: GatewayRequest;
}

/** Makes a call whose pauses pass at once; gives the status or the code. */
async function make(upstream: MemoryUpstream, request = GET, caller: Bearer = ANN, from = origin()): Promise<Made> {
  const made = new PlatformCall(upstream, caller, request).collect(from).then(
    ({ status }) => String(status),
    ({ code }: { code: string }) => code,
  );
  await vi.runAllTimersAsync();
  return { outcome: await made, from };
}

describe('P14: a lost connection', () => {
  it.each(LOST)('%s: a GET is sent once more', async (code) => {
    const upstream = new MemoryUpstream(lost(code), json(200));
    expect((await make(upstream)).outcome).toBe('200');
    expect(upstream.sent[1]).toEqual(upstream.sent[0]);
    expect(upstream.admission.retried).toBe(1);
  });

  it('is the end when it happens again', async () => {
    const upstream = new MemoryUpstream(lost('ECONNRESET'), lost('ECONNRESET'));
    expect((await make(upstream)).outcome).toBe('platform_unreachable');
    expect(upstream.sent).toHaveLength(2);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('is the end for a %s, which may have arrived', async (method) => {
    const upstream = new MemoryUpstream(lost('ECONNRESET'));
    expect((await make(upstream, { ...GET, method })).outcome).toBe('platform_unreachable');
    expect(upstream.sent).toHaveLength(1);
  });

  it.each<[failure: string, script: Script, outcome: string]>([
    ['another error', lost('EACCES'), 'platform_unreachable'],
    ['an error without a code', (answer) => answer.fail(new Error('lost')), 'platform_unreachable'],
    ['an answer outside the contract', (answer) => answer.head(302), 'platform_answer_invalid'],
    ['a failure of the platform', json(503), 'platform_unavailable'],
  ])('is told from %s, which is the end', async (_, script, outcome) => {
    const upstream = new MemoryUpstream(script);
    expect((await make(upstream)).outcome).toBe(outcome);
    expect(upstream.sent).toHaveLength(1);
  });

  it('is the end when the client has left', async () => {
    const leaving = new AbortController();
    const upstream = new MemoryUpstream((answer) => {
      lost('ECONNRESET')(answer);
      leaving.abort();
    });
    const call = new PlatformCall(upstream, ANN, GET).collect(origin(), leaving.signal);
    await expect(call).rejects.toMatchObject({ code: 'platform_unreachable' });
    expect(upstream.sent).toHaveLength(1);
  });

  it('is the end when the budget for retries is used up', async () => {
    const upstream = new MemoryUpstream(lost('ECONNRESET'));
    while (upstream.admission.mayRetry());
    expect((await make(upstream)).outcome).toBe('platform_unreachable');
  });

  it.each([
    [0, 15],
    [0.999, 44],
  ])('is followed by a pause of 15 to 45 ms, at random (%f)', async (random, pauseMs) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const upstream = new MemoryUpstream(lost('ECONNRESET'), json(200));
    const made = new PlatformCall(upstream, ANN, GET).collect(origin());
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    expect(upstream.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(upstream.sent).toHaveLength(2);
    await made;
  });

  it('is the end when the token has expired during the pause', async () => {
    const tokens = ['secret', 'newer'];
    const upstream = new MemoryUpstream(lost('ECONNRESET'));
    const caller = { ...ANN, freshToken: () => tokens.shift() ?? expect.unreachable() };
    expect((await make(upstream, GET, caller)).outcome).toBe('platform_unreachable');
    expect(upstream.sent).toHaveLength(1);
  });
});

describe('a call is counted', () => {
  it.each<[script: Script, outcome: string, labels: string[]]>([
    [json(201), 'success', ['POST', '/o/{}/connectors', '201', '']],
    [json(409), 'refused', ['POST', '/o/{}/connectors', '409', 'refused']],
    [json(500), 'platform_error', ['POST', '/o/{}/connectors', '', 'platform_error']],
    [lost('ECONNRESET'), 'platform_unreachable', ['POST', '/o/{}/connectors', '', 'platform_unreachable']],
    [(answer) => answer.abort(new CallerGone()), 'caller_gone', ['POST', '/o/{}/connectors', '', 'caller_gone']],
  ])('with its outcome and duration', async (script, outcome, labels) => {
    const upstream = new MemoryUpstream((answer) => {
      vi.advanceTimersByTime(2_000);
      script(answer);
    });
    const { from } = await make(upstream, { ...GET, method: 'POST' });
    expect(Object.fromEntries(upstream.statistics.byOutcome)).toEqual({ [outcome]: { count: 1, seconds: 2 } });
    expect(upstream.durations.all).toMatchObject([{ labels, sum: 2 }]);
    expect(from.platformSeconds).toBe(2);
  });

  it('as one, with all of its attempts and the time of a refresh', async () => {
    const upstream = new MemoryUpstream(json(401), json(200), json(200));
    const from = origin();
    const renew = vi.fn<Bearer['renew']>(async () => {
      vi.advanceTimersByTime(3_000);
      return 'newer';
    });
    await make(upstream, GET, { ...ANN, renew }, from);
    await make(upstream, GET, ANN, from);
    expect(upstream.statistics.byOutcome.get('success')).toEqual({ count: 2, seconds: 3 });
    expect(from.platformSeconds).toBe(3);
  });

  it('while it is under way', async () => {
    const inFlight: number[] = [];
    const note =
      (script: Script): Script =>
      (answer) => {
        inFlight.push(upstream.admission.inFlight);
        script(answer);
      };
    const upstream: MemoryUpstream = new MemoryUpstream(note(json(200)), note(json(400)), note(lost('EPIPE')));
    for (let i = 0; i < 3; i++) await make(upstream, { ...GET, method: 'POST' });
    expect([inFlight, upstream.admission.inFlight]).toEqual([[1, 1, 1], 0]);
  });

  it('for the breaker: it opens when the platform is down, not when it refuses', async () => {
    for (const [script, breaker] of [
      [lost('EPIPE'), 'open'],
      [json(503), 'open'],
      [json(400), 'closed'],
      [json(200), 'closed'],
    ] as const) {
      const upstream = new MemoryUpstream(...Array.from({ length: 50 }, () => script));
      for (let i = 0; i < 50; i++) await make(upstream, { ...GET, method: 'POST' });
      expect(upstream.admission.breaker).toBe(breaker);
    }
  });

  it('is not made where it is not admitted', async () => {
    const upstream = new MemoryUpstream();
    for (let i = 0; i < 256; i++) upstream.admission.enter(ANN);
    expect((await make(upstream)).outcome).toBe('too_many_calls');
    expect(upstream.admission.inFlight).toBe(256);
    expect(upstream.statistics.byOutcome.size).toBe(0);
  });
});

describe('a call of a traced request', () => {
  /** A span that records its children. */
  class RecordedSpan implements Span {
    readonly traceId = 't';
    readonly children: RecordedSpan[] = [];
    ended: [SpanAttributes, string | undefined] | undefined;

    constructor(
      readonly name = 'request',
      readonly attributes: SpanAttributes = {},
    ) {}

    get headers(): string[] {
      return ['traceparent', `of ${this.name}`];
    }

    call(name: string, attributes: SpanAttributes): Span {
      const child = new RecordedSpan(name, attributes);
      this.children.push(child);
      return child;
    }

    step(): Span {
      return expect.unreachable();
    }

    end(attributes: SpanAttributes, error?: string): void {
      this.ended = [attributes, error];
    }
  }

  async function traced(...scripts: Script[]): Promise<RecordedSpan[]> {
    const span = new RecordedSpan();
    const from = Object.assign(origin(), { span });
    Object.defineProperty(from, 'headers', { value: { traceparent: 'the client’s', tracestate: 'a=b' } });
    const upstream = new MemoryUpstream(...scripts);
    await make(upstream, GET, { ...ANN, renew: async () => 'newer' }, from);
    for (const at of upstream.sent.keys()) {
      expect(upstream.header('traceparent', at)).toBe('of GET /o/{}/connectors');
      expect(upstream.header('tracestate', at)).toBeUndefined();
    }
    return span.children;
  }

  const attributes = { 'http.request.method': 'GET', 'url.template': '/o/{}/connectors' };

  it('has a span, which ends with its status', async () => {
    const spans = await traced(json(200));
    expect(spans.map(({ name, attributes: said, ended }) => [name, said, ended])).toEqual([
      ['GET /o/{}/connectors', attributes, [{ 'http.response.status_code': 200 }, undefined]],
    ]);
  });

  it('has a span for each attempt', async () => {
    const spans = await traced(json(401), json(200));
    expect(spans.map(({ attributes: said, ended }) => [said, ended])).toEqual([
      [attributes, [{ 'http.response.status_code': 401 }, 'refused']],
      [{ ...attributes, 'http.request.resend_count': 1 }, [{ 'http.response.status_code': 200 }, undefined]],
    ]);
  });

  it.each<[script: Script, ended: [SpanAttributes, string]]>([
    [json(500), [{ 'http.response.status_code': 500 }, 'platform_error']],
    [lost('EACCES'), [{}, 'platform_unreachable']],
    [(answer) => answer.head(302), [{ 'http.response.status_code': 302 }, 'platform_answer_invalid']],
  ])('has the words of the metrics for a failure', async (script, ended) => {
    expect((await traced(script)).map((span) => span.ended)).toEqual([ended]);
  });
});
