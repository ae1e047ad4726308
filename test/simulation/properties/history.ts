import type { Config } from '../../../src/config/config.js';
import { PROVIDER_TIMEOUT_MS } from '../../../src/identity/provider.http.js';
import { namesOf, openRecord, type SessionRecord } from '../../../src/session/session.record.js';
import { readTicket } from '../../../src/session/session.ticket.js';
import type { Keyring } from '../../../src/crypto/keyring.js';
import { theUniverse, timeOf, trace, trueTime } from '../engine/globals.js';
import type { SimProcess } from '../engine/sim.process.js';
import type { SimAnswer } from '../world/exchange.js';
import type { Grant, Provider } from '../world/provider.js';
import type { Route } from '../world/replica.js';
import type { StoredRow, StoreView } from '../world/store.view.js';
import { Violation } from './violation.js';

/** How soon an end must be known on every replica. */
const HEARD_MS = 1_000;
/** Nothing that a request waits for may take longer. */
const ANSWERED_MS = 30_000;
/** Half of the slowest exchange that a store's clock is read by, and more. */
const CLOCK_ERROR_MS = 500;
/** Up to here a pause or an outage leaves a lease alone: five seconds, renewed every third of them. */
const LEASE_MARGIN_MS = 3_000;
/** How old the lease may be when its holder asks the provider. */
const LEASE_AGE_MS = 2_500;

/** One sign-in and the session that came of it. */
export interface TrueSession {
  readonly subject: string;
  readonly sid: string;
  /** When the gateway opened the sign-in. */
  readonly startedAt: number;
  readonly owner: string;
  readonly providerSession: string;
  id: string | undefined;
  cookie: string | undefined;
  key: Buffer | undefined;
  /** Somebody with the right to has asked for its end. */
  endAskedAt: number | undefined;
  /** And was told that it has ended, by this process where that is certain. */
  endedAt: number | undefined;
  endedBy: SimProcess | undefined;
  goneAt: number | undefined;
  lastUse: number;
  inUse: number;
  row: StoredRow | undefined;
}

/** A request to end all that a person has; what begins before it is answered may end too. */
export interface EndOfPerson {
  readonly subject: string;
  closedAt: number;
}

/** A request while it is under way. */
export interface Exchange {
  readonly route: Route;
  readonly process: SimProcess;
  readonly session: TrueSession | undefined;
  readonly arrivedAt: number;
  /** When its session was to end, as the store had it when the request arrived. */
  readonly limit: number;
}

/** A time in which no lease is renewed, by one process or by any. */
interface Stop {
  readonly process: SimProcess | undefined;
  readonly forMs: number;
  readonly until: number;
}

/** Knows what is true, beside what the gateways believe, and holds each state against the requirements. */
export class History {
  readonly sessions: TrueSession[] = [];
  violation: Violation | undefined;
  private seen = -1;
  private readonly gone = new Set<string>();
  private readonly endsOfPersons: EndOfPerson[] = [];
  private readonly open = new Set<Exchange>();
  private readonly stops: Stop[] = [];
  private clockSetAt = Number.NEGATIVE_INFINITY;
  private made = new Map<string, string>();
  private largestSkewMs = 0;

  constructor(
    private readonly config: Config,
    private readonly keyring: Keyring,
    private readonly provider: Provider,
    private readonly store: StoreView,
  ) {}

  fail(property: string, sentence: string): void {
    trace(() => `VIOLATION ${property}: ${sentence}`);
    this.violation ??= new Violation(property, sentence);
  }

  // --- what people and machines do

  signInStarted(subject: string, sid: string, startedAt: number): TrueSession {
    const { owner, providerSession } = namesOf({ sub: subject, sid }, this.config);
    const session: TrueSession = {
      subject,
      sid,
      startedAt,
      owner,
      providerSession: String(providerSession),
      id: undefined,
      cookie: undefined,
      key: undefined,
      endAskedAt: undefined,
      endedAt: undefined,
      endedBy: undefined,
      goneAt: undefined,
      lastUse: trueTime(),
      inUse: 0,
      row: undefined,
    };
    this.sessions.push(session);
    return session;
  }

