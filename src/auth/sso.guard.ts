import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import { requestOf } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import type { AuthenticatedRequest } from './caller.js';
import { SSO, type SsoCaller, ssoTokenOf } from './sso.strategy.js';

const MAX_REMEMBERED = 20_000;
/** A token that expires sooner is not forwarded: it could expire in transit. */
export const MIN_LEFT_MS = 5_000;

/** Authenticates callers signed in by the company's sign-on. It rejects no request: an unknown caller is left unset. */
@Injectable()
export class SsoGuard extends AuthGuard(SSO) {
  // A verified token stays verified until it expires: checking the signature costs more than the rest of the request.
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

  /** passport's result; none while the provider's keys cannot be fetched. */
  override handleRequest<T>(error: unknown, caller: T | false | undefined, info: unknown): T {
    const failure = error ?? (info instanceof Problem ? info : undefined);
    if (failure !== undefined && failure !== null) throw failure;
    return (caller === false ? undefined : caller) as T;
  }
}

/** Whether a caller's token can be forwarded. Checked against the wall clock on every use. */
export function isFresh({ claims }: SsoCaller): boolean {
  return claims.exp * 1000 - Date.now() > MIN_LEFT_MS;
}
