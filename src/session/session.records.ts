import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '../config/config.js';
import type { LiveSession } from './live-session.js';
import { openRecord, type SessionRecord, sealRecord } from './session.record.js';
import { SessionStore, type StoredSession } from '../store/session.store.js';

/** How soon a store that is away is tried again. */
const RETRY_MS = 100;

/** Brings a session in memory and its stored record together. */
@Injectable()
export class SessionRecords {
  private readonly maxMs: number;

  constructor(
    private readonly store: SessionStore,
    { sessionMaxSeconds }: Config,
  ) {
    this.maxMs = sessionMaxSeconds * 1000;
  }

  /** Epoch milliseconds by the store's clock. */
  now(): number {
    return this.store.now();
  }

  /** A record that was read from the store; undefined where this key does not open it. */
  open(key: Buffer, stored: StoredSession): SessionRecord | undefined {
    return openRecord(key, stored, this.maxMs);
  }

  /**
   * Updates a session in memory from its stored record; one that is not stored any more has ended. One that is past a
   * limit has not: the clock may be wrong, and right again before the session is used next.
   */
  async reread(session: LiveSession): Promise<void> {
    const stored = await this.store.read(session.id, 'stored');
    const record = stored && this.open(session.key, stored);
    if (stored === undefined || record === undefined) session.ended = true;
    else session.update(stored, record);
  }

  /** Writes the next record; false when somebody else has changed or ended the session since it was read. */
  async write(session: LiveSession, next: SessionRecord): Promise<boolean> {
    const { id, key, version, facts } = session;
    const isWritten = await this.store.replace(id, version, sealRecord(key, facts, next));
    if (isWritten) session.adopt(version + 1, next);
    return isWritten;
  }

  /**
   * Writes the next record although the store is away for a while: the provider has used up the refresh token that is
   * stored, and a successor that is lost is a session that is lost. Ends when it is written, when the session has gone
   * on or ended without us, or when nobody wants it any more.
   */
  async keepWriting(session: LiveSession, next: SessionRecord, isWanted: () => boolean): Promise<void> {
    const { version } = session;
    while (!session.ended && session.version === version && isWanted()) {
      try {
        if (!(await this.write(session, next))) await this.reread(session);
      } catch {
        await sleep(RETRY_MS);
      }
    }
  }
}
