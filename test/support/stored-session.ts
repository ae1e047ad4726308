import { randomBytes, randomUUID } from 'node:crypto';
import type { StoredSession } from '../../src/store/session.store.js';

/** An active session of a new person, with these members overridden. */
export function newSession(members: Partial<StoredSession> = {}): StoredSession {
  const now = Date.now();
  return {
    id: randomBytes(18).toString('base64url'),
    version: 1,
    sealed: randomBytes(300),
    owner: randomUUID(),
    providerSession: randomUUID(),
    device: 'Firefox/148 “Ünïcode”',
    createdAt: now,
    expiresAt: now + 60_000,
    idleExpiresAt: now + 30_000,
    ...members,
  };
}
