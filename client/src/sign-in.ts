import { pause } from './pause.js';
import type { Tabs } from './tabs.js';

/** How to sign in. */
export interface SignInOptions {
  /**
   * `popup` (the usual one) keeps the page, with all that was typed and all requests that wait. `page` leads this page to
   * the identity provider and back.
   */
  readonly window?: 'popup' | 'page';
  /** Where to come back to with `page`; the current address unless said. */
  readonly returnTo?: string;
  /** Passed on to the identity provider: `prompt`, `login_hint`, `max_age`, `acr_values`, `ui_locales`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * What came of it. `failed`: the state has the code in `loginError`; `closed`: the window was closed before the end;
 * `blocked`: the browser did not open a window, try `page`; `leaving`: the page is being left; `refused`: a page that
 * signs in without being asked has done so twice within a minute to no effect.
 */
export type SignInOutcome = 'signed-in' | 'failed' | 'closed' | 'blocked' | 'leaving' | 'refused';

/** In the query of the page that a popup comes back to. */
const POPUP_MARK = 'login_popup';
const ERROR_MARK = 'login_error';
const POPUP_FEATURES = 'popup,width=520,height=720';
const POLL_MS = 500;
/** Every how many polls the session is asked for: the page in the popup may not use this client. */
const POLLS_PER_CHECK = 4;
const LOOP_MS = 60_000;
const LOOP_SIGN_INS = 2;
/** The gateway takes no longer address to come back to. */
const MAX_RETURN_TO = 1_024;

/** What a page that was just loaded knows about the sign-in that it comes from. Takes the marks out of its address. */
export function readSignInMarks(): { isPopup: boolean; loginError: string | undefined } {
  if (typeof location === 'undefined') return { isPopup: false, loginError: undefined };
  const url = new URL(location.href);
  const marks = {
    isPopup: url.searchParams.has(POPUP_MARK),
    loginError: url.searchParams.get(ERROR_MARK) ?? undefined,
  };
  if (marks.isPopup || marks.loginError !== undefined) {
    url.searchParams.delete(POPUP_MARK);
    url.searchParams.delete(ERROR_MARK);
    history.replaceState(history.state, '', url);
  }
  return marks;
}

/** The address to begin a sign-in at. `base` is the gateway's. */
export function signInUrl(
  loginUrl: string,
  base: string,
  { returnTo, parameters }: SignInOptions,
  isPopup: boolean,
): string {
  const url = new URL(loginUrl, base);
  for (const [name, value] of Object.entries(parameters ?? {})) url.searchParams.set(name, value);
  const back = new URL(returnTo ?? location.href, location.href);
  if (isPopup) back.searchParams.set(POPUP_MARK, '1');
  const short = (to: URL): string => (to.origin === url.origin ? to.pathname + to.search + to.hash : to.href);
  const whole = short(back);
  const root = new URL(isPopup ? `/?${POPUP_MARK}=1` : '/', back);
  url.searchParams.set('returnTo', whole.length > MAX_RETURN_TO ? short(root) : whole);
  return url.href;
}

/** Opens the window; undefined where the browser does not. Has to be called while a click is being handled. */
export function openPopup(url: string): Window | undefined {
  return window.open(url, '_blank', POPUP_FEATURES) ?? undefined;
}

/** Waits for the end of a sign-in in a popup. `isOver` says whether it is known; `check` finds out. */
export async function popupOver(popup: Window, isOver: () => boolean, check: () => Promise<unknown>): Promise<void> {
  for (let polls = 1; !isOver(); polls += 1) {
    await pause(POLL_MS);
    if (polls % POLLS_PER_CHECK === 0 || popup.closed) await check();
    // A provider's page may cut the tie to its opener, which looks the same; the sign-in is noticed all the same.
    if (popup.closed) break;
  }
  popup.close();
}

/** Keeps an application that signs in by itself from doing so for ever; a person who clicks is never refused. */
export class LoopGuard {
  constructor(private readonly tabs: Tabs) {}

  /** Notes a sign-in; false when this page has begun too many without effect. */
  admits(): boolean {
    if (navigator.userActivation?.isActive) return true;
    const now = Date.now();
    const recent = this.read().filter((at) => now - at < LOOP_MS);
    if (recent.length >= LOOP_SIGN_INS) return false;
    sessionStorage.setItem(this.key, JSON.stringify([...recent, now]));
    return true;
  }

  /** A sign-in had effect. */
  reset(): void {
    if (typeof sessionStorage !== 'undefined') sessionStorage.removeItem(this.key);
  }

  private get key(): string {
    return `${this.tabs.name}:sign-ins`;
  }

  private read(): number[] {
    return JSON.parse(sessionStorage.getItem(this.key) ?? '[]') as number[];
  }
}
