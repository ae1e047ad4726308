import { pause } from './pause.js';
import type { Tabs } from './tabs.js';

/** How to sign in. */
export interface SignInOptions {
  /**
   * `popup` (the default) keeps the page, with all form input and all held requests. `page` navigates this page to the
   * identity provider and back.
   */
  readonly window?: 'popup' | 'page';
  /** The page to return to with `page`; by default the current address. */
  readonly returnTo?: string;
  /** Forwarded to the identity provider: `prompt`, `login_hint`, `max_age`, `acr_values`, `ui_locales`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The outcome. `failed`: the state has the code in `loginError`; `closed`: the window was closed before the end;
 * `blocked`: the browser blocked the window, try `page`; `leaving`: the page is being left; `refused`: a page that
 * signs in without user interaction has done so twice within a minute without success.
 */
export type SignInOutcome = 'signed-in' | 'failed' | 'closed' | 'blocked' | 'leaving' | 'refused';

/** In the query of the page that a popup returns to. */
const POPUP_MARK = 'login_popup';
const ERROR_MARK = 'login_error';
const POPUP_FEATURES = 'popup,width=520,height=720';
const POLL_MS = 500;
/** The session is checked at every n-th poll: the page in the popup may not use this client. */
const POLLS_PER_CHECK = 4;
const LOOP_MS = 60_000;
const LOOP_SIGN_INS = 2;
/** The longest return address that the gateway accepts. */
const MAX_RETURN_TO = 1_024;

/** What a newly loaded page knows about the sign-in that it returns from. Removes the markers from its address. */
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

/** The address that starts a sign-in. `base` is the gateway's. */
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

/** Opens an empty window; undefined if the browser blocks it. Must be called while a click is being handled. */
export function openPopup(): Window | undefined {
  return window.open('', '_blank', POPUP_FEATURES) ?? undefined;
}

/** Waits for the end of a sign-in in a popup. `isOver` says whether it has ended; `check` asks the gateway. */
export async function popupOver(popup: Window, isOver: () => boolean, check: () => Promise<unknown>): Promise<void> {
  for (let polls = 1; !isOver(); polls += 1) {
    await pause(POLL_MS);
    if (polls % POLLS_PER_CHECK === 0 || popup.closed) await check();
    // A provider's page may sever its opener, which looks like a closed window; the sign-in is still detected.
    if (popup.closed) break;
  }
  popup.close();
}

/** Keeps an application that signs in automatically from looping; a person who clicks is never refused. */
export class LoopGuard {
  constructor(private readonly tabs: Tabs) {}

  /** Records a sign-in; false when this page has started too many without success. */
  admits(): boolean {
    if (navigator.userActivation?.isActive) return true;
    const now = Date.now();
    const recent = this.read().filter((at) => now - at < LOOP_MS);
    if (recent.length >= LOOP_SIGN_INS) return false;
    sessionStorage.setItem(this.key, JSON.stringify([...recent, now]));
    return true;
  }

  /** A sign-in succeeded. */
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
