import type { Logger } from 'pino';
import type { GatewayRequest, GatewayResponse } from '../server/exchange.js';
import type { Observer } from '../server/gateway.adapter.js';
import type { Metrics } from './metrics.js';

/** nginx's word for a caller that left before the answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** One log line and one sample per request, when it is over. The route's template stands for the path's values. */
export class RequestObserver implements Observer {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  observe(req: GatewayRequest, res: GatewayResponse): void {
    res.on('close', () => {
      const seconds = (performance.now() - req.startedAt) / 1000;
      const status = res.writableFinished ? res.statusCode : CLIENT_CLOSED_REQUEST;
      const route = req.route ?? 'unmatched';
      this.metrics.requests.observe(req.method ?? '', route, status, seconds);
      if (!this.logger.isLevelEnabled('info')) return;
      const { requestId, method, ip } = req;
      this.logger.info({ requestId, method, route, status, ms: Math.round(seconds * 1e6) / 1e3, ip }, 'request');
    });
  }
}
