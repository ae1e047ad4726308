import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlatformAnswer } from '../../test/support/unit/platform.answer.js';
import { type ResponderServer, startResponderServer } from '../../test/support/unit/responder.server.js';
import { type GatewayResponse, Responder } from '../http/exchange.js';
import { CallerGone, TotalTimeout } from './answer.reader.js';
import { AnswerRelay } from './answer.relay.js';

const TIMEOUT_MS = 1_000;
const STALLED_MS = 30_000;
/** Answers up to this size are held. */
const HELD_BYTES = 65_536;
const MIB = 1_048_576;
const HEAD = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };

let server: ResponderServer;
beforeAll(async () => {
  server = await startResponderServer();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => server.close());

/** A relay of one answer to a client, and the answer that the test writes. */
class Relay extends Responder {
  readonly begun = Promise.withResolvers<{ answer: PlatformAnswer; relay: AnswerRelay; res: GatewayResponse }>();

  constructor(private readonly types?: RegExp) {
    super();
  }

  sendTo(res: GatewayResponse): Promise<unknown> {
    const relay = new AnswerRelay(res, TIMEOUT_MS, this.types);
    const answer = new PlatformAnswer(relay).start();
    this.begun.resolve({ answer, relay, res });
    return relay.outcome;
  }
}

interface Relayed {
  readonly answer: PlatformAnswer;
  readonly relay: AnswerRelay;
  readonly res: GatewayResponse;
  readonly response: Promise<Response>;
  readonly leave: () => void;
}

/** A client that calls, and the answer it is going to get. */
async function relayed(types?: RegExp): Promise<Relayed> {
  const responder = new Relay(types);
  server.respond(() => responder);
  const leaving = new AbortController();
  const response = fetch(server.url, { signal: leaving.signal });
  response.catch(() => undefined);
  return { ...(await responder.begun.promise), response, leave: () => leaving.abort() };
}

/** A client that reads nothing before it is told to. */
async function unread(): Promise<Omit<Relayed, 'response' | 'leave'> & { readonly socket: Socket }> {
  const responder = new Relay();
  server.respond(() => responder);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.pause().write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return { ...(await responder.begun.promise), socket };
}

/** Writes until the buffers on the way are full. */
function fill(answer: PlatformAnswer): number {
  let bytes = 0;
  answer.head(200, HEAD);
  for (; !answer.paused && bytes < 64 * MIB; bytes += MIB) answer.data(Buffer.alloc(MIB, '1'));
  return bytes;
}

describe('a short answer', () => {
  it('is relayed byte for byte when it is complete, with its status and media type only', async () => {
    const { answer, relay, response, res } = await relayed();
    answer.head(201, { ...HEAD, 'content-type': 'application/json; charset=utf-8', 'x-internal': 'db-7' });
    answer.data('{ "a":').data('"größe"}');
    expect(res.headersSent).toBe(false);
    expect(relay.isUntouched).toBe(true);
    answer.end();
    const { status, headers } = await response;
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-length')).toBe('16');
    for (const name of ['x-internal', 'content-disposition', 'content-security-policy'])
      expect(headers.has(name)).toBe(false);
    expect(await (await response).text()).toBe('{ "a":"größe"}');
  });

  it('is a file, which a browser does not show, when other media types than JSON are asked for', async () => {
    const { answer, response } = await relayed(/^text\/xml$/);
    answer
      .head(200, { ...HEAD, 'content-type': 'text/xml' })
      .data('<a/>')
      .end();
    const { headers } = await response;
    expect(headers.get('content-type')).toBe('text/xml');
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(await (await response).text()).toBe('<a/>');
  });

  it('that breaks off can still become a problem, or be asked for again', async () => {
    const { answer, relay, response, res } = await relayed();
    answer.head(200, HEAD).data('x'.repeat(HELD_BYTES));
    expect(relay.isUntouched).toBe(true);
    answer.fail(new Error('reset'));
    expect((await response).status).toBe(500);
    expect(res.isCutOff).toBe(false);
  });

  it('that is no success is left to others', async () => {
    const { answer, relay, res, leave } = await relayed();
    answer.head(404).data('{}').end();
    await relay.outcome;
    expect(relay.refusal?.status).toBe(404);
    expect(res.headersSent).toBe(false);
    leave();
  });
});

describe('a long answer', () => {
  it('is relayed while it arrives, with its length if that is known', async () => {
    const { answer, relay, response } = await relayed();
    answer.head(200, { 'content-type': 'application/json', 'content-length': String(HELD_BYTES + 1) }).data('1');
    const { status, headers, body } = await response;
    expect(status).toBe(200);
    expect(headers.get('content-length')).toBe(String(HELD_BYTES + 1));
    expect(headers.get('content-type')).toBe('application/json');
    expect(relay.isUntouched).toBe(false);
    const reader = (body ?? expect.unreachable()).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('1');
    answer.data('2'.repeat(HELD_BYTES)).end();
    let rest = '';
    for (let read = await reader.read(); !read.done; read = await reader.read())
      rest += Buffer.from(read.value).toString();
    expect(rest).toBe('2'.repeat(HELD_BYTES));
  });

  it('is relayed in order when its length is not known', async () => {
    const { answer, response, res } = await relayed();
    const pieces = ['1', '2', '3', '4'].map((digit) => digit.repeat(HELD_BYTES / 2));
    answer.head(200, HEAD);
    for (const piece of pieces.slice(0, 2)) answer.data(piece);
    expect(res.headersSent).toBe(false);
    for (const piece of pieces.slice(2)) answer.data(piece);
    answer.end();
    expect((await response).headers.has('content-length')).toBe(false);
    expect(await (await response).text()).toBe(pieces.join(''));
  });

  it('keeps the headers of a file', async () => {
    const { answer, response } = await relayed(/^text\/xml$/);
    answer
      .head(200, { ...HEAD, 'content-type': 'text/xml' })
      .data('x'.repeat(HELD_BYTES + 1))
      .end();
    expect((await response).headers.get('content-disposition')).toBe('attachment');
    await (await response).text();
  });

  it('P7: that breaks off is cut off, and never looks complete', async () => {
    const { answer, response, res } = await relayed();
    answer.head(200, HEAD).data('x'.repeat(HELD_BYTES + 1));
    const { body } = await response;
    answer.fail(new Error('reset'));
    await expect(new Response(body).text()).rejects.toThrow('terminated');
    expect(res.isCutOff).toBe(true);
  });

  it('is not cut off by the gateway when its client left', async () => {
    const { answer, response, res, leave } = await relayed();
    answer.head(200, HEAD).data('x'.repeat(HELD_BYTES + 1));
    await response;
    leave();
    await expect.poll(() => answer.reason).toBeInstanceOf(CallerGone);
    expect(res.isCutOff).toBe(false);
  });
});

describe('P17: a client that leaves', () => {
  it('aborts its call', async () => {
    const { answer, relay, leave } = await relayed();
    answer.head(200, HEAD).data('1');
    leave();
    await expect.poll(() => answer.reason).toBeInstanceOf(CallerGone);
    expect(relay.isUntouched).toBe(false);
    await expect(relay.outcome).rejects.toThrow(CallerGone);
  });

  it('before its call was sent keeps it from being sent', async () => {
    const { res, leave } = await relayed();
    leave();
    await expect.poll(() => res.closed).toBe(true);
    const late = new AnswerRelay(res, TIMEOUT_MS);
    late.outcome.catch(() => undefined);
    expect(new PlatformAnswer(late).start().reason).toBeInstanceOf(CallerGone);
  });

  it('after its answer aborts nothing, also on a connection that stays open', async () => {
    const { answer, response, res } = await relayed();
    const onClose = res.listenerCount('close');
    answer.head(200, HEAD).data('{}').end();
    expect(res.listenerCount('close')).toBe(onClose - 1);
    await (await response).text();
    await expect.poll(() => res.closed).toBe(true);
    expect(answer.reason).toBeUndefined();
  });
});

describe('P9: a client that reads slowly', () => {
  it('stops the platform from sending, until it reads again', async () => {
    const { answer, res, socket } = await unread();
    const bytes = fill(answer);
    expect(answer.paused).toBe(true);
    expect(bytes).toBeLessThan(64 * MIB);
    let received = 0;
    const whole = new Promise((resolve) => socket.on('close', resolve));
    socket.on('data', (chunk) => (received += chunk.length)).resume();
    await expect.poll(() => answer.paused).toBe(false);
    expect(res.listenerCount('drain')).toBe(0);
    answer.end();
    await whole;
    expect(received).toBeGreaterThan(bytes);
  });

  it('is waited for once, however much arrives meanwhile', async () => {
    const { answer, res, socket } = await unread();
    fill(answer);
    const listeners = res.listenerCount('drain');
    answer.data('2').data('3');
    expect(res.listenerCount('drain')).toBe(listeners);
    socket.destroy();
    await expect.poll(() => answer.reason).toBeInstanceOf(CallerGone);
  });

  it('has 30 seconds for the next byte while its answer waits, and after its end', async () => {
    const { answer, res, socket } = await unread();
    const setTimeout = vi.spyOn(res, 'setTimeout');
    fill(answer);
    expect(setTimeout.mock.calls).toEqual([[STALLED_MS]]);
    socket.on('data', () => undefined).resume();
    await expect.poll(() => setTimeout.mock.calls).toEqual([[STALLED_MS], [0]]);
    answer.end();
    expect(setTimeout.mock.calls.at(-1)).toEqual([STALLED_MS]);
    await new Promise((resolve) => socket.on('close', resolve));
  });

  it.each([
    ['the client', 1, 4 * TIMEOUT_MS, CallerGone],
    ['the client and the platform', 1, 4 * TIMEOUT_MS + 1, TotalTimeout],
    ['the platform', 0, 4 * TIMEOUT_MS + 1, TotalTimeout],
  ])('P14: is told from a slow platform: %s took too long', async (_, heldUpMs, sendingMs, reason) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(3_600_000);
    const { answer, res, socket } = await unread();
    fill(answer);
    vi.advanceTimersByTime(heldUpMs);
    socket.on('data', () => undefined).resume();
    await once(res, 'drain');
    vi.advanceTimersByTime(sendingMs);
    answer.data('1');
    expect(answer.reason).toBeInstanceOf(reason);
  });
});
