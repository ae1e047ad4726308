import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const MAC_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly mac: Buffer;
  readonly cipher: Buffer;
}

/**
 * The gateway's secrets (`SESSION_KEYS`). The first one signs and seals, all of them verify and open, so keys rotate
 * with an overlap and no one is signed out.
 */
export class Keyring {
  private keys: readonly [Key, ...Key[]];

  constructor(secrets: readonly string[]) {
    this.keys = keysOf(secrets);
  }

  /** Replaces the secrets. What only the old ones verified is refused from now on. */
  replace(secrets: readonly string[]): void {
    this.keys = keysOf(secrets);
  }

  /** HMAC-SHA256 with the first key. */
  sign(message: Buffer): Buffer {
    return hmac(this.keys[0].mac, message);
  }

  /** The index of the key that made a signature, or undefined. Takes the same time for every wrong signature. */
  signedBy(message: Buffer, signature: Buffer): number | undefined {
    if (signature.length !== MAC_BYTES) return undefined;
    const index = this.keys.findIndex(({ mac }) => timingSafeEqual(hmac(mac, message), signature));
    return index === -1 ? undefined : index;
  }

  /** Encrypts a string. Only this keyring decrypts it, and only for the same purpose. */
  seal(text: string, purpose: string): string {
    return this.sealBytes(Buffer.from(text), purpose).toString('base64url');
  }

  /** The string that was sealed; undefined for anything that `seal` did not create. */
  open(sealed: string, purpose: string): string | undefined {
    return this.openBytes(Buffer.from(sealed, 'base64url'), purpose)?.toString('utf8');
  }

  /** Encrypts bytes; see `seal`. */
  sealBytes(bytes: Buffer, purpose: string): Buffer {
    return encrypt(this.keys[0].cipher, bytes, purpose);
  }

  /** The bytes that were sealed; undefined for anything that `sealBytes` did not create. */
  openBytes(sealed: Buffer, purpose: string): Buffer | undefined {
    for (const { cipher } of this.keys) {
      const bytes = decrypt(cipher, sealed, purpose);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }
}

function keysOf(secrets: readonly string[]): [Key, ...Key[]] {
  const [first, ...others] = secrets.map((secret) => ({
    mac: derive(secret, 'mac'),
    cipher: derive(secret, 'cipher'),
  }));
  if (first === undefined) throw new Error('a keyring needs a key');
  return [first, ...others];
}

/** AES-256-GCM. `purpose` is authenticated too, so a ciphertext is useless in another place. */
export function encrypt(key: Buffer, content: Buffer, purpose: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  const body = [cipher.update(content), cipher.final()];
  return Buffer.concat([iv, cipher.getAuthTag(), ...body]);
}

/** The plaintext, or undefined when key, purpose or bytes differ. */
export function decrypt(key: Buffer, bytes: Buffer, purpose: string): Buffer | undefined {
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** A 256-bit key for one use, derived from a secret of any form (HKDF, RFC 5869). */
export function derive(secret: string | Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `connect-gateway/${use}`, 32));
}

/** SHA-256 of the parts, base64url: a stable name that does not reveal what it was made from. */
export function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url');
}

function hmac(key: Buffer, message: Buffer): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

/** Injection token of the `Keyring`, which is made from the configuration. */
export const KEYRING = Symbol('KEYRING');