  signedIn(session: TrueSession, cookie: string): void {
    const ticket = readTicket(cookie, this.keyring);
    if (ticket === undefined) return this.fail('S10', 'a sign-in set a cookie that the gateway does not know');
    if (this.sessions.some(({ cookie: other }) => other === cookie))
      this.fail('S9', 'two sign-ins gave the same session');
    session.cookie = cookie;
    session.id = ticket.id;
    session.key = ticket.key;
  }

  sessionOf(cookie: string | undefined): TrueSession | undefined {
    return cookie === undefined ? undefined : this.sessions.find((session) => session.cookie === cookie);
  }

  endAsked(sessions: Iterable<TrueSession>): void {
    for (const session of sessions) session.endAskedAt ??= this.now;
  }

  /** Sessions have ended; `by` is undefined where another process may have ended them than the one that answered. */
  ended(sessions: Iterable<TrueSession>, by: SimProcess | undefined): void {
    for (const session of sessions) {
      if (session.endedAt !== undefined) continue;
      session.endedAt = this.now;
      session.endedBy = by;
    }
  }

  /** A person's sessions are to end, those too that begin before the request is done. */
  endOfPerson(subject: string): EndOfPerson {
    const end = { subject, closedAt: Number.POSITIVE_INFINITY };
    this.endsOfPersons.push(end);
    this.endAsked(this.sessions.filter((session) => session.subject === subject));
    return end;
  }

  /** Whether the clocks have ever been wrong. */
  get isSkewed(): boolean {
    return this.largestSkewMs > 0;
  }

  /** A clock is set; with that of SQLite's machine all leases lapse. */
  clockSet(aheadMs: number, isOfStore: boolean): void {
    this.largestSkewMs = Math.max(this.largestSkewMs, Math.abs(aheadMs));
    this.clockSetAt = this.now;
    if (isOfStore) this.stop({ process: undefined, forMs: Number.POSITIVE_INFINITY, until: this.now });
  }

  /** A process stops for so long; for good by default. */
  paused(process: SimProcess, forMs = Number.POSITIVE_INFINITY): void {
    this.stop({ process, forMs, until: this.now + forMs });
  }

  storeAway(forMs: number): void {
    this.stop({ process: undefined, forMs, until: this.now + forMs });
  }

  private stop(stop: Stop): void {
    this.stops.push(stop);
    for (const grant of this.provider.grants) this.excuse(grant);
  }

  /**
   * A process that is stopped for too long while it refreshes loses its lease, and the grant with it perhaps. One that is
   * stopped as its call of the provider times out gives up an answer that has arrived.
   */
  private excuse(grant: Grant): void {
    const refreshes = [...grant.askedBy];
    if (grant.unwritten !== undefined) refreshes.push([grant.unwritten.by, grant.unwritten.since]);
    for (const [by, since] of refreshes) {
      const stops = this.stops.filter(
        ({ process, until }) => (process === by || process === undefined) && until > since - LEASE_AGE_MS,
      );
      const timesOutAt = since + PROVIDER_TIMEOUT_MS;
      const hidesAnswer = stops.some(
        ({ process, forMs, until }) => process === by && until - forMs <= timesOutAt && timesOutAt <= until,
      );
      const isTooLong = stops.reduce((sum, { forMs }) => sum + forMs, 0) > LEASE_MARGIN_MS;
      if (hidesAnswer || isTooLong) grant.isExcused = true;
    }
  }

  // --- what the provider saw

  readonly onConsumed = (grant: Grant): void => {
    this.excuse(grant);
    if (this.provider.now === 'losing answers') grant.isExcused = true;
  };

  readonly onReuse = (grant: Grant, by: SimProcess): void => {
    this.excuse(grant);
    // The call of a process that was killed may arrive after its successor's.
    if (grant.over === undefined && !grant.isExcused && !by.isDead)
      this.fail('S1', `refresh token of grant ${grant.number} was sent twice`);
  };

  // --- what the platform saw

  readonly onDispatch = (token: string, endsAtMs: number, processTimeMs: number): void => {
    if (endsAtMs <= processTimeMs)
      this.fail('S7', `${token} was forwarded ${processTimeMs - endsAtMs} ms after its end`);
  };

  readonly onSent = ({ method, refused, others }: { method: string; refused: number; others: number }): void => {
    if (refused > 2) this.fail('P15', `${refused} replays with tokens that were refused`);
    if (method === 'POST' && others > 1) this.fail('P14', `a POST was sent ${others} times`);
    if (method === 'GET' && others > 3) this.fail('P14', `a GET was sent ${others} times`);
  };

