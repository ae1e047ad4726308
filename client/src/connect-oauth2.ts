import { pause } from './pause.js';

/** The outcome of asking an external system for consent. */
export type OAuth2Outcome =
  /** For the credential of type `oauth2-code` of a new connection. */
  | { readonly outcome: 'returned'; readonly code: string; readonly state: string }
  /** The external system's error code, such as `access_denied` (RFC 6749, section 4.1.2.1). */
  | { readonly outcome: 'refused'; readonly error: string }
  | { readonly outcome: 'closed' | 'blocked' };

/** How to wait for the external system. */
export interface ConnectOAuth2Options {
  /**
   * The origin of the page that the external system redirects to: the platform's callback. By default the origin of
   * `redirect_uri` in the address; only messages of this origin count.
   */
  readonly callbackOrigin?: string;
  readonly signal?: AbortSignal;
}

const FEATURES = 'popup,width=600,height=760';
const POLL_MS = 500;

/**
 * Opens the address that `initialiseOAuth2Connection` returned in a window, and waits for the code that the platform's
 * callback page sends to this page. Call it from a click, or the browser blocks the window.
 */
export async function connectOAuth2(address: string, options: ConnectOAuth2Options = {}): Promise<OAuth2Outcome> {
  const { searchParams } = new URL(address);
  const redirectUri = searchParams.get('redirect_uri') ?? '';
  const origin = options.callbackOrigin ?? new URL(redirectUri).origin;
  const popup = window.open(address, '_blank', FEATURES);
  if (popup === null) return { outcome: 'blocked' };
  const over = new AbortController();
  const returned = new Promise<OAuth2Outcome>((resolve) => {
    const listen = (event: MessageEvent): void => {
      const outcome = event.origin === origin ? read(event.data, searchParams.get('state')) : undefined;
      if (outcome !== undefined) resolve(outcome);
    };
    window.addEventListener('message', listen, { signal: over.signal });
  });
  const outcome = await Promise.race([returned, closed(popup, over.signal, options.signal)]);
  over.abort();
  popup.close();
  return outcome;
}

/** The answer to this request; other messages, and answers to other requests, are ignored. */
function read(data: unknown, expected: string | null): OAuth2Outcome | undefined {
  const { code, state, error } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  if (typeof state !== 'string' || state !== expected) return undefined;
  if (typeof error === 'string' && error !== '') return { outcome: 'refused', error };
  return typeof code === 'string' && code !== '' ? { outcome: 'returned', code, state } : undefined;
}

async function closed(popup: Window, over: AbortSignal, signal: AbortSignal | undefined): Promise<OAuth2Outcome> {
  const isOver = (): boolean => popup.closed || over.aborted || signal?.aborted === true;
  while (!isOver()) await pause(POLL_MS, signal);
  // A message sent just before the window closed may still arrive.
  await pause(POLL_MS);
  return { outcome: 'closed' };
}
