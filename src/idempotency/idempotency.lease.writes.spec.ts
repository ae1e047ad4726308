import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SqliteStore } from '../store/sqlite.store.js';
import { type Held, IdempotencyLease, type LeaseDraft } from './idempotency.lease.js';
import { IdempotencyQuota } from './idempotency.quota.js';
import { unpackBody } from './idempotency.record.js';

const RENEW_MS = 5_000;
const MAX_KEPT_BYTES = 8_388_608;
const ANSWER = { status: 201, contentType: 'application/json', body: Buffer.from('{"id":"1"}') };

/** What the lease wrote, and from which holder it took the name; a write returns what the test says. */
let written: (LeaseDraft & { from: Held | undefined })[];
let write: (draft: LeaseDraft) => Promise<boolean>;
let store: SqliteStore;
let quota: IdempotencyQuota;
let warn: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  store = new SqliteStore(':memory:');
  quota = new IdempotencyQuota(store, 'ann');
  written = [];
  write = async () => true;
  warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await store.close();
});

function note(draft: LeaseDraft, from?: Held): Promise<boolean> {
  written.push({ ...draft, from });
  return write(draft);
}

function newLease(fingerprint?: string): IdempotencyLease {
  return new IdempotencyLease(fingerprint, note, quota);
}

async function taken(fingerprint?: string): Promise<IdempotencyLease> {
  const lease = newLease(fingerprint);
  expect(await lease.take(undefined)).toBe(true);
  return lease;
}

const states = (): string[] => written.map(({ record }) => record.state);