  readonly onEffect = (path: string, effects: number): void => {
    if (path.includes('key-') && effects > 1) this.fail('Idempotency', `${path} was made ${effects} times`);
  };

  // --- what requests are answered with

  begin(route: Route, process: SimProcess, cookie: string | undefined, arrivedAt: number): Exchange {
    const session = this.sessionOf(cookie);
    const isUse = route.kind !== 'status' && route.kind !== 'logout';
    if (session !== undefined && isUse) session.inUse += 1;
    trace(() => `${route.kind} ${session?.sid ?? 'nobody'} arrives`);
    const limit = session?.row === undefined ? Number.POSITIVE_INFINITY : limitOf(session.row);
    const exchange = { route, process, session, arrivedAt, limit };
    this.open.add(exchange);
    return exchange;
  }

  /** Nobody waits for the answer any more. */
  abandoned(exchange: Exchange): void {
    this.open.delete(exchange);
  }

  answered(exchange: Exchange, answer: SimAnswer): void {
    const { route, process, session, arrivedAt } = exchange;
    this.open.delete(exchange);
    const isUse = route.kind !== 'status' && route.kind !== 'logout';
    if (session !== undefined && isUse) {
      session.inUse -= 1;
      session.lastUse = Math.max(session.lastUse, timeOf(process), trueTime());
    }
    trace(
      () =>
        `${route.kind} ${session?.sid ?? 'nobody'} of ${arrivedAt.toFixed(1)}: ${answer.status} ${answer.code ?? ''}`,
    );
    if (answer.status === 500) this.fail('E1', `a ${route.kind} was answered with 500 ${answer.code ?? ''}`);
    if (session === undefined) return;
    const isCall = route.kind === 'get' || route.kind === 'post';
    if (isCall && answer.status < 300) this.checkLetIn(session, process, arrivedAt);
    if (route.kind === 'status' && answer.status === 200 && answer.body.includes('"authenticated":true'))
      this.checkLetIn(session, process, arrivedAt);
    if (answer.status === 401 && answer.code !== 'upstream_unauthorized')
      this.checkTurnedAway(session, exchange, answer);
    if (route.kind === 'post' && answer.status === 201) this.checkOneAnswer(route.item, answer.body);
  }

  /** After every event: what the store holds now follows from what was done. */
  check(): void {
    if (this.store.changes === this.seen) return;
    this.seen = this.store.changes;
    const rows = new Map(this.store.sessions().map((row) => [row.id, row]));
    for (const session of this.sessions)
      if (session.row !== undefined) this.checkRow(session, rows.get(session.row.id));
    for (const row of rows.values()) this.adopt(row);
  }

  /** When all faults are over and all is settled. */
  checkEnd(): void {
    for (const { route, process, arrivedAt } of this.open)
      if (!process.isDead && this.now - Math.max(arrivedAt, process.pausedUntil) > ANSWERED_MS)
        this.fail('P9', `the ${route.kind} of ${arrivedAt.toFixed(0)} was never answered`);
    for (const session of this.sessions) {
      const { row, key } = session;
      if (row === undefined || session.goneAt !== undefined || limitOf(row) <= trueTime()) continue;
      // A sign-in that failed when its record was written leaves one that no cookie opens.
      if (session.endedAt !== undefined && session.cookie !== undefined)
        this.fail('S6', `the session of ${session.sid} outlived its end`);
      const grant = this.grantOf(session);
      const record = key && openRecord(key, row, this.config.sessionMaxSeconds * 1000);
      if (grant === undefined || record === undefined || grant.over !== undefined || grant.isExcused) continue;
      this.checkLastToken(session, grant, record);
    }
    for (const { refusals, number } of this.provider.grants)
      if (refusals > 12) this.fail('S3', `grant ${number} was refused ${refusals} times`);
  }

  isAlive(session: TrueSession): boolean {
    return session.row !== undefined && session.goneAt === undefined && limitOf(session.row) > trueTime();
  }

  private get now(): number {
    return theUniverse().scheduler.now;
  }

  private grantOf(session: TrueSession): Grant | undefined {
    return this.provider.grants.find(({ providerSession }) => providerSession === session.sid);
  }

