import { Inject, Injectable } from '@nestjs/common';
import type { LiveSession } from './live-session.js';
import { openRecord, type SessionRecord, sealRecord } from './session-record.js';
import type { SessionStore } from './stores/session-store.js';
import { SESSION_STORE } from './tokens.js';

/** Brings a session in memory and its stored record together. */
@Injectable()
export class SessionRecords {
  constructor(@Inject(SESSION_STORE) private readonly store: SessionStore) {}

  /** Takes over what the store knows; a session that the store does not have has ended. */
  async reread(session: LiveSession): Promise<void> {
    const stored = await this.store.read(session.id);
    const record = stored && openRecord(session.key, stored.id, stored.sealed);
    if (stored === undefined || record === undefined) {
      session.ended = true;
      return;
    }
    session.extendTo(stored.idleExpiresAt);
    if (stored.version !== session.version) session.adopt(stored.version, record);
  }

  /** Writes the next record; false when somebody else has changed or ended the session since it was read. */
  async write(session: LiveSession, next: SessionRecord): Promise<boolean> {
    const { id, key, version } = session;
    const isWritten = await this.store.replace(id, version, sealRecord(key, id, next));
    if (isWritten) session.adopt(version + 1, next);
    return isWritten;
  }

  /** Ends a session for good. */
  async remove(session: LiveSession): Promise<void> {
    session.ended = true;
    await this.store.remove(session.id);
  }
}
