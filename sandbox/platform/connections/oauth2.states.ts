import { randomBytes } from 'node:crypto';
import { invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';

const STATE_LIFE_MS = 10 * 60_000;

/** A code of an OAuth 2.0 provider, with its state. */
export interface CodeCredential {
  readonly name: string;
  readonly data: { readonly code: string; readonly state: string };
}

/** A token of an OAuth 2.0 provider. */
export interface TokenCredential {
  readonly name: string;
  readonly type: 'oauth2-token';
  readonly data: { readonly scopes: readonly string[]; readonly accessToken: string; readonly refreshToken: string };
}

/** Starts a sign-in at a provider: returns the secret that must come back with the code. */
export function beginSignIn({ store, newId, now }: Platform, connectorId: string, scopes: readonly string[]): string {
  const state = newSecret();
  store.oauth2States.insert({ id: newId(), parent: connectorId, name: state, body: { scopes }, inner: {} }, now());
  return state;
}

/**
 * Completes a sign-in at a provider, once: exchanges the code for a token. No provider is called; the token is made up.
 * @throws ApiError 400 if no such sign-in was started
 */
export function exchangeCode(
  { store }: Platform,
  connector: ConnectorEntry,
  { name, data }: CodeCredential,
  field: string,
): TokenCredential {
  const begun = store.oauth2States.find(connector.id, data.state);
  if (begun === undefined || Date.now() - Date.parse(begun.createdAt) > STATE_LIFE_MS)
    throw invalid({ field: `${field}.data.state`, message: 'belongs to no sign-in that has begun here' });
  store.delete(begun.id);
  return {
    name,
    type: 'oauth2-token',
    data: { scopes: begun.body.scopes, accessToken: newSecret(), refreshToken: newSecret() },
  };
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}
