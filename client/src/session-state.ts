import type { SessionUser } from './generated/index.js';

/** Why a session has ended: not used for too long, its lifetime is over, signed out, ended from elsewhere, ended by the
 * identity provider, or its token could not be renewed. */
export type SessionEndReason = 'idle' | 'absolute' | 'logout' | 'revoked' | 'provider' | 'token';

/** Nobody knows yet whether there is a session. */
export interface UnknownSession {
  readonly status: 'unknown';
}

/** Somebody is signed in. */
export interface SignedIn {
  readonly status: 'signed-in';
  readonly user: SessionUser;
  /** Epoch milliseconds at which the session ends in any case, by this browser's clock. */
  readonly expiresAt: number;
  /** Epoch milliseconds at which it ends unless it is used. */
  readonly idleExpiresAt: number;
  /** Set when the end is near: time to ask whether to stay signed in. `extend()` helps where the reason is `idle`. */
  readonly ending?: { readonly reason: SessionEndReason; readonly at: number };
}

/** Nobody is signed in. */
export interface SignedOut {
  readonly status: 'signed-out';
  /** Why the session that there was has ended; undefined where there was none. */
  readonly reason?: SessionEndReason;
  /** Who was signed in before on this page. Their requests wait for them. */
  readonly user?: SessionUser;
  /** Where to sign in. */
  readonly loginUrl: string;
  /** Requests of this page that wait for the sign-in and are sent then. */
  readonly waiting: number;
  /** True while a sign-in is under way, in this tab or another one. */
  readonly isSigningIn: boolean;
  /** The code of the problem that the last sign-in ended with, such as `login_refused`. */
  readonly loginError?: string;
}

/** The session as a page sees it. */
export type SessionState = UnknownSession | SignedIn | SignedOut;
