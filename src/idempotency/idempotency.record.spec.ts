import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../http/problem.js';
import {
  type IdempotencyRecord,
  type IdempotencyState,
  packBody,
  readRecord,
  StoredResult,
  unpackBody,
  writeRecord,
} from './idempotency.record.js';

const MAX_UNPACKED_BYTES = 67_108_864;
const NOW = 1_000;
const RECORD: IdempotencyRecord = { state: 'done', fingerprint: 'asked', leaseUntil: NOW + 1, progress: [] };

function resultOf(record: Partial<IdempotencyRecord>, packed: Buffer = Buffer.alloc(0)): StoredResult {
  return new StoredResult('holder', 1, { ...RECORD, ...record }, packed, NOW);
}

describe('a serialised record', () => {
  it('is read back with its body, whatever bytes both have', () => {
    const record = { ...RECORD, progress: [{ id: 1, stage: 'größe 🛒', bytes: 7 }], contentType: 'text/ü' };
    const packed = Buffer.from([0, 255, 0x7b, 0xc3]);
    expect(readRecord(writeRecord(record, packed))).toEqual({ record, packed });
  });

  it('is read back without a body', () => {
    expect(readRecord(writeRecord(RECORD, Buffer.alloc(0)))).toEqual({ record: RECORD, packed: Buffer.alloc(0) });
  });
});

describe('a stored body', () => {
  const body = Buffer.from(JSON.stringify(Array.from({ length: 2_000 }, (_, id) => ({ id, name: `n${id % 7}` }))));

  it('is compressed at the fastest level', async () => {
    const packed = await packBody(body);
    const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
    expect(packed.equals(await promisify(zstdCompress)(body, fastest))).toBe(true);
    expect(packed.equals(await promisify(zstdCompress)(body))).toBe(false);
    expect(await unpackBody(packed)).toEqual(body);
  });

  it('H1: is not unpacked beyond the size limit of an answer', async () => {
    const tooLarge = zstdCompressSync(Buffer.alloc(MAX_UNPACKED_BYTES + 1));
    await expect(unpackBody(tooLarge)).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
  });
});

describe('the state of a stored result', () => {
  const STATES: [state: IdempotencyState, whileLeased: IdempotencyState, afterwards: IdempotencyState][] = [
    ['open', 'open', 'failed'],
    ['sent', 'sent', 'unknown'],
    ['done', 'done', 'done'],
    ['oversized', 'oversized', 'oversized'],
    ['failed', 'failed', 'failed'],
    ['unknown', 'unknown', 'unknown'],
  ];

  it.each(STATES)('%s is %s during its lease and %s after it', (state, whileLeased, afterwards) => {
    expect(resultOf({ state, leaseUntil: NOW + 1 }).state).toBe(whileLeased);
    expect(resultOf({ state, leaseUntil: NOW }).state).toBe(afterwards);
  });

  it.each(STATES)('%s is in progress only during its lease, if at all', (state) => {
    expect(resultOf({ state, leaseUntil: NOW + 1 }).isUnderWay).toBe(state === 'open' || state === 'sent');
    expect(resultOf({ state, leaseUntil: NOW }).isUnderWay).toBe(false);
  });
});

describe('a repeat', () => {
  it('gets the first answer', async () => {
    const packed = await packBody(Buffer.from('{"id":"1"}'));
    const kept = resultOf({ status: 201, contentType: 'application/json' }, packed);
    expect(await kept.answerTo('asked')).toEqual({
      status: 201,
      contentType: 'application/json',
      body: Buffer.from('{"id":"1"}'),
    });
  });

  it.each<[state: IdempotencyState, code: string, retryAfterSeconds: number | undefined]>([
    ['open', 'idempotency_in_progress', 1],
    ['sent', 'idempotency_in_progress', 1],
    ['failed', 'idempotency_in_progress', 1],
    ['oversized', 'idempotency_result_too_large', undefined],
    ['unknown', 'idempotency_outcome_unknown', undefined],
  ])('in state %s is refused with %s', async (state, code, retryAfterSeconds) => {
    const refused: Problem = await resultOf({ state })
      .answerTo('asked')
      .then(
        () => expect.unreachable(),
        (problem: Problem) => problem,
      );
    expect(refused).toMatchObject({ status: 409, code });
    expect(refused.extras.retryAfterSeconds).toBe(retryAfterSeconds);
  });

  it('of another request is refused, in every state', async () => {
    for (const state of ['open', 'sent', 'done', 'oversized', 'failed', 'unknown'] as const)
      await expect(resultOf({ state }).answerTo('asked for something else')).rejects.toMatchObject({
        status: 422,
        code: 'idempotency_key_reused',
      });
  });

  it('is not compared with a first request that has not been read yet', async () => {
    const open = resultOf({ state: 'open', fingerprint: undefined });
    await expect(open.answerTo('asked')).rejects.toMatchObject({ code: 'idempotency_in_progress' });
  });
});
