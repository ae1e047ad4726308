import { client as usualClient } from './generated/client.gen.js';
import type { Client } from './generated/client/index.js';
import { authList, authSession, type LogoutAnswer, type SessionAnswer } from './generated/index.js';
import { HeldRequests } from './held-requests.js';
import { SessionEvents } from './session-events.js';
import type { SessionEndReason, SessionState, SignedOut } from './session-state.js';
import {
  LoopGuard,
  openPopup,
  popupOver,
  readSignInMarks,
  signInUrl,
  type SignInOptions,
  type SignInOutcome,
} from './sign-in.js';
import { type TabMessage, Tabs } from './tabs.js';

/** Options of the session. */
export interface SessionOptions {
  /** The client whose requests are held while no person is signed in; by default the generated one. */
  readonly client?: Client;
}

/** How to sign out. */
export interface SignOutOptions {
  /** The page after the provider's own logout; a path of this site. */
  readonly returnTo?: string;
  /** False to stay on this page and keep the provider's session. */
  readonly navigate?: boolean;
}

const LOGIN_URL = '/auth/login';
/** Minimum time between two checks of a page that comes to the foreground. */
const FOCUS_PAUSE_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** The longest delay of a timer. */
const LONGEST_TIMER_MS = 2_147_483_647;
/** `/auth/session` returns whole seconds; an end that has moved by less is the same end. */
const WARNING_TOLERANCE_MS = 3_000;
/** A session is checked just after its end, not just before. */
const AFTER_END_MS = 250;

/**
 * The session of a page, shared by all tabs: knows who is signed in, learns of the end within a second, warns before it,
 * and holds rejected requests until the same person has signed in again. It never navigates away by itself.
 * Works with `useSyncExternalStore` directly.
 */
