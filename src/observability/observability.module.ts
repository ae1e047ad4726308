import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { Config } from '../config/config.js';
import { PlatformClient } from '../platform/platform.client.js';
import { PlatformModule } from '../platform/platform.module.js';
import type { Tracer } from './tracer.js';
import { Metrics } from './metrics.js';
import { serveMetrics } from './metrics.server.js';
import { answerSupervisor } from './worker.metrics.js';
import { exposePlatform } from './platform.metrics.js';

const TRACER = Symbol('Tracer');

/** Hands the one `Metrics` to whoever counts, and serves it. A worker leaves the serving to the process above it. */
@Module({})
export class ObservabilityModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly config: Config,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(TRACER) private readonly tracer: Tracer | undefined,
    platform: PlatformClient,
  ) {
    exposePlatform(metrics.registry, platform);
  }

  static of(metrics: Metrics, tracer: Tracer | undefined): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      imports: [PlatformModule],
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: TRACER, useFactory: () => tracer },
      ],
      exports: [Metrics],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort, host } = this.config;
    if (cluster.isWorker) answerSupervisor(this.metrics.registry);
    else if (metricsPort !== undefined) this.server = await serveMetrics(metricsPort, host, this.metrics.registry);
  }

  async onApplicationShutdown(): Promise<void> {
    this.server?.close();
    this.server?.closeAllConnections();
    await this.tracer?.close();
  }
}
