import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { ServerSentEvent } from '../http/event.stream.js';
import type { LiveSession } from '../session/live-session.js';
import { SessionCache } from '../session/session.cache.js';
import { type SessionEndReason, SessionEndings } from '../session/session.endings.js';
import { SessionService } from '../session/session.service.js';
import { claimedId } from '../session/session.ticket.js';
import { StoreUnavailable } from '../store/store-unavailable.js';
import type { AuthenticatedRequest } from './caller.js';
import { SessionChange } from './session-change.js';
import { SessionCookie } from './session.cookie.js';
import { isFresh, MIN_LEFT_MS } from './sso.guard.js';
import type { SsoCaller } from './sso.strategy.js';

/** The warning is sent this long before the end, or a fifth of the lifetime if that is shorter. */
const WARNING_MS = 120_000;
const WARNING_SHARE = 0.2;
/** Pause before an unavailable store is read again. */
const RETRY_MS = 500;
/** Pause between two reads that no change triggers. */
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 60_000;
/** Tolerance for a limit that has passed by the store's clock but not yet by this one. */
const CLOCK_MS = 1_000;

/** When a session ends if it is not used, and why. */
interface Limit {
  /** As `/auth/session` returns it. */
  readonly at: number;
  readonly reason: SessionEndReason;
  /** The same, and when to warn, by this process's clock. */
  readonly dueAt: number;
  readonly warnAt: number;
}

/** Follows the session of a request, whichever replica ends it, without extending it. */
@Injectable()
export class SessionEvents {
  private readonly idleMs: number;
  private readonly maxMs: number;

  constructor(
    config: Config,
    private readonly sessions: SessionService,
    private readonly endings: SessionEndings,
    private readonly cache: SessionCache,
    private readonly cookie: SessionCookie,
  ) {
    this.idleMs = config.sessionIdleSeconds * 1000;
    this.maxMs = config.sessionMaxSeconds * 1000;
  }

  /** Yields `ending` before each approaching end, then `ended` as the last event. */
  async *of(req: AuthenticatedRequest, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const value = this.cookie.read(req);
    const id = value === undefined ? '' : claimedId(value);
    const change = new SessionChange(this.cache, id);
    let known: Limit | undefined;
    let warnedAt = 0;
    try {
      while (!signal.aborted) {
        const limit = await this.nextLimit(req, value);
        if (limit === 'over') {
          yield event('ended', await this.reason(id, known), Date.now());
          return;
        }
        known = limit === 'unavailable' ? known : limit;
        if (known !== undefined && known.at !== warnedAt && Date.now() >= known.warnAt) {
          warnedAt = known.at;
          yield event('ending', known.reason, known.at);
        }
        await change.next(limit === 'unavailable' ? RETRY_MS : pauseBefore(limit, warnedAt), signal);
      }
    } finally {
      change.close();
    }
  }

  private async nextLimit(
    req: AuthenticatedRequest,
    value: string | undefined,
  ): Promise<Limit | 'over' | 'unavailable'> {
    try {
      const session = value === undefined ? undefined : await this.sessions.find(value);
      if (session?.isUsable === true) return this.limitOf(session);
      const caller = req.caller as SsoCaller | undefined;
      if (caller === undefined || !('claims' in caller) || !isFresh(caller)) return 'over';
      const { exp, iat = 0 } = caller.claims;
      return tokenLimit(exp * 1000, (exp - iat) * 1000, MIN_LEFT_MS);
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unavailable';
      throw error;
    }
  }

  private limitOf({ limits, record, minLeftMs }: LiveSession): Limit {
    const { renewable, tokenExpiresAt, tokenReceivedAt } = record;
    const all = [
      limitAt('absolute', limits.expiresAt, this.maxMs, limits.now),
      limitAt('idle', limits.idleExpiresAt, this.idleMs, limits.now),
    ];
    if (!renewable) all.push(tokenLimit(tokenExpiresAt, tokenExpiresAt - tokenReceivedAt, minLeftMs));
    return all.reduce((first, other) => (other.dueAt < first.dueAt ? other : first));
  }

  /** The recorded reason; without one, the limit that has passed, or else `revoked`. */
  private async reason(id: string, known: Limit | undefined): Promise<SessionEndReason> {
    const written = await this.endings.reasonOf(id).catch(() => undefined);
    if (written !== undefined) return written;
    return known !== undefined && Date.now() >= known.dueAt - CLOCK_MS ? known.reason : 'revoked';
  }
}

/** A limit by the clock it refers to: the store's or, if none is given, this process's. */
function limitAt(reason: SessionEndReason, at: number, lifetimeMs: number, now = Date.now()): Limit {
  const dueAt = Date.now() + at - now;
  return { reason, at, dueAt, warnAt: dueAt - Math.min(WARNING_MS, lifetimeMs * WARNING_SHARE) };
}

/** The limit of a token that is the last one: calls are refused as soon as too little of it is left to forward it. */
function tokenLimit(at: number, lifetimeMs: number, minLeftMs: number): Limit {
  const limit = limitAt('token', at, lifetimeMs);
  return { ...limit, dueAt: limit.dueAt - minLeftMs };
}

/** The time until the warning or, after it, until the end. */
function pauseBefore({ at, dueAt, warnAt }: Limit, warnedAt: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, (warnedAt === at ? dueAt : warnAt) - Date.now()));
}

function event(state: 'ending' | 'ended', reason: SessionEndReason, at: number): ServerSentEvent {
  return { event: 'session', data: JSON.stringify({ state, reason, at: new Date(at).toISOString() }) };
}
