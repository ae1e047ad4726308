import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { digest } from '../crypto/keyring.js';
import { PlatformCall } from '../platform/platform.call.js';
import type { Caller } from '../auth/caller.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IdempotentCall } from './idempotent.call.js';
import type { PreparedCall } from './idempotent.operation.js';

/** Runs creating calls at most once per caller and key. */
@Injectable()
export class IdempotencyService implements OnApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly config: Config,
    private readonly store: IdempotencyStore,
  ) {}

  /** The call, made once for this key. A key belongs to its scope: by default the method and path of the call. */
  once(
    caller: Caller,
    key: string,
    call: PlatformCall | PreparedCall,
    scope: readonly string[] = scopeOf(call),
  ): IdempotentCall {
    const person = digest(this.config.oidcIssuer.href, caller.subject);
    return new IdempotentCall(call, this.nameOf(caller, scope, key), person, this.store, this.track);
  }

  /** The name under which the result of a caller's key is stored. */
  nameOf({ subject }: Caller, scope: readonly string[], key: string): string {
    return digest(this.config.oidcIssuer.href, subject, ...scope, key);
  }

  /** Results of calls that outlive their clients are stored before the store closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.finish();
  }

  /** Resolves when every call under way has ended, for what these calls still need until then. */
  async finish(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private readonly track = (work: Promise<void>): Promise<void> => {
    this.underWay.add(work);
    return work.finally(() => this.underWay.delete(work));
  };
}

function scopeOf(call: PlatformCall | PreparedCall): readonly string[] {
  return call instanceof PlatformCall ? [call.request.method, call.request.path.text] : ['POST', call.to.text];
}
