import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { Config } from '../config/config.js';
import { describeError } from '../problems/describe-error.js';
import { Metrics } from './metrics.js';

/** Serves `GET /metrics` on a port of its own (`METRICS_PORT`), which is not for the outside; without one, nowhere. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private server: Server | undefined;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort, host } = this.config;
    if (metricsPort === undefined) return;
    const server = createServer((req, res) => {
      if (req.method === 'GET' && req.url === '/metrics') void this.answer(res);
      else res.writeHead(404).end();
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(metricsPort, host, resolve));
    this.server = server;
  }

  async onApplicationShutdown(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }

  private async answer(res: ServerResponse): Promise<void> {
    try {
      const { registry } = this.metrics;
      const body = await registry.metrics();
      res.writeHead(200, { 'Content-Type': registry.contentType }).end(body);
    } catch (error) {
      this.logger.error(describeError(error), 'the metrics could not be collected');
      res.writeHead(500).end();
    }
  }
}
