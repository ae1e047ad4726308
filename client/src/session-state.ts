import type { SessionUser } from './generated/index.js';

/** Why a session has ended: idle for too long, its maximum lifetime, signed out, revoked from elsewhere, ended by the
 * identity provider, or its token could not be renewed. */
export type SessionEndReason = 'idle' | 'absolute' | 'logout' | 'revoked' | 'provider' | 'token';

/** It is not known yet whether there is a session. */
export interface UnknownSession {
  readonly status: 'unknown';
}

/** A person is signed in. */
export interface SignedIn {
  readonly status: 'signed-in';
  readonly user: SessionUser;
  /** Epoch milliseconds at which the session ends at the latest, by this browser's clock. */
  readonly expiresAt: number;
  /** Epoch milliseconds at which it ends if it is not used. */
  readonly idleExpiresAt: number;
  /** Set when the end is near: time to ask whether to stay signed in. `extend()` helps if the reason is `idle`. */
  readonly ending?: { readonly reason: SessionEndReason; readonly at: number };
}

/** No person is signed in. */
export interface SignedOut {
  readonly status: 'signed-out';
  /** Why the previous session has ended; undefined if there was none. */
  readonly reason?: SessionEndReason;
  /** The person who was signed in before on this page. Their requests are held for them. */
  readonly user?: SessionUser;
  /** Where to sign in. */
  readonly loginUrl: string;
  /** Requests of this page that are held until the sign-in. */
  readonly waiting: number;
  /** True while a sign-in is in progress, in this tab or another one. */
  readonly isSigningIn: boolean;
  /** The code of the problem that the last sign-in ended with, such as `login_refused`. */
  readonly loginError?: string;
}

/** The session as a page sees it. */
export type SessionState = UnknownSession | SignedIn | SignedOut;
