import type { Config } from '../config/config.js';
import type { TokenSet } from '../identity/identity-provider.js';
import { decrypt, digest, encrypt } from '../crypto/keyring.js';
import type { IdTokenClaims } from '../identity/id-token.verifier.js';
import type { StoredSession } from '../store/session.store.js';

/** What a session holds, readable only with the cookie that it belongs to. */
export interface SessionRecord {
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds at which the forwarded token ends. */
  readonly tokenExpiresAt: number;
  /** Epoch milliseconds at which the forwarded token was received. */
  readonly tokenReceivedAt: number;
  /** False once a refresh gave no new token to forward: this one is used to its end, then the person signs in again. */
  readonly renewable: boolean;
}

/** Who a person is, as the session shows it to frontends. */
export function personOf({ sub, name, email }: IdTokenClaims): Pick<SessionRecord, 'subject' | 'name' | 'email'> {
  return { subject: sub, name, email };
}

/** What a session holds when it begins; `forwarded` is the token whose end counts. */
export function newRecord(
  tokens: TokenSet & { idToken: string },
  claims: IdTokenClaims,
  forwarded: 'id_token' | 'access_token',
): SessionRecord {
  const end = forwarded === 'access_token' ? tokens.accessTokenExpiresAt : undefined;
  return {
    ...personOf(claims),
    idToken: tokens.idToken,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    tokenExpiresAt: end ?? claims.exp * 1000,
    tokenReceivedAt: Date.now(),
    renewable: tokens.refreshToken !== undefined,
  };
}

export function sealRecord(key: Buffer, id: string, record: SessionRecord): Buffer {
  return encrypt(key, Buffer.from(JSON.stringify(record)), id);
}

/** The record, or undefined where the cookie's key is not the one that it was sealed with. */
export function openRecord(key: Buffer, id: string, sealed: Uint8Array): SessionRecord | undefined {
  const bytes = decrypt(key, Buffer.from(sealed), id);
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as SessionRecord);
}

/** Under which names the store finds a person's sessions, and those that came of one of the provider's. */
export function namesOf(
  { sub, sid }: Pick<IdTokenClaims, 'sub' | 'sid'>,
  { oidcIssuer: { href } }: Config,
): Pick<StoredSession, 'owner' | 'providerSession'> {
  return { owner: digest(href, sub), providerSession: sid === undefined ? null : digest(href, 'sid', sid) };
}

/** What the end of a provider's session, or of all that a person had, is remembered by, given the digest of either. */
export function endedName(who: string): string {
  return `ended:${who}`;
}
