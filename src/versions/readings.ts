import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Reading, TimeOver } from './reading.js';
import { ReadingShares } from './reading.shares.js';

const RETRY_AFTER_SECONDS = 5;

/** Starts and ends readings, each within its caller's share and within PLATFORM_TIMEOUT_MS, including time in the queue. */
@Injectable()
export class Readings {
  private readonly shares = new ReadingShares();
  private readonly timeMs: number;

  constructor(
    private readonly platform: PlatformClient,
    { platformTimeoutMs }: Config,
  ) {
    this.timeMs = platformTimeoutMs;
  }

  /**
   * Runs the work with a reading. The work catches errors of its calls.
   * @throws Problem 429 `too_many_calls`, 503 `platform_busy`
   */
  async run<T>(req: AuthenticatedRequest, caller: Caller, work: (reading: Reading) => Promise<T>): Promise<T> {
    const reading = new Reading(this.platform, req, caller, this.timeMs);
    let hasBegun = false;
    try {
      return await this.shares.run(caller.subject, reading.signal, () => {
        hasBegun = true;
        return work(reading);
      });
    } catch (error) {
      if (!(error instanceof TimeOver)) throw error;
      if (hasBegun) throw new Problem('platform_timeout', { cause: error });
      throw new Problem('platform_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
    } finally {
      reading.end();
    }
  }
}
