import { generateKeyPair, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { JWK } from 'oidc-provider';

/** The provider's keys. */
export interface IdentityKeys {
  /** The private key of id_tokens and logout tokens. */
  readonly signing: JWK;
  /** The secrets of its cookies. */
  readonly cookies: string[];
}

/** Reads the keys; creates and stores them at the first start, so that a restart invalidates neither token nor cookie. */
export async function loadKeys(database: DatabaseSync): Promise<IdentityKeys> {
  const stored = database.prepare("SELECT value FROM secret WHERE name = 'keys'").get();
  if (stored !== undefined) return JSON.parse(String(stored['value'])) as IdentityKeys;
  const keys: IdentityKeys = { signing: await newSigningKey(), cookies: [newSecret()] };
  database.prepare("INSERT INTO secret (name, value) VALUES ('keys', ?)").run(JSON.stringify(keys));
  return keys;
}

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: newSecret().slice(0, 16), alg: 'RS256', use: 'sig' };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
