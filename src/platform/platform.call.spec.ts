import { Socket } from 'node:net';
import { FormData } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import { bearerOf } from '../../test/support/unit/platform.client.js';
import { json, lost, MemoryUpstream, type Script } from '../../test/support/unit/upstream.js';
import { GatewayRequest } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { path } from './path.js';
import { PlatformCall } from './platform.call.js';
import type { Bearer, PlatformRequest } from './platform.request.js';

const ANN = bearerOf('ann', 'secret');
const GET: PlatformRequest = { method: 'GET', path: path`/o/${'acme'}/connectors`, query: '', body: null };
const POST: PlatformRequest = { ...GET, method: 'POST', body: Buffer.from('{"name":"n"}') };

/** The request of a client that a call is made for. */
function origin(request: Partial<Pick<GatewayRequest, 'headers' | 'url' | 'ip' | 'span'>> = {}): GatewayRequest {
  const req = new GatewayRequest(new Socket());
  for (const [name, value] of Object.entries(request)) Object.defineProperty(req, name, { value });
  return req;
}

/** Makes a call, and returns its problem. */
function failure(call: PlatformCall, from = origin()): Promise<Problem> {
  return call.collect(from).then(
    () => expect.unreachable(),
    (problem: Problem) => problem,
  );
}

describe('what is sent to the platform', () => {
  it('is the request as described, with the caller’s token and the id of the request', async () => {
    const upstream = new MemoryUpstream(json(200));
    const from = origin();
    await new PlatformCall(upstream, ANN, { ...GET, query: '?first=1' }).collect(from);
    expect(upstream.sent).toEqual([
      {
        method: 'GET',
        path: '/base/o/acme/connectors?first=1',
        body: null,
        headers: [
          'authorization',
          'Bearer secret',
          'accept',
          'application/json, application/*;q=0.9',
          'accept-encoding',
          'identity',
          'x-request-id',
          from.requestId,
        ],
        headersTimeout: 1_000,
        bodyTimeout: 1_000,
      },
    ]);
  });

  it('is a body of JSON with its media type', async () => {
    const upstream = new MemoryUpstream(json(201));
    await new PlatformCall(upstream, ANN, POST).collect(origin());
    expect(upstream.sent[0]).toMatchObject({ method: 'POST', body: POST.body });
    expect(upstream.header('content-type')).toBe('application/json');
  });

  it('is a form with a media type of its own, and four times as long to answer', async () => {
    const upstream = new MemoryUpstream(json(201));
    const body = new FormData();
    await new PlatformCall(upstream, ANN, { ...POST, body }).collect(origin());
    expect(upstream.sent[0]).toMatchObject({ body, headersTimeout: 4_000, bodyTimeout: 4_000 });
    expect(upstream.header('content-type')).toBeUndefined();
  });

  it('has the language that the client prefers', async () => {
    const upstream = new MemoryUpstream(json(200));
    await new PlatformCall(upstream, ANN, GET).collect(origin({ headers: { 'accept-language': 'de, en;q=0.5' } }));
    expect(upstream.header('accept-language')).toBe('de, en;q=0.5');
  });

  it('has the client’s address and agent only where that is configured', async () => {
    const from = { ip: '2001:db8::1', headers: { 'user-agent': 'a'.repeat(600) } };
    for (const sendsCaller of [false, true]) {
      const upstream = new MemoryUpstream(json(200), json(200));
      upstream.sendsCaller = sendsCaller;
      await new PlatformCall(upstream, ANN, GET).collect(origin(from));
      await new PlatformCall(upstream, ANN, GET).collect(origin());
      expect(upstream.header('x-connect-gateway-client-address')).toBe(sendsCaller ? '2001:db8::1' : undefined);
      expect(upstream.header('x-connect-gateway-client-agent')).toBe(sendsCaller ? 'a'.repeat(512) : undefined);
      expect(upstream.header('x-connect-gateway-client-address', 1)).toBeUndefined();
      expect(upstream.header('x-connect-gateway-client-agent', 1)).toBeUndefined();
    }
  });

  it('has the client’s own trace context where the request is not traced', async () => {
    const upstream = new MemoryUpstream(json(200), json(200));
    const headers = { traceparent: '00-1-2-01', tracestate: 'a=b' };
    await new PlatformCall(upstream, ANN, GET).collect(origin({ headers }));
    expect([upstream.header('traceparent'), upstream.header('tracestate')]).toEqual(['00-1-2-01', 'a=b']);
    await new PlatformCall(upstream, ANN, GET).collect(origin({ headers: { tracestate: ['a', 'b'] } }));
    expect([upstream.header('traceparent', 1), upstream.header('tracestate', 1)]).toEqual([undefined, undefined]);
  });

  it('P16: is nothing where the client sent a query that the operation does not take', async () => {
    const upstream = new MemoryUpstream(json(200), json(200));
    const from = origin({ url: '/x?first=1' });
    expect(await failure(new PlatformCall(upstream, ANN, GET), from)).toMatchObject({
      code: 'invalid_request',
      message: 'This operation takes no query; leave it out.',
    });
    expect(upstream.sent).toEqual([]);
    await new PlatformCall(upstream, ANN, { ...GET, query: '?first=1' }).collect(from);
    await new PlatformCall(upstream, ANN, GET).collectPart(from, new AbortController().signal, 10);
    expect(upstream.sent).toHaveLength(2);
  });
});