describe('a lease', () => {
  it('is taken from nobody or from a lost holder, and renewed by its own', async () => {
    const lease = newLease('asked');
    await lease.take({ holder: 'lost', version: 7 });
    vi.advanceTimersByTime(RENEW_MS);
    await lease.succeed(ANSWER);
    const { holder } = written[0] ?? expect.unreachable();
    expect(written.map(({ from }) => from)).toEqual([{ holder: 'lost', version: 7 }, { holder }, { holder }]);
    expect(written.map((draft) => draft.holder)).toEqual([holder, holder, holder]);
    expect((await taken()) && written.at(-1)?.holder).not.toBe(holder);
  });

  it('numbers its writes', async () => {
    const lease = await taken();
    lease.report('parsed');
    await lease.markSent();
    await lease.succeed(ANSWER);
    expect(written.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  it('is renewed every five seconds until it ends', async () => {
    const lease = await taken();
    vi.advanceTimersByTime(RENEW_MS - 1);
    await lease.markSent();
    expect(states()).toEqual(['open', 'sent']);
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(RENEW_MS);
    await lease.succeed(ANSWER);
    vi.advanceTimersByTime(10 * RENEW_MS);
    expect(states()).toEqual(['open', 'sent', 'sent', 'sent', 'done']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not renewed when it was not taken', async () => {
    write = async () => false;
    expect(await newLease().take(undefined)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on when it could not be renewed', async () => {
    const lease = await taken();
    write = () => Promise.reject(new Error('no store'));
    vi.advanceTimersByTime(RENEW_MS);
    await expect.poll(() => warn.mock.calls).toEqual([[{ reason: 'Error: no store' }, expect.any(String)]]);
    write = async () => true;
    await lease.markSent();
    await lease.succeed(ANSWER);
    expect(states()).toEqual(['open', 'open', 'sent', 'done']);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('is written in order: a write waits for the one before it', async () => {
    const gate = Promise.withResolvers<boolean>();
    write = () => gate.promise;
    const lease = newLease();
    const isTaken = lease.take(undefined);
    lease.report('parsed');
    const sent = lease.markSent();
    await Promise.resolve();
    expect(written).toHaveLength(1);
    gate.resolve(true);
    await Promise.all([isTaken, sent]);
    expect(states()).toEqual(['open', 'open', 'sent']);
    await lease.succeed(ANSWER);
  });
});

describe('the progress of an operation', () => {
  it('has an id for each report, and the last report of each stage', async () => {
    const lease = await taken();
    lease.report('received', 10, 20);
    lease.report('parsed');
    vi.advanceTimersByTime(500);
    lease.report('received', 20, 20);
    await lease.markSent();
    await lease.succeed(ANSWER);
    expect(written.at(-1)?.record.progress).toEqual([
      { id: 2, stage: 'parsed' },
      { id: 3, stage: 'received', bytes: 20, of: 20 },
      { id: 4, stage: 'sent' },
      { id: 5, stage: 'created' },
    ]);
  });

  it('of a body in transfer is written after half a second, of other stages at once', async () => {
    const lease = await taken();
    lease.report('received', 1, 3);
    vi.advanceTimersByTime(499);
    lease.report('received', 2, 3);
    lease.report('parsed');
    vi.advanceTimersByTime(500);
    lease.report('received', 3, 3);
    await lease.fail('failed', {});
    const received = written.map(({ record }) => record.progress.find(({ stage }) => stage === 'received')?.bytes);
    expect(received).toEqual([undefined, 1, 2, 3, 3]);
  });
});

describe('the fingerprint of a request', () => {
  it('is part of every record once it is known', async () => {
    const lease = await taken();
    lease.identify('asked');
    await lease.markSent();
    await lease.fail('unknown', { code: 'platform_timeout' });
    expect(written.map(({ record }) => record.fingerprint)).toEqual([undefined, 'asked', 'asked']);
    expect(written.at(-1)?.record).toMatchObject({ state: 'unknown', problem: { code: 'platform_timeout' } });
  });
});

describe('the answer', () => {
  it('is stored compressed, with its status and media type', async () => {
    await (await taken('asked')).succeed(ANSWER);
    const { record, packed } = written.at(-1) ?? expect.unreachable();
    expect(record).toEqual({
      state: 'done',
      fingerprint: 'asked',
      status: 201,
      contentType: 'application/json',
      progress: [{ id: 1, stage: 'created' }],
    });
    expect(await unpackBody(packed)).toEqual(ANSWER.body);
  });

  it('is not stored beyond 8 MiB, or beyond what the person may store', async () => {
    const mayKeep = vi.spyOn(quota, 'mayKeep');
    await (await taken()).succeed({ ...ANSWER, body: randomBytes(MAX_KEPT_BYTES) });
    expect(mayKeep).not.toHaveBeenCalled();
    mayKeep.mockResolvedValueOnce(false);
    await (await taken()).succeed(ANSWER);
    expect(states()).toEqual(['open', 'oversized', 'open', 'oversized']);
    expect(written.map(({ packed }) => packed.length)).toEqual([0, 0, 0, 0]);
  });

  it('counts by its compressed size', async () => {
    const mayKeep = vi.spyOn(quota, 'mayKeep');
    await (await taken()).succeed({ ...ANSWER, body: Buffer.alloc(MAX_KEPT_BYTES + 1) });
    expect(states()).toEqual(['open', 'done']);
    expect(mayKeep.mock.calls).toEqual([[written.at(-1)?.packed.length]]);
  });

  it('is stored also when the quota could not be asked', async () => {
    vi.spyOn(quota, 'mayKeep').mockRejectedValueOnce(new Error('no store'));
    await (await taken()).succeed(ANSWER);
    expect(states()).toEqual(['open', 'done']);
  });

  it.each([
    ['the lease was lost', async () => false, {}],
    ['the store is unavailable', () => Promise.reject(new Error('no store')), { reason: 'Error: no store' }],
  ])('reaches the client also when %s', async (_why, fails, logged) => {
    const lease = await taken();
    write = fails;
    await lease.succeed(ANSWER);
    expect(warn.mock.calls).toEqual([[logged, expect.any(String)]]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a failure', () => {
  it('gives its key back if nothing was created', async () => {
    const refund = vi.spyOn(quota, 'refund');
    await (await taken()).fail('unknown', {});
    expect(refund).not.toHaveBeenCalled();
    await (await taken()).fail('failed', {});
    expect(refund).toHaveBeenCalledTimes(1);
  });

  it('is stored also when its key cannot be given back', async () => {
    vi.spyOn(quota, 'refund').mockRejectedValueOnce(new Error('no store'));
    await (await taken()).fail('failed', { code: 'invalid_request' });
    expect(written.at(-1)?.record).toMatchObject({ state: 'failed', problem: { code: 'invalid_request' } });
    expect(warn).not.toHaveBeenCalled();
  });
});
