import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import { Problem } from '../http/problem.js';
import type { PlatformPath } from '../platform/path.js';
import type { PlatformClient } from '../platform/platform.client.js';

/** Bytes of one answer. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Bytes of all answers together, after which no further call is made. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
/** How often a call that was one too many is repeated. */
const MAX_REPEATS = 3;
const REPEAT_MS = 1_000;

/** The time for a reading is over. */
export class TimeOver extends Error {
  override readonly name = 'TimeOver';
}

/** More was read than one reading may take. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/** Several answers of the platform that are read for one request, as its caller and within a time for all of them. */
export class Reading {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private bytes = 0;

  constructor(
    private readonly platform: PlatformClient,
    private readonly req: AuthenticatedRequest,
    private readonly caller: Caller,
    timeMs: number,
  ) {
    const message = `The platform did not answer everything within ${timeMs / 1_000} seconds.`;
    this.timer = setTimeout(() => this.controller.abort(new TimeOver(message)), timeMs);
    req.res?.once('close', this.onClose);
  }

  /** Aborts when the time is over or the caller is gone. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * The body of an answer of the platform.
   * @throws TimeOver, TooMuch, or Problem as every call to the platform does
   */
  async get(path: PlatformPath, query?: object): Promise<Buffer> {
    for (let repeats = 0; ; repeats++) {
      this.signal.throwIfAborted();
      try {
        return await this.getOnce(path, query);
      } catch (error) {
        this.signal.throwIfAborted();
        if (!(error instanceof Problem && error.status === 429) || repeats === MAX_REPEATS) throw error;
        await sleep(REPEAT_MS, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
      }
    }
  }

  /** To be called when the reading is done; calls that are still under way are given up. */
  end(): void {
    clearTimeout(this.timer);
    this.req.res?.off('close', this.onClose);
    this.controller.abort(new Problem('caller_gone'));
  }

  private async getOnce(path: PlatformPath, query?: object): Promise<Buffer> {
    if (this.bytes > MAX_TOTAL_BYTES)
      throw new TooMuch(`Only ${MAX_TOTAL_BYTES / 1024 / 1024} MiB of the platform's answers are read.`);
    const call = this.platform.get(this.caller, path, query);
    const { body } = await call.collectPart(this.req, this.signal, MAX_ANSWER_BYTES);
    this.bytes += body.length;
    return body;
  }

  private readonly onClose = (): void => this.controller.abort(new Problem('caller_gone'));
}
