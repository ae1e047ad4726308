import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import { Problem } from '../http/problem.js';
import type { PlatformPath } from '../platform/path.js';
import type { PlatformClient } from '../platform/platform.client.js';

/** Maximum bytes of one response. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Maximum bytes of all responses together, after which no further call is made. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
/** How often a rejected call (429) is retried. */
const MAX_REPEATS = 3;
const REPEAT_MS = 1_000;

/** The reading's time limit has passed. */
export class TimeOver extends Error {
  override readonly name = 'TimeOver';
}

/** The reading's size limit is exceeded. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/** Several platform calls for one request, as its caller and within one time limit. */
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

  /** Aborts when the time limit has passed or the caller has disconnected. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * The body of a platform response.
   * @throws TimeOver, TooMuch, or Problem like every call to the platform
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

  /** Call this when the reading is done; pending calls are aborted. */
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
