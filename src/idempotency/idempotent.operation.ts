import { type GatewayResponse, Responder } from '../http/exchange.js';
import type { PlatformPath } from '../platform/path.js';
import { PlatformCall } from '../platform/platform.call.js';
import type { ProgressReporter } from './idempotency.lease.js';

/** A platform call that is made at most once, and what must happen before it can be sent. */
export interface IdempotentOperation {
  /** Where on the platform it takes effect. */
  readonly to: PlatformPath;
  /** Identifies the request: equal for equal requests. Read only when a key was sent. */
  fingerprint(): string | Promise<string>;
  /** Prepares the call. If it throws, nothing has been sent. */
  call(report: ProgressReporter): PlatformCall | Promise<PlatformCall>;
  /** Releases what it holds. Runs once, whether or not `call` ran. */
  close?(): Promise<void>;
}

/** A platform call whose body must be received or prepared first, such as an upload. */
export abstract class PreparedCall extends Responder {
  /** Where on the platform it takes effect. */
  abstract readonly to: PlatformPath;

  /** Receives what the request carries. Also runs for a repeat, which must be compared with the first request. */
  abstract prepare(report: ProgressReporter): Promise<IdempotentOperation>;

  async sendTo(res: GatewayResponse): Promise<void> {
    const operation = await this.prepare(reportNothing);
    try {
      const call = await operation.call(reportNothing);
      await call.sendTo(res);
    } finally {
      await operation.close?.();
    }
  }
}

/** Used where no one can follow the progress: the request carries no key. */
export const reportNothing: ProgressReporter = () => undefined;

/** A call that needs no preparation, as an operation. */
export function operationOf(call: PlatformCall): IdempotentOperation {
  const { path: to, body } = call.request;
  return { to, call: () => call, fingerprint: () => bodyText(body) };
}

/** Latin-1 maps every byte to a character of its own, so different bodies never have the same fingerprint. */
function bodyText(body: PlatformCall['request']['body']): string {
  if (body !== null && !Buffer.isBuffer(body)) throw new TypeError('a form needs a PreparedCall');
  return body?.toString('latin1') ?? '';
}
