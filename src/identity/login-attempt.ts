import { randomBytes, randomInt } from 'node:crypto';
import { clearCookie, type CookieAttributes, cookieName, cookiesWithPrefix, setCookie } from '../http/cookies.js';
import type { Keyring } from '../crypto/keyring.js';

/** How long a person may take to sign in. */
export const ATTEMPT_SECONDS = 900;
const MAX_OPEN_ATTEMPTS = 5;
/** Number of cookie names for attempts: one more than may be open, so that a new one need not wait for an old one to end. */
const SLOTS = MAX_OPEN_ATTEMPTS + 1;
const PURPOSE = 'login-attempt';

/** What a sign-in has to remember until the provider redirects the browser back. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Where the frontend wants the browser to return; undefined if it did not say. */
  readonly returnTo: string | undefined;
  /** Seconds, if the frontend or the operator requires a recent sign-in. */
  readonly maxAge: number | undefined;
  /** Epoch milliseconds by the store's clock, which all replicas share. */
  readonly startedAt: number;
}

interface OpenAttempt {
  readonly slot: string;
  readonly attempt: LoginAttempt | undefined;
}

/**
 * Open sign-ins, each encrypted in a cookie of its own: several tabs do not interfere, and anonymous callers leave
 * nothing in the store. The cookies have a few fixed names: many tabs that start at once overwrite each other's cookies
 * instead of filling the browser's requests with them.
 */
export class LoginAttempts {
  private readonly prefix: string;

  constructor(
    private readonly keyring: Keyring,
    private readonly attributes: CookieAttributes,
  ) {
    this.prefix = cookieName('login-', attributes);
  }

  /** A new state. */
  newState(): string {
    return randomBytes(24).toString('base64url');
  }

  /** The `Set-Cookie` values that open an attempt; the oldest ones are evicted. */
  open(attempt: LoginAttempt, cookieHeader: string | undefined): string[] {
    const others = this.all(cookieHeader).toSorted((a, b) => startOf(b) - startOf(a));
    const taken = new Set(others.map(({ slot }) => slot));
    const free = Array.from({ length: SLOTS }, (_, slot) => String(slot)).filter((slot) => !taken.has(slot));
    const slot = free[randomInt(Math.max(1, free.length))] ?? others.at(-1)?.slot ?? '0';
    const surplus = others.slice(MAX_OPEN_ATTEMPTS - 1).filter((other) => other.slot !== slot);
    const sealed = this.keyring.seal(JSON.stringify(attempt), PURPOSE);
    const opened = setCookie(this.prefix + slot, sealed, this.attributes, ATTEMPT_SECONDS);
    return [opened, ...surplus.map((other) => this.clear(other.slot))];
  }

  /**
   * The attempt that a callback's state belongs to; undefined if this browser has not opened it or it has expired.
   * @param now by the clock of `startedAt`
   */
  find(state: string, cookieHeader: string | undefined, now: number): LoginAttempt | undefined {
    const attempt = this.all(cookieHeader).find((open) => open.attempt?.state === state)?.attempt;
    return attempt !== undefined && now - attempt.startedAt < ATTEMPT_SECONDS * 1000 ? attempt : undefined;
  }

  /** The `Set-Cookie` values that close an attempt. */
  close(state: string, cookieHeader: string | undefined): string[] {
    const closed = this.all(cookieHeader).filter((open) => open.attempt?.state === state);
    return closed.map(({ slot }) => this.clear(slot));
  }

  private all(cookieHeader: string | undefined): OpenAttempt[] {
    const cookies = cookiesWithPrefix(cookieHeader, this.prefix);
    return [...cookies].map(([slot, sealed]) => ({ slot, attempt: this.unseal(sealed) }));
  }

  private clear(slot: string): string {
    return clearCookie(this.prefix + slot, this.attributes);
  }

  private unseal(sealed: string): LoginAttempt | undefined {
    const text = this.keyring.open(sealed, PURPOSE);
    return text === undefined ? undefined : (JSON.parse(text) as LoginAttempt);
  }
}

/** An attempt that cannot be read is treated as the oldest. */
function startOf({ attempt }: OpenAttempt): number {
  return attempt?.startedAt ?? 0;
}
