import { Inject, Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { Config } from '../config/config.js';
import { decrypt, derive, digest, encrypt, type Keyring, KEYRING } from '../crypto/keyring.js';
import { clearCookie, cookieName, cookieValues, setCookie } from '../http/cookies.js';
import type { GatewayRequest } from '../http/exchange.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { SessionService } from '../session/session.service.js';
import { RecordStore } from '../store/record.store.js';
import { checkReturnTo } from './return-to.js';

/** Where a sign-out ends by default. */
export const SIGNED_OUT_PATH = '/auth/signed-out';
/** Where the browser posts the id_token from, for providers that require it. */
export const CONTINUE_PATH = '/auth/logout/continue';

const STATE_PURPOSE = 'after-logout';
const HINT_PURPOSE = 'logout-hint';
/** How long the browser may take to follow `logoutUrl`. */
const HINT_SECONDS = 60;

/** Where a sign-out continues, and the cookies for it. */
export interface SignedOut {
  readonly logoutUrl: string;
  readonly cookies: readonly string[];
  /** The owner of the session, for the audit log. */
  readonly subject: string | undefined;
}

/** A form that ends the provider's session, with the id_token as a hint. */
export interface LogoutForm {
  readonly action: URL;
  readonly idToken: string;
}

/** Signs out here and at the provider (OpenID Connect RP-Initiated Logout 1.0). Never leads to a new sign-in. */
@Injectable()
export class SignOut {
  private readonly hintCookie: string;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly sessions: SessionService,
    private readonly records: RecordStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {
    this.hintCookie = cookieName('sign-out', config);
  }

  /**
   * Ends a session and returns where the browser ends the provider's; if the provider has no such endpoint or is
   * unavailable, returns where the sign-out ends.
   */
  async end(cookie: string | undefined, returnTo: string | undefined): Promise<SignedOut> {
    const { publicUrl, allowedOrigins, oidcLogoutHint } = this.config;
    const destination = returnTo ? checkReturnTo(returnTo, publicUrl, allowedOrigins) : SIGNED_OUT_PATH;
    const ended = cookie === undefined ? undefined : await this.sessions.end(cookie);
    const { idToken, subject } = ended ?? {};
    const url = await this.provider.logoutUrl(this.keyring.seal(destination, STATE_PURPOSE));
    if (url === undefined) return { logoutUrl: destination, cookies: [], subject };
    if (oidcLogoutHint === 'none' || this.config.oidcLogoutUrl !== undefined || idToken === undefined)
      return { logoutUrl: url.href, cookies: [], subject };
    return { logoutUrl: CONTINUE_PATH, cookies: [await this.keepForm({ action: url, idToken })], subject };
  }

  /** Where a sign-out leads after the provider has returned this state; undefined for any other state. */
  destination(state: unknown): string | undefined {
    return typeof state === 'string' ? this.keyring.open(state, STATE_PURPOSE) : undefined;
  }

  /** The pending form of this browser's sign-out, once; undefined if there is none. */
  async takeForm(req: GatewayRequest): Promise<LogoutForm | undefined> {
    const [secret] = cookieValues(req.headers.cookie, this.hintCookie);
    if (secret === undefined || secret === '') return undefined;
    const name = nameOf(secret);
    const stored = await this.records.readRecord(name);
    const bytes = stored && decrypt(keyOf(secret), stored.sealed, HINT_PURPOSE);
    if (stored === undefined || bytes === undefined) return undefined;
    const empty = { holder: stored.holder, version: stored.version + 1, sealed: Buffer.alloc(0) };
    // Of two concurrent requests one gets it.
    if (!(await this.records.putRecord(name, stored.holder, empty, 1))) return undefined;
    const { action, idToken } = JSON.parse(bytes.toString('utf8')) as { action: string; idToken: string };
    return { action: new URL(action), idToken };
  }

  /** `Set-Cookie` that deletes the form's cookie. */
  clearForm(): string {
    return clearCookie(this.hintCookie, this.config);
  }

  /** Stores the form for the browser that signs out, encrypted with a key that is only in its cookie. */
  private async keepForm({ action, idToken }: LogoutForm): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const sealed = encrypt(keyOf(secret), Buffer.from(JSON.stringify({ action: action.href, idToken })), HINT_PURPOSE);
    const record = { holder: randomUUID(), version: 1, sealed };
    await this.records.putRecord(nameOf(secret), undefined, record, HINT_SECONDS * 1000);
    return setCookie(this.hintCookie, secret, this.config, HINT_SECONDS);
  }
}

function nameOf(secret: string): string {
  return `sign-out:${digest(secret)}`;
}

function keyOf(secret: string): Buffer {
  return derive(secret, HINT_PURPOSE);
}
