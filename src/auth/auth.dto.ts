import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsPathSegment, IsString, MatchesPattern } from '../contract/validation/validators.js';
import type { CallerIdentity } from '../session/caller-identity.js';
import type { Person } from '../identity/person.js';
import type { OwnSession, SessionEndReason } from '../session/session.endings.js';

const END_REASONS: SessionEndReason[] = ['idle', 'absolute', 'logout', 'revoked', 'provider', 'token'];

/** What a sign-in is asked for. Parameters beside `returnTo` are passed to the identity provider. */
export class LoginQuery {
  /** Where to go after the sign-in: a path of this site, such as `/orders?page=2`. */
  @IsOptional()
  @IsString()
  returnTo?: string;

  /** How the identity provider asks the person (OpenID Connect Core, section 3.1.2.1), such as `login`. */
  @IsOptional()
  @MatchesPattern(/^[a-z_]+( [a-z_]+){0,4}$/, 'be one or more of none, login, consent, select_account')
  prompt?: string;

  /** Who is going to sign in, such as an e-mail address. */
  @IsOptional()
  @MatchesPattern(/^.{1,256}$/, 'have 1 to 256 characters')
  login_hint?: string;

  /** How many seconds ago the person may have signed in at most. */
  @IsOptional()
  @MatchesPattern(/^\d{1,9}$/, 'be a whole number of seconds')
  max_age?: string;

  /** Which strength of sign-in is wanted, as the identity provider names it. */
  @IsOptional()
  @MatchesPattern(/^.{1,256}$/, 'have 1 to 256 characters')
  acr_values?: string;

  /** Languages for the identity provider's pages, such as `de en`. */
  @IsOptional()
  @MatchesPattern(/^[\w-]+( [\w-]+){0,15}$/, 'be language tags, such as de en')
  ui_locales?: string;

  /** Set where the gateway has sent the browser on to its public name. */
  @IsOptional()
  @IsString()
  redirected?: string;
}

/** Where to go after a sign-out. */
export class LogoutQuery {
  /** A path of this site, or a page of an allowed origin. */
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

/** Whether a person is signed in. */
export class SessionAnswer {
  /** Whether a person is signed in. */
  authenticated: boolean;
  /** Who is signed in. */
  user?: SessionUser;
  /** Further claims of the person: those that the operators chose. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  claims?: Record<string, unknown>;
  /** End of the absolute lifetime (RFC 3339). */
  expiresAt?: string;
  /** End of the idle lifetime (RFC 3339). */
  idleExpiresAt?: string;
  /** Seconds until it ends in any case, whatever clock the browser has. */
  expiresInSeconds?: number;
  /** Seconds until it ends unless it is used. */
  idleExpiresInSeconds?: number;
  /** Sign-in URL; add `returnTo`. */
  loginUrl?: string;
  /** Why the session is over, where the request carried the cookie of one that is. */
  @ApiPropertyOptional({ enum: END_REASONS })
  reason?: SessionEndReason;

  static of(
    { subject, name, email, claims }: Person,
    { expiresAt, idleExpiresAt, now = Date.now() }: { expiresAt: number; idleExpiresAt: number; now?: number },
  ): SessionAnswer {
    return {
      authenticated: true,
      user: { sub: subject, name, email },
      claims,
      expiresAt: iso(expiresAt),
      idleExpiresAt: iso(idleExpiresAt),
      expiresInSeconds: secondsBetween(now, expiresAt),
      idleExpiresInSeconds: secondsBetween(now, idleExpiresAt),
    };
  }
}

/** One of the caller's own sessions. */
export class OwnSessionAnswer {
  /** Id of the session, to end it. */
  id: string;
  /** Whether it is the session of this request. */
  current: boolean;
  /** User-Agent of the browser that signed in. */
  device: string;
  /** When it began (RFC 3339). */
  createdAt: string;
  /** End of the absolute lifetime (RFC 3339). */
  expiresAt: string;
  /** End of the idle lifetime (RFC 3339). */
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
  /** Where to send the browser: to end the identity provider's session too, or to the page where the sign-out ends. */
  logoutUrl: string;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1000));
}
