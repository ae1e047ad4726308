import { digest } from '../crypto/keyring.js';
import { type GatewayRequest, type GatewayResponse, Responder } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import type { WholeAnswer } from '../platform/answer.collector.js';
import { PlatformCall } from '../platform/platform.call.js';
import { REPLAYED_HEADER } from './idempotency-key.js';
import { IdempotencyLease, type ProgressReporter } from './idempotency.lease.js';
import { inProgress } from './idempotency.problems.js';
import type { IdempotencyStore } from './idempotency.store.js';
import { type IdempotentOperation, operationOf, type PreparedCall, reportNothing } from './idempotent.operation.js';

/** Makes a call once under a name, and answers repeats with the first answer. */
export class IdempotentCall extends Responder {
  constructor(
    private readonly wanted: PlatformCall | PreparedCall,
    private readonly name: string,
    private readonly person: string,
    private readonly store: IdempotencyStore,
    private readonly track: (work: Promise<void>) => Promise<void>,
  ) {
    super();
  }

  sendTo(res: GatewayResponse): Promise<unknown> {
    return this.track(this.sendOnce(res));
  }

  private async sendOnce(res: GatewayResponse): Promise<void> {
    const { wanted } = this;
    // The fingerprint of an upload is known only after it was received.
    const known = wanted instanceof PlatformCall ? await fingerprintOf(operationOf(wanted)) : undefined;
    const taken = await this.store.take(this.name, known, this.person);
    if (taken instanceof IdempotencyLease) return sendWhole(res, await this.perform(taken, res.req));
    if (known === undefined && taken.isUnderWay) throw inProgress();
    sendWhole(res, await taken.answerTo(known ?? (await this.receiveFingerprint())), [REPLAYED_HEADER, 'true']);
  }

  /** Runs to its end whether or not the client stays connected: a repeat gets the result. */
  private async perform(lease: IdempotencyLease, req: GatewayRequest): Promise<WholeAnswer> {
    let operation: IdempotentOperation | undefined;
    let call: PlatformCall | undefined;
    try {
      operation = await this.prepare(lease.report);
      lease.identify(await fingerprintOf(operation));
      call = await operation.call(lease.report);
      await lease.markSent();
      const answer = await call.collect(req);
      await lease.succeed(answer);
      return answer;
    } catch (error) {
      const state = call?.mayHaveTakenEffect === true ? 'unknown' : 'failed';
      await lease.fail(state, problemOf(error).toBody(req));
      throw error;
    } finally {
      await operation?.close?.();
    }
  }

  private async prepare(report: ProgressReporter): Promise<IdempotentOperation> {
    return this.wanted instanceof PlatformCall ? operationOf(this.wanted) : this.wanted.prepare(report);
  }

  /** Receives a repeat only to compare it with the first request. */
  private async receiveFingerprint(): Promise<string> {
    const operation = await this.prepare(reportNothing);
    try {
      return await fingerprintOf(operation);
    } finally {
      await operation.close?.();
    }
  }
}

async function fingerprintOf(operation: IdempotentOperation): Promise<string> {
  return digest(operation.to.text, await operation.fingerprint());
}

function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal_error');
}

function sendWhole(res: GatewayResponse, { status, contentType, body }: WholeAnswer, more: string[] = []): void {
  if (!res.closed) res.sendWhole(status, contentType, body, more);
}
