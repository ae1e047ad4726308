import { decodeJwt } from 'jose';
import type { Config } from '../config/config.js';
import { decrypt, digest, encrypt } from '../crypto/keyring.js';
import { type Person, refreshedPerson } from '../identity/person.js';
import type { TokenSet } from '../identity/token.response.js';
import type { IdTokenClaims } from '../identity/token.verifier.js';
import type { SessionFacts, StoredSession } from '../store/session.store.js';

/** The least that an access token is taken to live where nothing says how long. */
const LEAST_LIFE_MS = 60_000;

/** What a session holds, readable only with the cookie that it belongs to. */
export interface SessionRecord extends Person {
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

/** An id_token that was verified. */
export interface VerifiedIdToken {
  readonly token: string;
  readonly claims: IdTokenClaims;
}

/** Which token is forwarded, and so whose end counts; which claims frontends are shown. */
type RecordSettings = Pick<Config, 'platformToken' | 'sessionClaims'>;

/** What a session holds when it begins. */
export function newRecord(
  person: Person,
  tokens: TokenSet,
  { token, claims }: VerifiedIdToken,
  { platformToken }: RecordSettings,
): SessionRecord {
  const end = claims.exp * 1000;
  return {
    ...person,
    idToken: token,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    tokenExpiresAt: platformToken === 'access_token' ? (endOfAccessToken(tokens) ?? end) : end,
    tokenReceivedAt: Date.now(),
    renewable: tokens.refreshToken !== undefined,
  };
}

/**
 * What it holds after a refresh, whose refresh token is kept whatever else came. Without a new id_token (OpenID Connect
 * Core, section 12.2, allows that) the old one serves to its end.
 */
export function refreshedRecord(
  record: SessionRecord,
  tokens: TokenSet,
  idToken: VerifiedIdToken | undefined,
  { platformToken, sessionClaims }: RecordSettings,
): SessionRecord {
  const now = Date.now();
  const next = {
    ...record,
    ...(idToken && refreshedPerson(record, idToken.claims, sessionClaims)),
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? record.refreshToken,
    idToken: idToken?.token ?? record.idToken,
  };
  const idTokenEnd = idToken && idToken.claims.exp * 1000;
  if (platformToken === 'access_token') {
    const life = Math.max(record.tokenExpiresAt - record.tokenReceivedAt, LEAST_LIFE_MS);
    const tokenExpiresAt = endOfAccessToken(tokens) ?? idTokenEnd ?? now + life;
    return { ...next, tokenExpiresAt, tokenReceivedAt: now, renewable: true };
  }
  // One that came and is not good is asked for again; where none came, none will.
  if (idTokenEnd === undefined) return { ...next, renewable: tokens.idToken !== undefined };
  return { ...next, tokenExpiresAt: idTokenEnd, tokenReceivedAt: now, renewable: true };
}

/** When an access token ends: as the provider says, or as the token itself does where it is a JWT. */
function endOfAccessToken({ accessToken, accessTokenExpiresAt }: TokenSet): number | undefined {
  if (accessTokenExpiresAt !== undefined) return accessTokenExpiresAt;
  try {
    const { exp } = decodeJwt(accessToken);
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** A record and what it belongs to. The binding is content, not associated data, so that older replicas open it too. */
type BoundRecord = SessionRecord & { readonly boundTo?: string };

/** Encrypts a record; the plain facts of its session are authenticated with it. */
export function sealRecord(key: Buffer, facts: SessionFacts, record: SessionRecord): Buffer {
  const bound: BoundRecord = { ...record, boundTo: digestOf(facts) };
  return encrypt(key, Buffer.from(JSON.stringify(bound)), facts.id);
}

/**
 * The record; undefined where the cookie's key is not the one that it was sealed with, or where the plain facts beside it
 * are not those that it was sealed with. A record of an older version has no binding; it is accepted for as long as its
 * session can live, `maxMs` from its last token, so that an update signs nobody out.
 */
export function openRecord(
  key: Buffer,
  stored: SessionFacts & Pick<StoredSession, 'sealed'>,
  maxMs: number,
): SessionRecord | undefined {
  const bytes = decrypt(key, Buffer.from(stored.sealed), stored.id);
  if (bytes === undefined) return undefined;
  const record = JSON.parse(bytes.toString('utf8')) as BoundRecord;
  if (record.boundTo === undefined) return Date.now() < record.tokenReceivedAt + maxMs ? record : undefined;
  return record.boundTo === digestOf(stored) ? record : undefined;
}

function digestOf({ owner, providerSession, device, createdAt, expiresAt }: SessionFacts): string {
  return digest(JSON.stringify([owner, providerSession, device, createdAt, expiresAt]));
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
