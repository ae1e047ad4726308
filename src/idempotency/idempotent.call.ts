import { Responder, type GatewayRequest, type GatewayResponse } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import type { WholeAnswer } from '../platform/answer.collector.js';
import type { PlatformPath } from '../platform/path.js';
import type { PlatformCall } from '../platform/platform.call.js';
import { digest } from '../crypto/keyring.js';
import { KEY_HEADER, readKey, REPLAYED_HEADER } from './idempotency-key.js';
import { IdempotencyLease, type ProgressReporter } from './idempotency.lease.js';
import { inProgress } from './idempotency.problems.js';
import type { IdempotencyStore } from './idempotency.store.js';

const KEY = KEY_HEADER.toLowerCase();
const toNobody: ProgressReporter = () => undefined;

/** The name that a key has among everybody's. */
type Name = (key: string) => string;

/** Something that a handler wants made: once for each `Idempotency-Key`, as any other call without one. */
export class IdempotentCall extends Responder {
  constructor(
    private readonly wanted: IdempotentOperation | ReceiveOperation,
    private readonly nameOf: Name,
    private readonly claims: IdempotencyStore,
    private readonly track: (work: Promise<void>) => Promise<void>,
  ) {
    super();
  }

  sendTo(res: GatewayResponse): Promise<unknown> {
    const key = res.req.headers[KEY];
    return key === undefined ? this.send(res) : this.track(this.sendOnce(res, String(key)));
  }

  private async send(res: GatewayResponse): Promise<void> {
    const undertaking = await this.receive(toNobody);
    try {
      const call = await undertaking.call(toNobody);
      await call.sendTo(res);
    } finally {
      await undertaking.close?.();
    }
  }

  private async sendOnce(res: GatewayResponse, key: string): Promise<void> {
    const name = this.nameOf(readKey(key));
    const known = typeof this.wanted === 'function' ? undefined : await fingerprintOf(this.wanted);
    const taken = await this.claims.take(name, known);
    if (taken instanceof IdempotencyLease) return sendWhole(res, await this.perform(taken, res.req));
    if (known === undefined && taken.isUnderWay) throw inProgress();
    sendWhole(res, await taken.answerTo(known ?? (await this.receiveAgain())), [REPLAYED_HEADER, 'true']);
  }

  /** Carried through whether or not the caller stays: a repeat finds what came of it. */
  private async perform(claim: IdempotencyLease, req: GatewayRequest): Promise<WholeAnswer> {
    let undertaking: IdempotentOperation | undefined;
    let call: PlatformCall | undefined;
    try {
      undertaking = await this.receive(claim.report);
      claim.identify(await fingerprintOf(undertaking));
      call = await undertaking.call(claim.report);
      await claim.markSent();
      const answer = await call.collect(req);
      await claim.succeed(answer);
      return answer;
    } catch (error) {
      const state = call?.mayHaveTakenEffect === true ? 'unknown' : 'failed';
      await claim.fail(state, problemOf(error).toBody(req));
      throw error;
    } finally {
      await undertaking?.close?.();
    }
  }

  private async receive(report: ProgressReporter): Promise<IdempotentOperation> {
    return typeof this.wanted === 'function' ? this.wanted(report) : this.wanted;
  }

  /** Only to tell what is asked for. */
  private async receiveAgain(): Promise<string> {
    const undertaking = await this.receive(toNobody);
    try {
      return await fingerprintOf(undertaking);
    } finally {
      await undertaking.close?.();
    }
  }
}

async function fingerprintOf(undertaking: IdempotentOperation): Promise<string> {
  return digest(undertaking.to.text, await undertaking.fingerprint());
}

function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(500, 'internal_error', 'The gateway failed.', { cause: error });
}

function sendWhole(res: GatewayResponse, { status, contentType, body }: WholeAnswer, more: string[] = []): void {
  if (!res.closed) res.sendWhole(status, contentType, body, more);
}

/** Something that is to be done once: what comes before the call that does it, and the call. */
export interface IdempotentOperation {
  /** Where on the platform it is done. */
  readonly to: PlatformPath;
  /** Says what is asked for: the same text for the same request. Only asked with a key. */
  fingerprint(): string | Promise<string>;
  /** Prepares the call. Whatever it throws, nothing has been done. */
  call(report: ProgressReporter): PlatformCall | Promise<PlatformCall>;
  /** Clears away, once, whatever has come of it; a repeat never gets as far as `call`. */
  close?(): Promise<void>;
}

/** Takes in what has not been read of a request yet; of a repeat too, since the two must be compared. */
export type ReceiveOperation = (report: ProgressReporter) => Promise<IdempotentOperation>;
