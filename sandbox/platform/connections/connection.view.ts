import type { Platform } from '../platform.js';
import type { ConnectionCredential, ConnectionEntry } from '../store/records.js';
import { viewCredential } from './credential.view.js';

/** A connection as callers see it: its credentials without their secrets. */
export function viewConnection(platform: Platform, { id, name, createdAt, updatedAt, body }: ConnectionEntry): object {
  const { action, trigger } = body.credentials;
  const credentials = { action: viewAll(platform, action), trigger: viewAll(platform, trigger) };
  const head = { id, name };
  return { ...head, ...body, ...head, credentials, createdAt, updatedAt };
}

/** A connection in a list. */
export function summarise({ id, name, createdAt, updatedAt }: ConnectionEntry): object {
  return { id, name, createdAt, updatedAt };
}

function viewAll({ store }: Platform, credentials: readonly ConnectionCredential[]): object[] {
  return credentials.flatMap(({ credentialId, ...shown }) => {
    const credential = store.credentials.get(credentialId);
    return credential ? [{ ...shown, credential: viewCredential(credential) }] : [];
  });
}
