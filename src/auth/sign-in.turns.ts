import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { decrypt, derive, digest, encrypt, type Keyring, KEYRING } from '../crypto/keyring.js';
import { ATTEMPT_SECONDS, type LoginAttempt } from '../identity/login-attempt.js';
import { RecordStore } from '../store/record.store.js';
import type { SignInErrorCode } from './sign-in.failure.js';

/** The outcome of a sign-in. */
export type SignInEnding =
  | { readonly outcome: 'signed_in'; readonly cookie: string }
  | { readonly outcome: 'failed'; readonly code: SignInErrorCode };

/** The right to send an attempt's code, or the notice that another request already holds it. */
export type Turn =
  | { readonly isOurs: true; end(ending: SignInEnding): Promise<void> }
  | { readonly isOurs: false; ending(): Promise<SignInEnding> };

/** The stored record: where the sign-in leads and, once known, its outcome, readable only with the attempt's secret. */
interface TurnRecord {
  readonly returnTo: string | undefined;
  readonly ending: string | undefined;
}

const PURPOSE = 'sign-in-turn';
/** An ending is kept for as long as its attempt may be used: its code is sent once, whether or not it failed. */
const KEPT_MS = ATTEMPT_SECONDS * 1000;
const POLL_MS = 100;
/** How long a second request waits for the outcome of the first: longer than any exchange takes. */
const PATIENCE_MS = 25_000;

/**
 * Sends the code of a callback once, however often a browser, a prefetch or a proxy requests the callback, on any
 * replica: a provider treats a second use as theft and revokes the tokens of the first (RFC 6749, section 4.1.2). The
 * attempt is consumed before its code is sent; a second request gets the same outcome as the first.
 */
@Injectable()
export class SignInTurns {
  constructor(
    private readonly records: RecordStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /** Consumes an attempt. @throws StoreUnavailable: without the store no code is sent */
  async take(attempt: LoginAttempt): Promise<Turn> {
    const name = nameOf(attempt.state);
    const holder = randomUUID();
    const { returnTo } = attempt;
    const write = (version: number, ending: string | undefined): Promise<boolean> => {
      const sealed = this.keyring.sealBytes(Buffer.from(JSON.stringify({ returnTo, ending })), PURPOSE);
      const from = version === 1 ? undefined : holder;
      return this.records.putRecord(name, from, { holder, version, sealed }, KEPT_MS);
    };
    if (!(await write(1, undefined))) return { isOurs: false, ending: () => this.wait(attempt) };
    const end = async (ending: SignInEnding): Promise<void> => void (await write(2, sealEnding(ending, attempt)));
    return { isOurs: true, end };
  }

  /** Where the sign-in with this state led; undefined if there was none. For browsers that have closed the attempt. */
  async destination(state: string): Promise<string | undefined> {
    const record = await this.read(state);
    return record && (record.returnTo ?? '/');
  }

  private async wait(attempt: LoginAttempt): Promise<SignInEnding> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const ending = (await this.read(attempt.state))?.ending;
      if (ending !== undefined) return openEnding(ending, attempt);
      await sleep(POLL_MS);
    }
    return { outcome: 'failed', code: 'login_code_invalid' };
  }

  private async read(state: string): Promise<TurnRecord | undefined> {
    const stored = await this.records.readRecord(nameOf(state));
    const bytes = stored && this.keyring.openBytes(stored.sealed, PURPOSE);
    return bytes && (JSON.parse(bytes.toString('utf8')) as TurnRecord);
  }
}

function nameOf(state: string): string {
  return `sign-in:${digest(state)}`;
}

/** Derives the encryption key. The session cookie must not be readable in the store: only the attempt's cookie has it. */
function keyOf(attempt: LoginAttempt): Buffer {
  return derive(attempt.codeVerifier, 'sign-in-ending');
}

function sealEnding(ending: SignInEnding, attempt: LoginAttempt): string {
  return encrypt(keyOf(attempt), Buffer.from(JSON.stringify(ending)), attempt.state).toString('base64');
}

function openEnding(sealed: string, attempt: LoginAttempt): SignInEnding {
  const bytes = decrypt(keyOf(attempt), Buffer.from(sealed, 'base64'), attempt.state);
  if (bytes === undefined) return { outcome: 'failed', code: 'login_code_invalid' };
  return JSON.parse(bytes.toString('utf8')) as SignInEnding;
}
