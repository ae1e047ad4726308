import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { Config } from '../config/config.js';
import { GatewayAdapter } from '../http/adapter/gateway.adapter.js';
import type { OtlpMetrics } from './otlp.metrics.js';
import type { Tracer } from './tracer.js';
import { AuditLog } from './audit.log.js';
import { Metrics } from './metrics.js';
import { serveMetrics } from './metrics.server.js';
import { answerSupervisor } from './worker.metrics.js';

const TELEMETRY = Symbol('Telemetry');

/** The exporters to a collector, if one is configured. */
export interface Telemetry {
  readonly tracer?: Tracer | undefined;
  readonly metrics?: OtlpMetrics | undefined;
}

/** What is created before Nest, since the first request's log line and trace need it. */
export interface Observability {
  readonly metrics: Metrics;
  readonly audit: AuditLog;
  readonly telemetry: Telemetry;
}

/** Provides metrics and the audit log, and serves the metrics; a worker leaves that to its supervisor. */
@Module({})
export class ObservabilityModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly config: Config,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
    private readonly host: HttpAdapterHost,
  ) {}

  static of({ metrics, audit, telemetry }: Observability): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: AuditLog, useValue: audit },
        { provide: TELEMETRY, useValue: telemetry },
      ],
      exports: [Metrics, AuditLog],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort, host } = this.config;
    const { httpAdapter } = this.host;
    // The generator of the API document runs without the gateway's adapter.
    if (httpAdapter instanceof GatewayAdapter)
      for (const { method, path } of httpAdapter.routeList) this.metrics.requests.begin(method, path, '200', '');
    if (cluster.isWorker) answerSupervisor(this.metrics.registry);
    else if (metricsPort !== undefined) this.server = await serveMetrics(metricsPort, host, this.metrics.registry);
  }

  async onApplicationShutdown(): Promise<void> {
    this.server?.close();
    this.server?.closeAllConnections();
    const { tracer, metrics } = this.telemetry;
    await Promise.all([tracer?.close(), metrics?.close()]);
  }
}
