import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { requestOf } from '../http/exchange.js';
import { BrowserBoundary } from './browser-boundary.js';
import type { CallerIdentity } from '../session/caller-identity.js';
import { type AuthenticatedRequest, FROM_SERVERS, NAVIGATION, PUBLIC, WITHOUT_EXTENDING } from './caller.js';
import { SessionCookie } from './session.cookie.js';
import { SessionService } from '../session/session.service.js';
import { SsoGuard } from './sso.guard.js';
import { unauthenticated } from '../session/unauthenticated.js';

/** The requests that a route admits. */
interface Rules {
  /** The handler's name. */
  readonly operation: string;
  /** Also admits callers who are not signed in. */
  readonly isPublic: boolean;
  /** Also admits requests that another site starts, by a link or a redirect. */
  readonly isNavigation: boolean;
  /** Requests that do not extend the session. */
  readonly isPassive: boolean;
}

/** Admits signed-in callers only, except on routes marked otherwise. Runs before anything reads the body. */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly boundary: BrowserBoundary;
  private readonly rules = new Map<unknown, Rules>();

  constructor(
    { publicUrl, allowedOrigins }: Config,
    private readonly sessions: SessionService,
    private readonly sso: SsoGuard,
    private readonly cookie: SessionCookie,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {
    this.boundary = new BrowserBoundary(publicUrl.origin, allowedOrigins);
  }

  /** Synchronous for a session in the cache, the case of nearly every request. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const req: AuthenticatedRequest = requestOf(context);
    const { isPublic, isNavigation, isPassive, operation } = this.rulesOf(context);
    req.operation = operation;
    if (!isNavigation) this.boundary.check(req);
    if (isPublic) return true;
    const cookie = this.cookie.read(req);
    if (isPassive) return this.observe(req, cookie, context);
    req.caller = cookie === undefined ? undefined : this.sessions.ready(cookie, req);
    if (req.caller === undefined) return this.admit(req, cookie, context);
    req.person = req.caller.subject;
    return true;
  }

  private async admit(
    req: AuthenticatedRequest,
    cookie: string | undefined,
    context: ExecutionContext,
  ): Promise<boolean> {
    const session = cookie === undefined ? undefined : await this.enter(cookie, req, context);
    return this.decide(session, req, cookie, context);
  }

  /** Reads the session without extending or refreshing it. */
  private async observe(
    req: AuthenticatedRequest,
    cookie: string | undefined,
    context: ExecutionContext,
  ): Promise<boolean> {
    const session = cookie === undefined ? undefined : await this.sessions.find(cookie, req.span);
    return this.decide(session?.isUsable === true ? session : undefined, req, cookie, context);
  }

  private async decide(
    session: CallerIdentity | undefined,
    req: AuthenticatedRequest,
    cookie: string | undefined,
    context: ExecutionContext,
  ): Promise<boolean> {
    if (session !== undefined) req.caller = session;
    else await this.sso.canActivate(context);
    if (req.caller !== undefined) {
      req.person = req.caller.subject;
      return true;
    }
    throw unauthenticated(
      cookie !== undefined && this.sessions.hasIssued(cookie) ? 'session_ended' : 'unauthenticated',
    );
  }

  /** A session whose token has expired for good is ignored if the company's sign-on identifies the caller. */
  private async enter(
    cookie: string,
    req: AuthenticatedRequest,
    context: ExecutionContext,
  ): Promise<CallerIdentity | undefined> {
    try {
      return await this.sessions.enter(cookie, req);
    } catch (error) {
      const isOver = error instanceof Problem && error.code === 'reauthentication_required';
      if (isOver) await this.sso.canActivate(context);
      if (req.caller === undefined) throw error;
      return req.caller;
    }
  }

  private rulesOf(context: ExecutionContext): Rules {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const has = (mark: string): boolean =>
      this.reflector.getAllAndOverride<boolean>(mark, [handler, context.getClass()]) ?? false;
    const rules = {
      operation: handler.name,
      isPublic: has(PUBLIC),
      isNavigation: has(NAVIGATION) || has(FROM_SERVERS),
      isPassive: has(WITHOUT_EXTENDING),
    };
    this.rules.set(handler, rules);
    return rules;
  }
}
