import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { LiveSession } from './live-session.js';
import { claimedId } from './session.ticket.js';

/** Sessions kept open, some 4 KB each; the others are a look into the store away. */
const MAX_SESSIONS = 20_000;

/** A point in time, as far as changes elsewhere are known. */
export interface Moment {
  readonly epoch: number;
  readonly notices: number;
}

/** The sessions that this process has open, and what it has been told of changes that others made to them. */
@Injectable()
export class SessionCache {
  private readonly sessions = new LRUCache<string, LiveSession>({ max: MAX_SESSIONS });
  /** Counts the moments since which any session may have changed elsewhere. */
  private epoch = 0;
  /** Counts everything that was told of changes elsewhere. */
  private notices = 0;

  /** What is known for a cookie that was verified before, unless the store may know better. */
  known(cookie: string): LiveSession | undefined {
    const session = this.sessions.get(claimedId(cookie));
    return session?.cookies.has(cookie) && session.seenEpoch === this.epoch ? session : undefined;
  }

  get(id: string): LiveSession | undefined {
    return this.sessions.get(id);
  }

  /** Keeps a session, unless somebody has opened the same one meanwhile: there is one object for each. */
  add(session: LiveSession): LiveSession {
    const meanwhile = this.sessions.get(session.id);
    if (meanwhile === undefined) this.sessions.set(session.id, session);
    return meanwhile ?? session;
  }

  now(): Moment {
    return { epoch: this.epoch, notices: this.notices };
  }

  /**
   * Notes that the store has said, at or after a moment, that a verified cookie belongs to a session. If a change was
   * told since then, the store's answer may be what was before it, so whoever comes next asks again.
   */
  vouch(session: LiveSession, cookie: string, { epoch, notices }: Moment): void {
    session.seenEpoch = notices === this.notices ? epoch : -1;
    session.cookies.add(cookie);
  }

  /** One session has changed or ended elsewhere, or any of them may have: whoever comes next reads the store. */
  forget(id?: string): void {
    this.notices += 1;
    if (id === undefined) {
      this.epoch += 1;
      return;
    }
    const session = this.sessions.get(id);
    if (session !== undefined) session.seenEpoch = -1;
  }

  /** Marks a session as ended, for requests that still hold it, and drops it. False when it is not in memory. */
  end(id: string): boolean {
    const session = this.sessions.get(id);
    if (session !== undefined) session.ended = true;
    return this.sessions.delete(id);
  }
}