  private adopt(row: StoredRow): void {
    if (this.gone.has(row.id)) return this.fail('S6', 'a session came back after its end');
    const session = this.sessions.find(({ providerSession }) => providerSession === row.providerSession);
    if (session === undefined) return this.fail('S9', 'the store holds a session of no sign-in');
    if (session.row === undefined) {
      session.row = row;
      return;
    }
    if (session.row.id !== row.id) this.fail('I3', `the sign-in of ${session.sid} became two sessions`);
  }

  private checkRow(session: TrueSession, row: StoredRow | undefined): void {
    const before = session.row as StoredRow;
    if (row === undefined) {
      if (session.goneAt !== undefined) return;
      session.goneAt = this.now;
      trace(() => `the store has no session ${session.sid} any more`);
      this.gone.add(before.id);
      if (!this.mayBeGone(session, before)) this.fail('S4', `the session of ${session.sid} was ended without a reason`);
      return;
    }
    const isSame = row.sealed.equals(before.sealed);
    if (row.version !== before.version + (isSame ? 0 : 1))
      this.fail('S1', `a session went from version ${before.version} to ${row.version}${isSame ? '' : ', rewritten'}`);
    if (row.version > before.version) {
      trace(() => `the store has session ${session.sid} at version ${row.version}`);
      const grant = this.grantOf(session);
      if (grant !== undefined) grant.unwritten = undefined;
    }
    const used = session.inUse > 0 ? trueTime() + this.largestSkewMs : session.lastUse;
    const limit = Math.max(used, session.lastUse) + this.config.sessionIdleSeconds * 1000 + CLOCK_ERROR_MS;
    if (row.idleExpiresAt > before.idleExpiresAt && row.idleExpiresAt > limit)
      this.fail('S8', `a session was extended ${row.idleExpiresAt - limit} ms beyond its last use`);
    session.row = row;
  }

  private mayBeGone(session: TrueSession, row: StoredRow): boolean {
    const grant = this.grantOf(session);
    return (
      session.endAskedAt !== undefined ||
      this.endsOfPersons.some(
        ({ subject, closedAt }) => subject === session.subject && session.startedAt <= closedAt,
      ) ||
      limitOf(row) <= trueTime() + this.largestSkewMs + CLOCK_ERROR_MS ||
      grant?.over !== undefined ||
      grant?.isLost === true ||
      grant?.isPoor === true
    );
  }

  private checkLetIn(session: TrueSession, process: SimProcess, arrivedAt: number): void {
    const { endedAt, endedBy, sid } = session;
    if (endedAt === undefined) return;
    // A process that is paused hears nothing; the answer to its own write may wait for it as well.
    const heardAt = endedBy === process ? endedAt : Math.max(endedAt, process.pausedUntil) + HEARD_MS;
    if (arrivedAt > heardAt)
      this.fail('S16', `the session of ${sid} was let in ${arrivedAt - endedAt} ms after its end`);
  }

  private checkTurnedAway(session: TrueSession, { process, arrivedAt, limit }: Exchange, { code }: SimAnswer): void {
    this.check();
    const isOver = session.goneAt !== undefined || session.row === undefined || this.grantOf(session)?.isExcused;
    const wrongMs = this.clockSetAt >= arrivedAt ? this.largestSkewMs : 0;
    const latest = Math.max(timeOf(process), trueTime() + wrongMs + CLOCK_ERROR_MS);
    // A replica that read the limit and then waited has not heard of a later one.
    if (isOver || Math.min(limit, limitOf(session.row as StoredRow)) <= latest) return;
    this.fail('S5', `the session of ${session.sid} lives and was answered with 401 ${code ?? ''}`);
  }

  private checkOneAnswer(item: string, body: string): void {
    if (!item.startsWith('key-')) return;
    const first = this.made.get(item);
    if (first !== undefined && first !== body)
      this.fail('Idempotency', `${item} was answered with ${body} after ${first}`);
    this.made.set(item, body);
  }

  private checkLastToken(session: TrueSession, grant: Grant, record: SessionRecord): void {
    if (record.refreshToken !== grant.current)
      this.fail(
        'S1',
        `the store holds ${record.refreshToken ?? 'none'} for ${session.sid}, the provider gave ${grant.current}`,
      );
  }
}

function limitOf({ expiresAt, idleExpiresAt }: StoredRow): number {
  return Math.min(expiresAt, idleExpiresAt);
}
