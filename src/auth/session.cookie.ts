import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { GatewayRequest } from '../http/exchange.js';
import { clearCookie, cookieName, cookieValues, setCookie } from '../http/cookies.js';
import { unauthenticated } from '../session/unauthenticated.js';

/**
 * The cookie that carries a session: `__Host-Http-session` over TLS (RFC 10017), which only a response can set, and
 * `session` on loopback. Sessions created under `__Host-session` are still read; the next sign-in or `GET /auth/session`
 * moves them to the new name.
 */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly formerName: string | undefined;

  constructor(private readonly config: Config) {
    this.name = cookieName('session', config);
    this.formerName = config.secure ? '__Host-session' : undefined;
  }

  /**
   * The cookie's value in a request.
   * @throws Problem 401 `ambiguous_cookie` for two of them: one was planted, and the two cannot be told apart
   */
  read(req: GatewayRequest): string | undefined {
    const { cookie } = req.headers;
    if (cookie === undefined) return undefined;
    return this.only(cookieValues(cookie, this.name)) ?? this.readFormer(cookie);
  }

  /** Whether the session was sent under the former name. */
  isFormer(req: GatewayRequest): boolean {
    const { cookie } = req.headers;
    return cookie !== undefined && this.only(cookieValues(cookie, this.name)) === undefined;
  }

  /** `Set-Cookie` values for a new value. The record sets the session's lifetime; the cookie only outlasts it. */
  set(value: string): string[] {
    return [setCookie(this.name, value, this.config, this.config.sessionMaxSeconds), ...this.clearFormer()];
  }

  /** `Set-Cookie` values that delete it. */
  clear(): string[] {
    return [clearCookie(this.name, this.config), ...this.clearFormer()];
  }

  private readFormer(cookie: string): string | undefined {
    return this.formerName === undefined ? undefined : this.only(cookieValues(cookie, this.formerName));
  }

  private clearFormer(): string[] {
    return this.formerName === undefined ? [] : [clearCookie(this.formerName, this.config)];
  }

  private only(values: readonly string[]): string | undefined {
    if (values.length > 1) throw unauthenticated('ambiguous_cookie');
    return values[0] === '' ? undefined : values[0];
  }
}
