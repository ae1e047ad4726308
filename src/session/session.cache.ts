import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { LiveSession } from './live-session.js';
import { claimedId } from './session.ticket.js';

/** Maximum number of sessions in memory, about 4 KB each; others are loaded from the store. */
const MAX_SESSIONS = 20_000;

/** Called after a change of a session; not certain where the store only says that some session has changed. */
type Follower = (isCertain: boolean) => void;

/** A point in the sequence of change notices. */
export interface Moment {
  readonly epoch: number;
  readonly notices: number;
}

/** Sessions in this process's memory, with the change notices from other processes. */
@Injectable()
export class SessionCache {
  private readonly sessions = new LRUCache<string, LiveSession>({ max: MAX_SESSIONS });
  private readonly followers = new Map<string, Set<Follower>>();
  /** Incremented whenever any session may have changed in another process. */
  private epoch = 0;
  /** Counts all change notices. */
  private notices = 0;

  /** The session of a verified cookie, unless the store may have a newer state. */
  known(cookie: string): LiveSession | undefined {
    const session = this.sessions.get(claimedId(cookie));
    return session?.cookies.has(cookie) && session.seenEpoch === this.epoch ? session : undefined;
  }

  get(id: string): LiveSession | undefined {
    return this.sessions.get(id);
  }

  /** Adds a session, unless another request has loaded it meanwhile: there is one object per session. */
  add(session: LiveSession): LiveSession {
    const meanwhile = this.sessions.get(session.id);
    if (meanwhile === undefined) this.sessions.set(session.id, session);
    return meanwhile ?? session;
  }

  now(): Moment {
    return { epoch: this.epoch, notices: this.notices };
  }

  /**
   * Records that the store confirmed a session for a verified cookie, reading at or after `moment`. If a change notice
   * arrived since, the read may be outdated, and the next request reads again.
   */
  vouch(session: LiveSession, cookie: string, { epoch, notices }: Moment): void {
    session.seenEpoch = notices === this.notices ? epoch : -1;
    session.cookies.add(cookie);
  }

  /** One session, or any of them, has changed in another process: the next request reads the store. */
  forget(id?: string): void {
    this.notices += 1;
    if (id === undefined) {
      this.epoch += 1;
      for (const followers of this.followers.values()) for (const follower of followers) follower(false);
      return;
    }
    const session = this.sessions.get(id);
    if (session !== undefined) session.seenEpoch = -1;
    this.tell(id);
  }

  /** Calls back when a session has changed or ended, here or elsewhere, or may have; gives a function that ends it. */
  follow(id: string, follower: Follower): () => void {
    const followers = this.followers.get(id) ?? new Set();
    this.followers.set(id, followers.add(follower));
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.followers.get(id) === followers) this.followers.delete(id);
    };
  }

  /** Marks a session as ended, for requests that still hold it, and drops it. False when it is not in memory. */
  end(id: string): boolean {
    const session = this.sessions.get(id);
    if (session !== undefined) session.ended = true;
    const isKnown = this.sessions.delete(id);
    this.tell(id);
    return isKnown;
  }

  private tell(id: string): void {
    for (const follower of this.followers.get(id) ?? []) follower(true);
  }
}
