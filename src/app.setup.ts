import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import cluster from 'node:cluster';
import { API_PREFIX, AppModule } from './app.module.js';
import type { Logger } from 'pino';
import { packageVersion } from './config/version.js';
import type { Config } from './config/config.js';
import { setUpDocs } from './docs/docs.js';
import { KEY_HEADER, REPLAYED_HEADER } from './idempotency/idempotency-key.js';
import { AuditLog, createAuditSink } from './observability/audit.log.js';
import { LineSampler } from './observability/line.sampler.js';
import { Metrics } from './observability/metrics.js';
import type { Telemetry } from './observability/observability.module.js';
import type { LogSink } from './observability/log.writer.js';
import { createPino, PinoLogger } from './observability/pino.logger.js';
import { RequestObserver } from './observability/request.observer.js';
import { trustCertificates } from './http/egress.js';
import { RequestGate } from './http/adapter/request.gate.js';
import { GatewayAdapter } from './http/adapter/gateway.adapter.js';

/** How long a browser may cache a preflight response. */
const PREFLIGHT_SECONDS = 600;

/** Creates the whole gateway, ready to listen; used by the process and the tests. */
export async function createGateway(config: Config, sink: LogSink): Promise<INestApplication> {
  const logger = createPino(config.logLevel, sink);
  // Once for all WORKERS.
  if (cluster.worker === undefined || cluster.worker.id === 1)
    for (const warning of config.warnings) logger.warn({ context: 'Config' }, warning);
  trustCertificates(config);
  const metrics = new Metrics();
  exposeBuild(metrics);
  const auditSink = createAuditSink(config, sink);
  const audit = new AuditLog(config.oidcIssuer.href, auditSink);
  exposeLogs(metrics, auditSink === sink ? { request: sink } : { request: sink, audit: auditSink });
  const telemetry = await createTelemetry(config, logger, metrics);
  const { tracer } = telemetry;
  const sampler = new LineSampler(config);
  const observer = new RequestObserver({ logger, sink, sampler, metrics, audit, tracer });
  const adapter = new GatewayAdapter(
    new RequestGate(config.publicUrl),
    observer,
    config.trustedProxies,
    `/${API_PREFIX}/`,
  );
  metrics.gauge(
    { name: 'gateway_requests_waiting', help: 'Requests and connections that wait for their turn.' },
    () => [{ labels: {}, value: adapter.queued }],
  );
  const app = await NestFactory.create(AppModule.of(config, { metrics, audit, telemetry }), adapter, {
    logger: new PinoLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  if (config.allowedOrigins.length > 0)
    app.enableCors({
      origin: [...config.allowedOrigins],
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['Content-Type', 'X-CSRF', KEY_HEADER, 'traceparent', 'tracestate'],
      exposedHeaders: ['X-Request-Id', 'Retry-After', REPLAYED_HEADER],
      maxAge: PREFLIGHT_SECONDS,
    });
  setUpDocs(app);
  return app;
}

/** Loaded only if it is used: OpenTelemetry takes 20 MB and half a second. */
async function createTelemetry(config: Config, logger: Logger, metrics: Metrics): Promise<Telemetry> {
  const { otlpEndpoint, otlpTraces, otlpMetrics, otlpMetricsIntervalMs } = config;
  if (otlpEndpoint === undefined) return {};
  const { OtlpConnection } = await import('./observability/otlp.connection.js');
  const connection = new OtlpConnection(otlpEndpoint, config, logger);
  metrics.total({ name: 'gateway_telemetry_failures_total', help: 'Exports to the collector that failed.' }, () => [
    { labels: {}, value: connection.failures },
  ]);
  const tracing = otlpTraces ? await import('./observability/otlp.tracer.js') : undefined;
  const metering = otlpMetrics ? await import('./observability/otlp.metrics.js') : undefined;
  return {
    tracer: tracing && new tracing.OtlpTracer(connection),
    metrics: metering && new metering.OtlpMetrics(connection, metrics.registry, otlpMetricsIntervalMs),
  };
}

/** If a log is full or closed, only metrics can report it. */
function exposeLogs(metrics: Metrics, sinks: Record<string, LogSink>): void {
  const spec = {
    name: 'gateway_log_lines_dropped_total',
    help: 'Log lines that were lost because the log could not be written.',
    labelNames: ['log'],
  };
  metrics.total(spec, () => Object.entries(sinks).map(([log, { dropped }]) => ({ labels: { log }, value: dropped })));
}

function exposeBuild(metrics: Metrics): void {
  const labels = { version: packageVersion(), revision: process.env['GATEWAY_REVISION'] ?? '', node: process.version };
  const spec = {
    name: 'gateway_build_info',
    help: 'The build that runs; always 1.',
    labelNames: Object.keys(labels),
    aggregator: 'max' as const,
  };
  metrics.gauge(spec, () => [{ labels, value: 1 }]);
}
