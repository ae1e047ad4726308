import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import { requestOf } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import type { AuthenticatedRequest } from './caller.js';
import { SSO, type SsoCaller, ssoTokenOf } from './sso.strategy.js';

const MAX_REMEMBERED = 20_000;
/** A token with less than this left is not forwarded: it could end on its way. */
const MIN_LEFT_MS = 5_000;

/** Recognises callers whom the company's sign-on has signed in. It never refuses a request: for an unknown caller it sets none. */
@Injectable()
export class SsoGuard extends AuthGuard(SSO) {
  // A token that was verified stays verified until it ends: the signature costs more than the rest of the request.
  private readonly verified = new LRUCache<string, SsoCaller>({ max: MAX_REMEMBERED });

  constructor(private readonly config: Config) {
    super({ property: 'caller', session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const req: AuthenticatedRequest = requestOf(context);
    const token = ssoTokenOf(req, this.config.ssoCookie);
    if (token === undefined) return true;
    const known = this.verified.get(token);
    if (known === undefined) await super.canActivate(context);
    const caller = known ?? (req.caller as SsoCaller | undefined);
    req.caller = undefined;
    if (caller === undefined || !isFresh(caller)) return true;
    this.verified.set(token, caller);
    req.caller = caller;
    return true;
  }

  /** passport's verdict. While the provider's keys cannot be fetched there is none. */
  override handleRequest<T>(error: unknown, caller: T | false | undefined, info: unknown): T {
    const failure = error ?? (info instanceof Problem ? info : undefined);
    if (failure !== undefined && failure !== null) throw failure;
    return (caller === false ? undefined : caller) as T;
  }
}

/** Whether a caller's token can be forwarded. The wall clock is asked each time it is used. */
export function isFresh({ claims }: SsoCaller): boolean {
  return claims.exp * 1000 - Date.now() > MIN_LEFT_MS;
}
