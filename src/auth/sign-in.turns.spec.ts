import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { Keyring } from '../crypto/keyring.js';
import type { LoginAttempt } from '../identity/login-attempt.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { SignInTurns } from './sign-in.turns.js';

const ATTEMPT: LoginAttempt = {
  state: 'the-state',
  nonce: 'nonce',
  codeVerifier: 'the-verifier',
  returnTo: '/orders',
  maxAge: undefined,
  startedAt: 0,
};
const SIGNED_IN = { outcome: 'signed_in', cookie: 'the-cookie' } as const;
const FAILED = { outcome: 'failed', code: 'login_refused' } as const;
const INVALID = { outcome: 'failed', code: 'login_code_invalid' };

let store: SqliteStore;
let turns: SignInTurns;

beforeEach(() => {
  useFakeClock();
  store = new SqliteStore(':memory:');
  turns = new SignInTurns(store, new Keyring(['a session key of 32 and more characters']));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  useRealClock();
});

/** The turn of the first request. */
async function first(attempt = ATTEMPT) {
  const turn = await turns.take(attempt);
  return turn.isOurs ? turn : expect.unreachable();
}
/** The turn of a later request. */
async function second(attempt = ATTEMPT) {
  const turn = await turns.take(attempt);
  return turn.isOurs ? expect.unreachable() : turn;
}
const later = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);

describe('I3: a callback that is requested twice', () => {
  it('sends its code once: the second request gets the ending of the first', async () => {
    await (await first()).end(SIGNED_IN);
    expect(await (await second()).ending()).toEqual(SIGNED_IN);
    expect(await (await second()).ending()).toEqual(SIGNED_IN);
  });

  it('waits for the first, looking ten times a second', async () => {
    const ours = await first();
    let ending: unknown;
    void (await second()).ending().then((value) => (ending = value));
    await vi.advanceTimersByTimeAsync(250);
    await ours.end(FAILED);
    await vi.advanceTimersByTimeAsync(49);
    expect(ending).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(ending).toEqual(FAILED);
  });

  it('fails when the first has no ending within 25 seconds', async () => {
    await first();
    let ending: unknown;
    void (await second()).ending().then((value) => (ending = value));
    await vi.advanceTimersByTimeAsync(24_900);
    expect(ending).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    expect(ending).toEqual(INVALID);
  });

  it('of another attempt has a turn of its own', async () => {
    await first();
    expect(await turns.take({ ...ATTEMPT, state: 'another' })).toMatchObject({ isOurs: true });
  });

  it('does not tell its ending to who knows the state but not the attempt', async () => {
    await (await first()).end(SIGNED_IN);
    const stranger = await second({ ...ATTEMPT, codeVerifier: 'guessed' });
    expect(await stranger.ending()).toEqual(INVALID);
  });

  it('has an ending that the store cannot read', async () => {
    const put = vi.spyOn(store, 'putRecord');
    await (await first()).end(SIGNED_IN);
    const written = put.mock.calls.map(([name, , { sealed }]) => `${name} ${sealed.toString('latin1')}`).join(' ');
    expect(written).not.toContain('the-cookie');
    expect(written).not.toContain('the-state');
    expect(written).not.toContain('/orders');
  });
});

describe('an ending', () => {
  it.each([
    ['of a sign-in that succeeded', SIGNED_IN],
    ['of one that failed', FAILED],
  ])('%s is kept for a quarter of an hour, for as long as its code may come again', async (_what, ending) => {
    await (await first()).end(ending);
    later(900_000 - 1);
    expect(await (await second()).ending()).toEqual(ending);
    later(1);
    await first();
  });

  it('that is not known is waited for for a quarter of an hour', async () => {
    await first();
    later(900_000 - 1);
    expect(await turns.take(ATTEMPT)).toMatchObject({ isOurs: false });
    later(1);
    expect(await turns.take(ATTEMPT)).toMatchObject({ isOurs: true });
  });

  it('that comes after that changes nothing of a newer turn', async () => {
    const late = await first();
    later(900_000);
    const ours = await first();
    await late.end(FAILED);
    await ours.end(SIGNED_IN);
    expect(await (await second()).ending()).toEqual(SIGNED_IN);
  });
});

describe('where a sign-in led', () => {
  it('is known by its state, before and after its end', async () => {
    const ours = await first();
    expect(await turns.destination('the-state')).toBe('/orders');
    await ours.end(SIGNED_IN);
    expect(await turns.destination('the-state')).toBe('/orders');
  });

  it('is the start page where the frontend named none', async () => {
    await first({ ...ATTEMPT, returnTo: undefined });
    expect(await turns.destination('the-state')).toBe('/');
  });

  it('is unknown of an unknown state, and of a record that another gateway has sealed', async () => {
    expect(await turns.destination('the-state')).toBeUndefined();
    await first();
    const others = new SignInTurns(store, new Keyring(['another session key of 32 characters']));
    expect(await others.destination('the-state')).toBeUndefined();
  });
});
