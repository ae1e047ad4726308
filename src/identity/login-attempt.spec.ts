import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Keyring } from '../crypto/keyring.js';
import { type LoginAttempt, LoginAttempts } from './login-attempt.js';

const NAME = '__Host-Http-login-';
const keyring = new Keyring(['a session key of 32 and more characters']);
let attempts: LoginAttempts;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  attempts = new LoginAttempts(keyring, { secure: true });
});
afterEach(() => void vi.useRealTimers());

const attemptOf = (state: string): LoginAttempt => ({
  state,
  nonce: 'nonce',
  codeVerifier: 'verifier',
  returnTo: '/orders',
  maxAge: undefined,
  startedAt: Date.now(),
});

/** A browser's cookies of attempts. */
class Jar {
  readonly cookies = new Map<string, string>();

  take(setCookies: readonly string[]): this {
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return this;
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

describe('S17: an attempt to sign in', () => {
  it('is found by its state, in the browser that opened it', () => {
    const attempt = attemptOf('state');
    const jar = new Jar().take(attempts.open(attempt, undefined));
    expect(attempts.find('state', jar.header, Date.now())).toEqual(attempt);
    expect(attempts.find('another', jar.header, Date.now())).toBeUndefined();
    expect(attempts.find('state', undefined, Date.now())).toBeUndefined();
  });

  it('has a cookie of its own that lasts a quarter of an hour', () => {
    const [cookie, ...others] = attempts.open(attemptOf('state'), undefined);
    expect(cookie).toMatch(/^__Host-Http-login-[0-5]=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=900$/);
    expect(others).toEqual([]);
  });

  it('is not readable in its cookie, and of another key is none', () => {
    const header = new Jar().take(attempts.open(attemptOf('state'), undefined)).header;
    expect(Buffer.from(header.split('=')[1] ?? '', 'base64url').toString('latin1')).not.toContain('verifier');
    const others = new LoginAttempts(new Keyring(['another session key of 32 characters']), { secure: true });
    expect(others.find('state', header, Date.now())).toBeUndefined();
  });

  it('that is sealed for another purpose is none', () => {
    const sealed = keyring.seal(JSON.stringify(attemptOf('state')), 'another purpose');
    expect(attempts.find('state', `${NAME}0=${sealed}`, Date.now())).toBeUndefined();
  });

  it('is over after a quarter of an hour', () => {
    const { header } = new Jar().take(attempts.open(attemptOf('state'), undefined));
    vi.setSystemTime(Date.now() + 900_000 - 1);
    expect(attempts.find('state', header, Date.now())).toBeDefined();
    vi.setSystemTime(Date.now() + 1);
    expect(attempts.find('state', header, Date.now())).toBeUndefined();
  });

  it('is closed alone', () => {
    const jar = new Jar().take(attempts.open(attemptOf('one'), undefined));
    jar.take(attempts.open(attemptOf('two'), jar.header));
    jar.cookies.set(`${NAME}x`, 'unreadable');
    jar.take(attempts.close('one', jar.header));
    expect(attempts.find('one', jar.header, Date.now())).toBeUndefined();
    expect(attempts.find('two', jar.header, Date.now())).toBeDefined();
    expect(attempts.close('one', jar.header)).toEqual([]);
  });

  it('has a state that cannot be guessed', () => {
    const states = new Set([attempts.newState(), attempts.newState()]);
    expect(states.size).toBe(2);
    for (const state of states) expect(state).toMatch(/^[\w-]{32}$/);
  });
});

describe('S17: several tabs', () => {
  it('have five attempts open at most, and the oldest one gives way', () => {
    const jar = new Jar();
    for (const state of ['1', '2', '3', '4', '5', '6', '7']) {
      vi.setSystemTime(Date.now() + 1_000);
      jar.take(attempts.open(attemptOf(state), jar.header));
      expect(jar.cookies.size).toBeLessThanOrEqual(5);
    }
    const open = ['1', '2', '3', '4', '5', '6', '7'].filter(
      (state) => attempts.find(state, jar.header, Date.now()) !== undefined,
    );
    expect(open).toEqual(['3', '4', '5', '6', '7']);
  });

  it('use a name that is free, whichever of the six that is', () => {
    for (let free = 0; free < 6; free++) {
      const taken = [0, 1, 2, 3, 4, 5].filter((slot) => slot !== free).map((slot) => `${NAME}${slot}=x`);
      expect(attempts.open(attemptOf('state'), taken.join('; '))[0]).toContain(`${NAME}${free}=`);
    }
  });

  it('that start at once do not all use the same name', () => {
    const names = new Set(
      Array.from({ length: 200 }, () => attempts.open(attemptOf('state'), undefined)[0]?.split('=')[0]),
    );
    expect(names.size).toBe(6);
  });

  it('overwrite the oldest attempt where all names are taken', () => {
    const jar = new Jar();
    const at = (slot: number, startedAt: number): unknown =>
      jar.cookies.set(
        `${NAME}${slot}`,
        keyring.seal(JSON.stringify({ ...attemptOf(`${slot}`), startedAt }), 'login-attempt'),
      );
    const now = Date.now();
    for (const [slot, age] of [300, 500, 600, 100, 200, 400].entries()) at(slot, now - age);
    const opened = attempts.open(attemptOf('new'), jar.header);
    expect(opened[0]).toContain(`${NAME}2=`);
    // Five are left: the new one and the four newest.
    expect(opened.slice(1)).toEqual([`${NAME}1=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0`]);
  });

  it('overwrite what cannot be read first', () => {
    const jar = new Jar();
    for (let slot = 0; slot < 6; slot++)
      jar.cookies.set(
        `${NAME}${slot}`,
        slot === 4 ? 'unreadable' : keyring.seal(JSON.stringify(attemptOf(`${slot}`)), 'login-attempt'),
      );
    expect(attempts.open(attemptOf('new'), jar.header)[0]).toContain(`${NAME}4=`);
  });
});
