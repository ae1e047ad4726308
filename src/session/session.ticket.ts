import { randomBytes } from 'node:crypto';
import { derive, type Keyring } from '../crypto/keyring.js';

/** A multiple of three, so that the cookie's text begins with the encoded id. */
const ID_BYTES = 18;
const ID_CHARACTERS = 24;
const SECRET_BYTES = 32;
const MAC_BYTES = 32;

/**
 * The content of the session cookie: the id of the record, and the secret that the record's key is derived from, so the
 * store alone opens nothing. The signature lets forged cookies be rejected without reading the store.
 */
export interface SessionTicket {
  readonly id: string;
  /** The record's encryption key; derived from the cookie, stored nowhere. */
  readonly key: Buffer;
  /** True when it was signed with a key other than the first: time to set the cookie again. */
  readonly stale: boolean;
}

/** A ticket for a new session, and the cookie value that carries it. */
export function issueTicket(keyring: Keyring): { ticket: SessionTicket; value: string } {
  const payload = randomBytes(ID_BYTES + SECRET_BYTES);
  return { ticket: open(payload, false), value: write(payload, keyring) };
}

/** The id that a cookie value claims; not verified. */
export function claimedId(value: string): string {
  return value.slice(0, ID_CHARACTERS);
}

/**
 * The ticket in a cookie value; undefined for everything that the gateway did not issue. Node's decoder skips invalid
 * characters, so without the exact comparison one ticket would have endless spellings, each cached.
 */
export function readTicket(value: string, keyring: Keyring): SessionTicket | undefined {
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.length !== ID_BYTES + SECRET_BYTES + MAC_BYTES || bytes.toString('base64url') !== value) return undefined;
  const payload = bytes.subarray(0, ID_BYTES + SECRET_BYTES);
  const signedBy = keyring.signedBy(payload, bytes.subarray(ID_BYTES + SECRET_BYTES));
  return signedBy === undefined ? undefined : open(payload, signedBy !== 0);
}

/** The same ticket, signed with the first key. */
export function resignTicket(value: string, keyring: Keyring): string {
  return write(Buffer.from(value, 'base64url').subarray(0, ID_BYTES + SECRET_BYTES), keyring);
}

function open(payload: Buffer, stale: boolean): SessionTicket {
  const id = payload.subarray(0, ID_BYTES).toString('base64url');
  return { id, key: derive(payload.subarray(ID_BYTES), 'session-record'), stale };
}

function write(payload: Buffer, keyring: Keyring): string {
  return Buffer.concat([payload, keyring.sign(payload)]).toString('base64url');
}
