import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { GatewayRequest } from '../http/exchange.js';
import { clearCookie, cookieName, cookieValues, setCookie } from '../http/cookies.js';
import { unauthenticated } from '../session/unauthenticated.js';

/** The cookie that carries a session: `__Host-session` over TLS, `session` on loopback. */
@Injectable()
export class SessionCookie {
  private readonly name: string;

  constructor(private readonly config: Config) {
    this.name = cookieName('session', config);
  }

  /**
   * Its value in a request.
   * @throws Problem 401 `ambiguous_cookie` for two of them: one was planted, and nobody can tell which
   */
  read(req: GatewayRequest): string | undefined {
    const values = cookieValues(req.headers.cookie, this.name);
    if (values.length > 1)
      throw unauthenticated(
        'ambiguous_cookie',
        'The request carries two session cookies; clear the cookies of this site and sign in again.',
      );
    return values[0] === '' ? undefined : values[0];
  }

  /** `Set-Cookie` for a new value. Lifetimes are the record's; this one only outlasts them. */
  set(value: string): string {
    return setCookie(this.name, value, this.config, this.config.sessionMaxSeconds);
  }

  /** `Set-Cookie` that deletes it. */
  clear(): string {
    return clearCookie(this.name, this.config);
  }
}