describe('a call that fails', () => {
  it.each<[how: string, script: Script, status: number, code: string]>([
    ['refused', json(409, { code: 'name_taken' }), 409, 'name_taken'],
    ['a failure of the platform', json(500), 502, 'platform_error'],
    ['no answer', lost('ECONNRESET'), 502, 'platform_unreachable'],
    ['no answer of the contract', (answer) => answer.head(302), 502, 'platform_answer_invalid'],
  ])('is a problem: %s', async (_, script, status, code) => {
    const upstream = new MemoryUpstream(script);
    expect(await failure(new PlatformCall(upstream, ANN, POST))).toMatchObject({ status, code });
  });

  it('is a problem also when it could not be sent at all', async () => {
    const upstream = new MemoryUpstream();
    const problem = await failure(new PlatformCall(upstream, ANN, POST));
    expect(problem).toMatchObject({
      code: 'platform_unreachable',
      cause: { message: expect.stringContaining('more') },
    });
  });

  it.each<[how: string, script: Script, mayHave: boolean]>([
    ['refused', json(409), false],
    ['failed', json(500), true],
    ['lost', lost('ECONNRESET'), true],
  ])('says whether it may have taken effect: %s', async (_, script, mayHave) => {
    const call = new PlatformCall(new MemoryUpstream(script), ANN, POST);
    await failure(call);
    expect(call.mayHaveTakenEffect).toBe(mayHave);
  });

  it('says so by its last attempt', async () => {
    const caller = { ...ANN, renew: async () => 'newer' };
    const call = new PlatformCall(new MemoryUpstream(json(401), lost('EPIPE')), caller, POST);
    await failure(call);
    expect(call.mayHaveTakenEffect).toBe(true);
    const refused = new PlatformCall(new MemoryUpstream(json(200)), ANN, GET);
    await failure(refused, origin({ url: '/x?a=1' }));
    expect(refused.mayHaveTakenEffect).toBe(false);
  });
});

describe('S7: a call whose token expired while the request waited', () => {
  const stale = { subject: 'ann', token: 'ended', renew: () => Promise.resolve(undefined) };

  it('is sent with the new token', async () => {
    const upstream = new MemoryUpstream(json(200));
    await new PlatformCall(upstream, { ...stale, freshToken: async () => 'next' }, GET).collect(origin());
    expect(upstream.header('authorization')).toBe('Bearer next');
  });

  it('is not sent without a token', async () => {
    const upstream = new MemoryUpstream();
    const freshToken = vi.fn<Bearer['freshToken']>().mockRejectedValue(new Problem('reauthentication_required'));
    const problem = await failure(new PlatformCall(upstream, { ...stale, freshToken }, GET));
    expect(problem.code).toBe('reauthentication_required');
    expect(upstream.sent).toEqual([]);
  });
});

describe('S6: a token that the platform refuses', () => {
  it('is replaced once, and the call repeated', async () => {
    const renew = vi.fn<Bearer['renew']>().mockResolvedValue('newer');
    const upstream = new MemoryUpstream(json(401), json(201, { id: '1' }));
    const from = origin();
    const { status, body } = await new PlatformCall(upstream, { ...ANN, renew }, POST).collect(from);
    expect([status, body.toString()]).toEqual([201, '{"id":"1"}']);
    expect(renew.mock.calls).toEqual([['secret', from]]);
    expect([0, 1].map((at) => upstream.header('authorization', at))).toEqual(['Bearer secret', 'Bearer newer']);
    expect(upstream.sent[1]?.body).toBe(POST.body);
  });

  it('is the end where there is no other', async () => {
    const upstream = new MemoryUpstream(json(401, { message: 'You sent secret.' }));
    const problem = await failure(new PlatformCall(upstream, ANN, GET));
    expect(problem).toMatchObject({ code: 'upstream_unauthorized', extras: { details: 'You sent [redacted].' } });
  });

  it('is the end where the other is refused as well', async () => {
    const upstream = new MemoryUpstream(json(401), json(401, { message: 'You sent newer.' }));
    const call = new PlatformCall(upstream, { ...ANN, renew: async () => 'newer' }, GET);
    expect(await failure(call)).toMatchObject({
      code: 'upstream_unauthorized',
      extras: { details: 'You sent [redacted].' },
    });
    expect(upstream.sent).toHaveLength(2);
  });

  it('is not replaced for another refusal', async () => {
    const renew = vi.fn<Bearer['renew']>().mockResolvedValue('newer');
    const upstream = new MemoryUpstream(json(403, { code: 'no', message: 'You sent secret.' }));
    expect(await failure(new PlatformCall(upstream, { ...ANN, renew }, GET))).toMatchObject({
      code: 'no',
      message: 'You sent [redacted].',
    });
    expect(renew).not.toHaveBeenCalled();
  });
});

describe('H3: the answers that calls keep in memory', () => {
  it('count no more once their requests have been answered', async () => {
    const large = Buffer.alloc(60 * 1_048_576);
    const head = { 'content-type': 'application/json', 'content-length': String(large.length) };
    const script: Script = (answer) => answer.head(200, head).data(large).end();
    const upstream = new MemoryUpstream(...Array.from({ length: 10 }, () => script));
    const call = new PlatformCall(upstream, ANN, POST);
    for (let i = 0; i < 5; i++) {
      expect((await call.collect(origin())).status).toBe(200);
      expect((await call.collectPart(origin(), new AbortController().signal, large.length)).status).toBe(200);
    }
  });
});

describe('a part of what a request needs', () => {
  it('has a size limit of its own, and ends with the signal', async () => {
    const leaving = new AbortController();
    const upstream = new MemoryUpstream(json(200, '12345678'), json(200, '123456789'), () => leaving.abort());
    const part = () => new PlatformCall(upstream, ANN, POST).collectPart(origin(), leaving.signal, 10);
    expect((await part()).body.toString()).toBe('"12345678"');
    await expect(part()).rejects.toMatchObject({ code: 'platform_answer_invalid' });
    await expect(part()).rejects.toMatchObject({ code: 'caller_gone' });
  });
});
