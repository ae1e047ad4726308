import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlatformAnswer } from '../../test/support/unit/platform.answer.js';
import { AnswerCollector } from './answer.collector.js';
import { TotalTimeout, UnexpectedAnswer } from './answer.reader.js';

const TIMEOUT_MS = 1_000;
const MIB = 1_048_576;
/** An answer of the largest size. */
const LARGEST = Buffer.alloc(64 * MIB);
const JSON_HEAD = { 'content-type': 'application/json', 'content-length': '2' };

interface Reading {
  readonly reader: AnswerCollector;
  readonly answer: PlatformAnswer;
}

/** A call that was sent, with the simplest of readers. */
function read(maxBytes?: number): Reading {
  const reader = new AnswerCollector(TIMEOUT_MS, undefined, 'ann', maxBytes);
  reader.outcome.catch(() => undefined);
  return { reader, answer: new PlatformAnswer(reader).start() };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('the head of an answer', () => {
  const json = 'application/json';
  const framed = { 'content-length': '2' };
  const FINE: [title: string, status: number, headers: Record<string, string | string[]>][] = [
    ['JSON', 200, { ...framed, 'content-type': json }],
    ['JSON with a parameter', 200, { ...framed, 'content-type': 'Application/JSON ; charset=utf-8' }],
    ['JSON of a kind', 201, { ...framed, 'content-type': 'application/vnd.x.v1-2+json' }],
    ['chunks', 299, { 'transfer-encoding': 'Chunked', 'content-type': json }],
    ['a coding that changes nothing', 200, { ...framed, 'content-type': json, 'content-encoding': 'identity' }],
    ['no content', 204, {}],
    ['an error of any type and length', 400, { 'content-type': 'text/html' }],
    ['an error without a type', 500, {}],
    ['the last error', 599, {}],
  ];
  it.each(FINE)('may say: %s', (_, status, headers) => {
    expect(read().answer.head(status, headers).reason).toBeUndefined();
  });

  const UNFIT: [fault: string, status: number, headers: Record<string, string | string[]>][] = [
    ['a redirect (300)', 300, {}],
    ['a redirect (302)', 302, { location: '/', 'content-type': json, ...framed }],
    ['a redirect (399)', 399, {}],
    ['an encoded body', 200, { ...framed, 'content-type': json, 'content-encoding': 'gzip' }],
    ['an encoded body', 400, { 'content-encoding': 'br' }],
    ['a status that makes no sense here (205)', 205, { ...framed, 'content-type': json }],
    ['a status that makes no sense here (407)', 407, {}],
    ['a part of an answer', 206, { ...framed, 'content-type': json }],
    ['a body whose end cannot be told from its being cut off', 200, { 'content-type': json }],
    ...['identity', 'gzip, chunked', ['chunked', 'chunked']].map(
      (coding) =>
        [
          'a body whose end cannot be told from its being cut off',
          200,
          { ...framed, 'content-type': json, 'transfer-encoding': coding },
        ] as (typeof UNFIT)[number],
    ),
    ['a body of another media type', 200, framed],
    ...['text/html', 'application/jsonx', 'application/json5', 'application/+json', 'xapplication/json', 'text/x+json']
      .concat(['application/json charset', 'application/a b+json'])
      .map(
        (type) => ['a body of another media type', 200, { ...framed, 'content-type': type }] as (typeof UNFIT)[number],
      ),
    ['a body of another media type', 200, { ...framed, 'content-type': [json, json] }],
  ];
  it.each(UNFIT)('must not say: %s (%i %j)', async (fault, status, headers) => {
    const { reader, answer } = read();
    answer.head(status, headers);
    expect(answer.reason).toEqual(new UnexpectedAnswer(fault));
    await expect(reader.outcome).rejects.toBe(answer.reason);
  });
});

describe('P9: the size of an answer', () => {
  it('is limited for a success', async () => {
    const { answer } = read(10);
    answer.head(200, JSON_HEAD).data('12345').data('67890');
    expect(answer.reason).toBeUndefined();
    answer.data('1');
    expect(answer.reason).toEqual(new UnexpectedAnswer('an oversized body'));
  });

  it('is limited to 64 MiB unless stated', () => {
    const { answer } = read();
    answer.head(200, JSON_HEAD).data(LARGEST);
    expect(answer.reason).toBeUndefined();
    answer.data('1');
    expect(answer.reason).toBeInstanceOf(UnexpectedAnswer);
  });

  it('is limited to 1 MiB for an error', () => {
    const { answer } = read(10);
    answer.head(400).data(Buffer.alloc(MIB));
    expect(answer.reason).toBeUndefined();
    answer.data('1');
    expect(answer.reason).toBeInstanceOf(UnexpectedAnswer);
  });
});

describe('P9: the time of an answer', () => {
  it('is at most four times that to its first byte', async () => {
    const { reader, answer } = read();
    answer.head(200, JSON_HEAD);
    vi.advanceTimersByTime(4 * TIMEOUT_MS);
    answer.data('1');
    expect(answer.reason).toBeUndefined();
    vi.advanceTimersByTime(1);
    answer.data('2');
    expect(answer.reason).toEqual(new TotalTimeout());
    await expect(reader.outcome).rejects.toThrow(TotalTimeout);
  });

  it('counts from the call, and is checked with each interim response', () => {
    const { answer } = read();
    vi.advanceTimersByTime(4 * TIMEOUT_MS);
    answer.head(103, { link: '</x>' });
    expect(answer.reason).toBeUndefined();
    vi.advanceTimersByTime(1);
    answer.head(199);
    expect(answer.reason).toBeInstanceOf(TotalTimeout);
  });
});

describe('an interim response', () => {
  it('is no answer', async () => {
    const { reader, answer } = read();
    answer.head(103, { 'content-encoding': 'gzip' });
    expect(reader.status).toBe(0);
    answer.head(200, JSON_HEAD).data('{}').end();
    expect((await reader.outcome).status).toBe(200);
  });
});

describe('the end of an attempt', () => {
  it('is reported once, with its error', () => {
    const ends: unknown[] = [];
    const { reader, answer } = read();
    reader.onEnd = (error) => void ends.push(error);
    answer.head(200, JSON_HEAD).data('{}').end();
    const broken = read();
    broken.reader.onEnd = (error) => void ends.push(error);
    const error = new Error('reset');
    broken.answer.fail(error);
    expect(ends).toEqual([undefined, error]);
  });
});
