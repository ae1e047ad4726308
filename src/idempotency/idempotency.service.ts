import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { Config } from '../config/config.js';
import type { PlatformCall } from '../platform/platform.call.js';
import { digest } from '../crypto/keyring.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IdempotentCall, type ReceiveOperation, type IdempotentOperation } from './idempotent.call.js';

/** Makes what handlers want made: once for each `Idempotency-Key` of a caller. */
@Injectable()
export class IdempotencyService implements OnApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly config: Config,
    private readonly claims: IdempotencyStore,
  ) {}

  /** A call that creates something, with a JSON body or none. A key is good for its path. */
  of(caller: Caller, call: PlatformCall): IdempotentCall {
    const { method, path, body } = call.request;
    const undertaking = { to: path, call: () => call, fingerprint: () => textOf(body) };
    return this.creation(undertaking, (key) => this.nameOf(caller, method, path.text, key));
  }

  /** An import. A key is good for one import of an organisation, so that it can be watched by these two alone. */
  ofImport(caller: Caller, organisationId: string, wanted: IdempotentOperation | ReceiveOperation): IdempotentCall {
    return this.creation(wanted, (key) => this.nameOfImport(caller, organisationId, key));
  }

  /** The name of a caller's key among everybody's. */
  nameOfImport(caller: Caller, organisationId: string, key: string): string {
    return this.nameOf(caller, 'import', organisationId, key);
  }

  /** What is under way without its caller is finished, and written down before the store is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.finish();
  }

  /** Fulfilled when all that is under way has come to its end: for those whose help it needs until then. */
  async finish(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private creation(wanted: IdempotentOperation | ReceiveOperation, nameOf: (key: string) => string): IdempotentCall {
    return new IdempotentCall(wanted, nameOf, this.claims, this.track);
  }

  private nameOf({ subject }: Caller, ...scope: [string, string, string]): string {
    return digest(this.config.oidcIssuer.href, subject, ...scope);
  }

  private readonly track = (work: Promise<void>): Promise<void> => {
    this.underWay.add(work);
    return work.finally(() => this.underWay.delete(work));
  };
}

/** Latin-1 keeps every byte apart. */
function textOf(body: PlatformCall['request']['body']): string {
  if (body !== null && !Buffer.isBuffer(body)) throw new TypeError('a form is told apart by whoever received it');
  return body?.toString('latin1') ?? '';
}
