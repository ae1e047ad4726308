import { IsOptional, IsPathSegment, IsString } from '../contract/validation/validators.js';
import type { CallerIdentity } from '../session/caller-identity.js';
import type { SessionRecord } from '../session/session.record.js';
import type { OwnSession } from '../session/session.endings.js';

/** Where to go after sign-in. */
export class LoginQuery {
  /** A path of this site, such as `/orders?page=2`. */
  @IsOptional()
  @IsString()
  returnTo?: string;
}

/** Names one of the caller's own sessions. */
export class OwnSessionPath {
  /** Id of the session, from the list. */
  @IsPathSegment()
  id: string;
}

/** The person who is signed in, as the identity provider names them. */
export class SessionUser {
  /** The identity provider's id of the person. */
  sub: string;
  /** Full name, if the provider gives it. */
  name?: string;
  /** E-mail address, if the provider gives it. */
  email?: string;
}

/** Whether somebody is signed in. */
export class SessionAnswer {
  /** True while there is a living session. */
  authenticated: boolean;
  /** Who is signed in. */
  user?: SessionUser;
  /** When the session ends in any case (RFC 3339). */
  expiresAt?: string;
  /** When it ends unless it is used (RFC 3339). */
  idleExpiresAt?: string;
  /** Where to sign in. */
  loginUrl?: string;

  static of(
    { subject, name, email }: Pick<SessionRecord, 'subject' | 'name' | 'email'>,
    limits: { expiresAt: number; idleExpiresAt: number },
  ): SessionAnswer {
    const user = { sub: subject, name, email };
    return { authenticated: true, user, expiresAt: iso(limits.expiresAt), idleExpiresAt: iso(limits.idleExpiresAt) };
  }
}

/** One of the caller's own sessions. */
export class OwnSessionAnswer {
  /** Names the session when it is to be ended. */
  id: string;
  /** True for the session that asks. */
  current: boolean;
  /** The browser that signed in, as its User-Agent said. */
  device: string;
  /** When it began (RFC 3339). */
  createdAt: string;
  /** When it ends in any case (RFC 3339). */
  expiresAt: string;
  /** When it ends unless it is used (RFC 3339). */
  idleExpiresAt: string;

  static of(session: OwnSession, caller: CallerIdentity): OwnSessionAnswer {
    const { id, device, createdAt, expiresAt, idleExpiresAt } = session;
    const current = 'id' in caller && caller.id === id;
    return {
      id,
      current,
      device,
      createdAt: iso(createdAt),
      expiresAt: iso(expiresAt),
      idleExpiresAt: iso(idleExpiresAt),
    };
  }
}

/** Where a sign-out goes on. */
export class LogoutAnswer {
  /** Address at the identity provider that ends its session too; send the browser there. */
  logoutUrl: string;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