export class Session {
  private state: SessionState = { status: 'unknown' };
  private readonly listeners = new Set<() => void>();
  private readonly client: Client;
  private readonly tabs: Tabs;
  private readonly held: HeldRequests;
  private readonly events: SessionEvents;
  private readonly loops: LoopGuard;
  private readonly closed = new AbortController();
  private readonly clientFetch: typeof fetch | undefined;
  /** What the events reported, while `/auth/session` confirms it. */
  private endReason: SessionEndReason | undefined;
  private asked = 0;
  private taken = 0;
  private asking: Promise<unknown> | undefined;
  private askingNext: Promise<SessionAnswer | undefined> | undefined;
  private isLeader = false;
  private checkedAt = Number.NEGATIVE_INFINITY;
  private retryMs = FIRST_RETRY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ client = usualClient }: SessionOptions = {}) {
    this.client = client;
    this.clientFetch = client.getConfig().fetch;
    this.held = new HeldRequests(
      { subject: () => this.subject, isSignedIn: this.isSignedIn, onCount: (waiting) => this.patch({ waiting }) },
      this.send,
    );
    this.tabs = new Tabs(`connect-gateway ${this.base}`, this.onTabMessage);
    this.loops = new LoopGuard(this.tabs);
    this.events = new SessionEvents(
      () => ({ href: `${this.base}/auth/events`, withCredentials: client.getConfig().credentials === 'include' }),
      ({ state, reason }) => void (state === 'ending' ? this.onEnding(reason) : this.onEnded(reason)),
      async () => (await this.check()).status === 'signed-in',
    );
    client.setConfig({ fetch: this.held.fetch });
    // During server-side rendering there is no browser session.
    if (typeof document === 'undefined') return;
    this.listen();
    this.tabs.lead((signal) => {
      this.isLeader = !signal.aborted;
      this.watch();
    });
    void this.begin(readSignInMarks());
  }

  /** The current state; the same object until it changes. */
  readonly getSnapshot = (): SessionState => this.state;

  /** Registers a listener for changes of the state; returns a function that removes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the session from the gateway without extending it. The state is unchanged if there is no response. */
  async check(): Promise<SessionState> {
    await this.ask();
    return this.state;
  }

  /** Uses the session, so that it does not end by being idle. */
  async extend(): Promise<SessionState> {
    await authList({ client: this.client });
    const state = await this.check();
    this.tabs.tell({ kind: 'extended' });
    return state;
  }

  /** Signs in, once for all tabs. Call it from a click, or the browser blocks the window. */
  async signIn(options: SignInOptions = {}): Promise<SignInOutcome> {
    const loginUrl = this.state.status === 'signed-out' ? this.state.loginUrl : LOGIN_URL;
    if (options.window !== 'page') return this.signInByPopup(options, loginUrl);
    if (!this.loops.admits()) {
      this.patch({ loginError: 'sign_in_loop' });
      return 'refused';
    }
    location.assign(signInUrl(loginUrl, this.base, options, false));
    return 'leaving';
  }

  /**
   * Signs out here and, by navigating there, at the identity provider. Held requests are rejected.
   * @throws the problem or failure if the gateway could not do it
   */
  async signOut({ returnTo, navigate = true }: SignOutOptions = {}): Promise<void> {
    const query = returnTo === undefined ? {} : { returnTo };
    const { data, error } = await this.client.post<{ 200: LogoutAnswer }>({ url: '/auth/logout', query });
    if (data === undefined) throw error;
    this.end('logout');
    // Later requests do not belong to this person.
    this.patch({ user: undefined });
    this.held.release(false);
    if (navigate) location.assign(new URL(data.logoutUrl, this.base).href);
  }

  /** Stops all activity of this object; the client's requests are no longer held. */
  close(): void {
    clearTimeout(this.timer);
    this.closed.abort();
    this.events.close();
    this.tabs.close();
    this.held.release(false);
    this.client.setConfig({ fetch: this.clientFetch ?? fetch });
  }

  private get base(): string {
    const { baseUrl = '' } = this.client.getConfig();
    return typeof location === 'undefined' ? baseUrl : new URL(baseUrl || '/', location.href).href.replace(/\/$/, '');
  }

  private async begin({ isPopup, loginError }: ReturnType<typeof readSignInMarks>): Promise<void> {
    const { status } = await this.check();
    if (loginError !== undefined) this.patch({ loginError });
    if (!isPopup) return;
    if (status !== 'signed-in') this.tabs.tell({ kind: 'sign-in-failed', loginError: loginError ?? 'login_failed' });
    window.close();
  }

  private listen(): void {
    const { signal } = this.closed;
    const ask = (): void => {
      if (document.visibilityState === 'visible' && Date.now() - this.checkedAt > FOCUS_PAUSE_MS) void this.check();
    };
    document.addEventListener('visibilitychange', ask, { signal });
    window.addEventListener('focus', ask, { signal });
    window.addEventListener('online', () => void this.check(), { signal });
  }

  /** Sends a new request: a response that is already in flight may predate a sign-in. */
  private ask(): Promise<SessionAnswer | undefined> {
    if (this.asking === undefined) return this.request();
    this.askingNext ??= this.asking.then(() => {
      this.askingNext = undefined;
      return this.request();
    });
    return this.askingNext;
  }

  private request(): Promise<SessionAnswer | undefined> {
    this.asked += 1;
    const number = this.asked;
    const request = authSession({ client: this.client }).then(({ data }) => {
      if (this.asking === request) this.asking = undefined;
      // A response that a later one has overtaken is out of date.
      if (number > this.taken && !this.closed.signal.aborted) this.take(data);
      this.taken = Math.max(this.taken, number);
      return data;
    });
    this.asking = request;
    return request;
  }

  private take(answer: SessionAnswer | undefined): void {
    if (answer === undefined) return this.retryLater();
    this.retryMs = FIRST_RETRY_MS;
    this.checkedAt = Date.now();
    if (answer.authenticated) this.begun(answer);
    else this.end(this.endReason ?? answer.reason, answer.loginUrl);
  }

  private retryLater(): void {
    this.setTimer(this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  private begun({ user, ...answer }: SessionAnswer): void {
    if (user === undefined) return;
    const before = this.state;
    const expiresAt = endOf(answer, 'expires');
    const idleExpiresAt = endOf(answer, 'idleExpires');
    const end = Math.min(expiresAt, idleExpiresAt);
    const warned = before.status === 'signed-in' ? before.ending : undefined;
    const isEnding = warned !== undefined && end - warned.at < WARNING_TOLERANCE_MS;
    this.set({ status: 'signed-in', user, expiresAt, idleExpiresAt, ...(isEnding && { ending: warned }) });
    this.setTimer(end - Date.now() + AFTER_END_MS);
    this.loops.reset();
    this.watch();
    if (before.status === 'signed-in' && before.user.sub === user.sub) return;
    this.tabs.tell({ kind: 'signed-in', sub: user.sub });
    const owner = before.status === 'signed-out' ? before.user : undefined;
    this.held.release(owner?.sub === user.sub);
  }

  private end(reason: SessionEndReason | undefined, loginUrl = LOGIN_URL): void {
    const before = this.state;
    if (before.status === 'signed-out') return this.patch({ loginUrl });
    const user = before.status === 'signed-in' ? before.user : undefined;
    this.events.close();
    clearTimeout(this.timer);
    const known = { ...(reason !== undefined && { reason }), ...(user !== undefined && { user }) };
    this.set({ status: 'signed-out', loginUrl, waiting: this.held.count, isSigningIn: false, ...known });
    if (user !== undefined) this.tabs.tell({ kind: 'ended', ...(reason !== undefined && { reason }) });
  }

  /** By this browser's clock, which may differ from the gateway's. */
  private async onEnding(reason: SessionEndReason): Promise<void> {
    await this.ask();
    if (this.state.status !== 'signed-in') return;
    const at = Math.min(this.state.expiresAt, this.state.idleExpiresAt);
    this.warn(reason, at);
    this.tabs.tell({ kind: 'ending', reason, at });
  }

  /** A new sign-in ends the previous session; the events of the new session come next. */
  private async onEnded(reason: SessionEndReason): Promise<void> {
    this.endReason = reason;
    const answer = await this.ask();
    this.endReason = undefined;
    if (answer === undefined) this.end(reason);
  }

  private readonly onTabMessage = (message: TabMessage): void => {
    const { state } = this;
    switch (message.kind) {
      case 'ending':
        return this.warn(message.reason, message.at);
      case 'ended':
        this.end(message.reason);
        // Another tab may have had outdated information.
        return void this.check();
      case 'extended':
        return void this.check();
      case 'signing-in':
        return this.signingInElsewhere();
      case 'sign-in-failed':
        return this.patch({ loginError: message.loginError });
      case 'signed-in':
        if (state.status !== 'signed-in' || state.user.sub !== message.sub) void this.check();
    }
  };

  private warn(reason: SessionEndReason, at: number): void {
    if (this.state.status === 'signed-in') this.set({ ...this.state, ending: { reason, at } });
  }

  private watch(): void {
    if (this.isLeader && this.state.status === 'signed-in') this.events.open();
  }

  private setTimer(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), Math.min(Math.max(milliseconds, 0), LONGEST_TIMER_MS));
  }

  private async signInByPopup(options: SignInOptions, loginUrl: string): Promise<SignInOutcome> {
    if (this.state.status === 'signed-out' && this.state.isSigningIn) return this.elsewhere();
    const popup = openPopup();
    if (popup === undefined) return 'blocked';
    const before = this.state;
    const isAlone = await this.tabs.alone(async () => {
      // Not before: a window that another tab opens at the same time would sign in as well.
      popup.location.replace(signInUrl(loginUrl, this.base, options, true));
      this.patch({ isSigningIn: true, loginError: undefined });
      this.tabs.tell({ kind: 'signing-in' });
      const hasFailed = (): boolean => this.state.status === 'signed-out' && this.state.loginError !== undefined;
      const isOver = (): boolean => hasFailed() || (this.state.status === 'signed-in' && this.state !== before);
      await popupOver(popup, isOver, () => this.check());
      this.patch({ isSigningIn: false });
    });
    if (isAlone) return this.outcome();
    popup.close();
    this.signingInElsewhere();
    return this.elsewhere();
  }

  private signingInElsewhere(): void {
    this.patch({ isSigningIn: true, loginError: undefined });
    this.tabs.whenFree(() => void this.check().then(() => this.patch({ isSigningIn: false })));
  }

  /** Another tab has opened the window. */
  private elsewhere(): Promise<SignInOutcome> {
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        if (this.state.status === 'signed-out' && this.state.isSigningIn) return;
        end();
        resolve(this.outcome());
      });
    });
  }

  private outcome(): SignInOutcome {
    if (this.state.status === 'signed-in') return 'signed-in';
    return this.state.status === 'signed-out' && this.state.loginError !== undefined ? 'failed' : 'closed';
  }

  private readonly send = async (request: Request): Promise<Response> => {
    const response = await (this.clientFetch ?? fetch)(request);
    // A call extends the session, which withdraws the warning.
    const isEnding = this.state.status === 'signed-in' && this.state.ending !== undefined;
    if (isEnding && response.ok && !request.url.startsWith(`${this.base}/auth/`)) void this.check();
    return response;
  };

  /** After a 401. If the gateway does not return the session's state, the 401 counts. */
  private readonly isSignedIn = async (loginUrl: string): Promise<boolean> => {
    if ((await this.ask()) === undefined) this.end(undefined, loginUrl);
    return this.state.status === 'signed-in';
  };

  private get subject(): string | undefined {
    return this.state.status === 'unknown' ? undefined : this.state.user?.sub;
  }

  private patch(change: Partial<Omit<SignedOut, 'status'>>): void {
    if (this.state.status === 'signed-out') this.set({ ...this.state, ...change });
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Epoch milliseconds by this browser's clock, which may be wrong; so remaining seconds take precedence. */
function endOf(answer: object, name: 'expires' | 'idleExpires'): number {
  const { [`${name}InSeconds`]: seconds, [`${name}At`]: at } = answer as Record<string, unknown>;
  return typeof seconds === 'number' ? Date.now() + seconds * 1000 : Date.parse(String(at));
}
