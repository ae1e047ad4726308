import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PlatformAnswer } from '../../test/support/unit/platform.answer.js';
import { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import { AnswerCollector } from './answer.collector.js';
import { CallerGone } from './answer.reader.js';

const TIMEOUT_MS = 1_000;
const MIB = 1_048_576;
/** An answer of the largest size. */
const LARGEST = Buffer.alloc(64 * MIB);
const JSON_HEAD = { 'content-type': 'application/json', 'content-length': '2' };

interface Reading {
  readonly reader: AnswerCollector;
  readonly answer: PlatformAnswer;
}

interface Options {
  readonly person?: string;
  readonly signal?: AbortSignal;
}

/** A call that was sent. */
function read({ person = 'ann', signal }: Options = {}): Reading {
  const reader = new AnswerCollector(TIMEOUT_MS, signal, person);
  reader.outcome.catch(() => undefined);
  const answer = new PlatformAnswer(reader).start();
  return { reader, answer };
}

/** A request of the gateway, and the end of its response. */
function request(): { readonly req: GatewayRequest; readonly close: () => void } {
  const req = new GatewayRequest(new Socket());
  const res = new GatewayResponse(req);
  req.res = res;
  const close = (): void => {
    Object.defineProperty(res, 'closed', { value: true });
    res.emit('close');
  };
  return { req, close };
}

describe('an answer in memory', () => {
  it('is a success as the platform sent it', async () => {
    const { reader, answer } = read();
    answer.head(201, JSON_HEAD).data('{').data('}').end();
    expect(await reader.outcome).toBe(reader);
    expect(reader.refusal).toBeUndefined();
    expect(reader.answer).toEqual({ status: 201, contentType: 'application/json', body: Buffer.from('{}') });
  });

  it('may have no body', async () => {
    const { reader, answer } = read();
    answer.head(204).end();
    await reader.outcome;
    expect(reader.answer).toEqual({ status: 204, contentType: undefined, body: Buffer.alloc(0) });
  });

  it('is an error of the platform with what a client may see of it', async () => {
    const { reader, answer } = read();
    answer.head(429, { 'content-type': 'text/html', 'retry-after': '7' }).data('<h1>').data('No').end();
    await reader.outcome;
    expect(reader.refusal).toEqual({
      status: 429,
      contentType: 'text/html',
      retryAfter: '7',
      body: Buffer.from('<h1>No'),
    });
  });

  it('is an error of the platform without header fields that come twice', async () => {
    const { reader, answer } = read();
    answer.head(400, { 'content-type': ['a/b', 'c/d'], 'retry-after': ['7', '8'] }).end();
    await reader.outcome;
    expect(reader.refusal).toEqual({
      status: 400,
      contentType: undefined,
      retryAfter: undefined,
      body: Buffer.alloc(0),
    });
  });
});

describe('a call whose client leaves', () => {
  it('is aborted, and can be sent no more', async () => {
    const leaving = new AbortController();
    const { reader, answer } = read({ signal: leaving.signal });
    expect(reader.isUntouched).toBe(true);
    answer.head(200, JSON_HEAD);
    leaving.abort();
    expect(reader.isUntouched).toBe(false);
    await expect(reader.outcome).rejects.toThrow(CallerGone);
  });

  it('is aborted when it is sent, if the client had left before', () => {
    const { answer } = read({ signal: AbortSignal.abort() });
    expect(answer.reason).toBeInstanceOf(CallerGone);
  });

  it('is not affected after its end', async () => {
    for (const end of [
      (answer: PlatformAnswer) => answer.end(),
      (answer: PlatformAnswer) => answer.fail(new Error()),
    ]) {
      const leaving = new AbortController();
      const { answer } = read({ signal: leaving.signal });
      end(answer.head(200, JSON_HEAD).data('{}'));
      leaving.abort();
      expect(answer.reason).toBeUndefined();
    }
  });

  it('can be sent again without a signal, for it is carried through', () => {
    expect(read().reader.isUntouched).toBe(true);
  });
});

describe('a call may have taken effect', () => {
  it.each<[how: string, act: (answer: PlatformAnswer) => unknown, mayHave: boolean]>([
    ['when its answer is a success', (answer) => answer.head(201, JSON_HEAD), true],
    ['when there is no answer', (answer) => answer.fail(new Error('reset')), true],
    ['when the platform failed', (answer) => answer.head(500), true],
    ['when a server on the way failed', (answer) => answer.head(502), true],
    ['when the answer is none', (answer) => answer.head(302), true],
    ['but not when it was refused', (answer) => answer.head(400), false],
    ['but not when it was refused in its own way', (answer) => answer.head(499), false],
    ['but not when the platform was unavailable', (answer) => answer.head(503), false],
  ])('%s', (_, act, mayHave) => {
    const { reader, answer } = read();
    act(answer);
    expect(reader.mayHaveTakenEffect).toBe(mayHave);
  });

  it('but not when it was never sent', () => {
    const reader = new AnswerCollector(TIMEOUT_MS, undefined, 'ann');
    reader.outcome.catch(() => undefined);
    reader.onResponseError(undefined, new Error('refused'));
    expect(reader.mayHaveTakenEffect).toBe(false);
  });
});

describe('H3: the answers in memory', () => {
  const open: (() => void)[] = [];
  afterEach(() => {
    for (const close of open.splice(0)) close();
  });

  /** Nearly the largest: answers of other tests may be in memory as well. */
  const large = LARGEST.subarray(MIB);

  /** Whether a large answer finds room; it stays until its request is answered. */
  function hold(person: string): string {
    const { reader, answer } = read({ person });
    answer.head(200, JSON_HEAD).data(large);
    if (answer.reason !== undefined) return (answer.reason as unknown as { code: string }).code;
    answer.end();
    const { req, close } = request();
    reader.countUntilAnswered(req);
    open.push(close);
    return 'held';
  }

  it('are three of the largest for a person, and five for all', () => {
    expect(['ann', 'ann', 'ann', 'ann'].map(hold)).toEqual(['held', 'held', 'held', 'too_many_bytes']);
    expect(['bob', 'bob', 'bob'].map(hold)).toEqual(['held', 'held', 'gateway_busy']);
    open.shift()?.();
    expect(hold('ann')).toBe('held');
  });

  it('count no more once their call has failed, or their request was answered before', () => {
    for (let i = 0; i < 6; i++) {
      const { answer } = read();
      answer.head(200, JSON_HEAD).data(large).fail(new Error('reset'));
    }
    for (let i = 0; i < 6; i++) {
      const { reader, answer } = read();
      answer.head(200, JSON_HEAD).data(large).end();
      const { req, close } = request();
      close();
      reader.countUntilAnswered(req);
    }
    for (let i = 0; i < 6; i++) {
      const { reader, answer } = read();
      answer.head(200, JSON_HEAD).data(large).end();
      reader.countUntilAnswered(new GatewayRequest(new Socket()));
    }
    expect(hold('ann')).toBe('held');
  });

  it('of one request wait for its end with one listener, however many they are', () => {
    const { req, close } = request();
    for (let i = 0; i < 12; i++) {
      const { reader, answer } = read();
      answer
        .head(200, JSON_HEAD)
        .data(large.subarray(0, 15 * MIB))
        .end();
      reader.countUntilAnswered(req);
    }
    expect(req.res?.listenerCount('close')).toBe(1);
    expect(hold('ann')).toBe('too_many_bytes');
    close();
    expect(['ann', 'ann', 'ann'].map(hold)).toEqual(['held', 'held', 'held']);
  });
});
