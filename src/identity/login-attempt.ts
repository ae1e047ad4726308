import { randomBytes } from 'node:crypto';
import { clearCookie, type CookieAttributes, cookieName, cookiesWithPrefix, setCookie } from '../http/cookies.js';
import type { Keyring } from '../crypto/keyring.js';

/** How long a person may take to sign in. */
const ATTEMPT_SECONDS = 900;
const MAX_OPEN_ATTEMPTS = 5;
const PURPOSE = 'login-attempt';

/** What one sign-in must remember until the provider sends the browser back. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * Open sign-ins, each sealed in a cookie of its own: several tabs do not disturb each other, and strangers leave
 * nothing in the store. The state begins with the cookie's name.
 */
export class LoginAttempts {
  private readonly prefix: string;

  constructor(
    private readonly keyring: Keyring,
    private readonly attributes: CookieAttributes,
  ) {
    this.prefix = cookieName('login-', attributes);
  }

  /** A fresh state, whose beginning is the name of the attempt. */
  newState(): string {
    return randomBytes(24).toString('base64url');
  }

  /** The `Set-Cookie` values that open an attempt; the oldest ones make room for it. */
  open(attempt: LoginAttempt, cookieHeader: string | undefined): string[] {
    const others = [...cookiesWithPrefix(cookieHeader, this.prefix)]
      .map(([name, sealed]) => ({ name, startedAt: this.unseal(sealed)?.startedAt ?? 0 }))
      .toSorted((a, b) => b.startedAt - a.startedAt);
    const surplus = others.slice(MAX_OPEN_ATTEMPTS - 1).map(({ name }) => this.clear(name));
    const sealed = this.keyring.seal(JSON.stringify(attempt), PURPOSE);
    return [setCookie(this.prefix + nameOf(attempt.state), sealed, this.attributes, ATTEMPT_SECONDS), ...surplus];
  }

  /** The attempt that a callback's state belongs to; undefined when this browser has not opened it or took too long. */
  find(state: string, cookieHeader: string | undefined): LoginAttempt | undefined {
    const sealed = cookiesWithPrefix(cookieHeader, this.prefix).get(nameOf(state));
    const attempt = sealed === undefined ? undefined : this.unseal(sealed);
    const isOpen = attempt?.state === state && Date.now() - attempt.startedAt < ATTEMPT_SECONDS * 1000;
    return isOpen ? attempt : undefined;
  }

  /** The `Set-Cookie` value that closes an attempt. */
  close(state: string): string {
    return this.clear(nameOf(state));
  }

  private clear(name: string): string {
    return clearCookie(this.prefix + name, this.attributes);
  }

  private unseal(sealed: string): LoginAttempt | undefined {
    const text = this.keyring.open(sealed, PURPOSE);
    return text === undefined ? undefined : (JSON.parse(text) as LoginAttempt);
  }
}

function nameOf(state: string): string {
  return state.slice(0, 8).replaceAll(/[^\w-]/g, '_');
}
