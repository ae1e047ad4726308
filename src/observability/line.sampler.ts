import type { GatewayRequest } from '../http/exchange.js';

/** The share of requests that are logged. */
export interface LineShares {
  /** Of successful requests, from 0 to 1. */
  readonly logSuccessRatio: number;
  /** Of successful health checks. */
  readonly logHealthRatio: number;
}

/** Selects the requests that get a log line: every failure, and an even share of the rest. */
export class LineSampler {
  private successes = 0;
  private healthChecks = 0;

  constructor(private readonly shares: LineShares) {}

  takes(req: GatewayRequest, status: number): boolean {
    const { logSuccessRatio, logHealthRatio } = this.shares;
    if (status >= 400) return true;
    if (req.route?.startsWith('/health/') === true) {
      this.healthChecks += logHealthRatio;
      if (this.healthChecks < 1) return false;
      this.healthChecks -= 1;
      return true;
    }
    if (logSuccessRatio === 1) return true;
    this.successes += logSuccessRatio;
    if (this.successes < 1) return false;
    this.successes -= 1;
    return true;
  }
}
