import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import cluster from 'node:cluster';
import { API_PREFIX, AppModule } from './app.module.js';
import type { Logger } from 'pino';
import { packageVersion } from './config/version.js';
import type { Config } from './config/config.js';
import { setUpDocs } from './docs/docs.js';
import { KEY_HEADER, REPLAYED_HEADER } from './idempotency/idempotency-key.js';
import { Metrics } from './observability/metrics.js';
import { exposeLog } from './observability/log.metrics.js';
import type { LogSink } from './observability/log.writer.js';
import { createPino, PinoLogger } from './observability/pino.logger.js';
import { RequestObserver } from './observability/request.observer.js';
import { trustCertificates } from './http/egress.js';
import type { Tracer } from './observability/tracer.js';
import { RequestGate } from './http/adapter/request.gate.js';
import { GatewayAdapter } from './http/adapter/gateway.adapter.js';

/** How long a browser may remember what a preflight said. */
const PREFLIGHT_SECONDS = 600;

/** The whole gateway, ready to listen; the process and the tests start it from here. */
export async function createGateway(config: Config, sink: LogSink): Promise<INestApplication> {
  const logger = createPino(config.logLevel, sink);
  // Once for all of WORKERS.
  if (cluster.worker === undefined || cluster.worker.id === 1)
    for (const warning of config.warnings) logger.warn({ context: 'Config' }, warning);
  trustCertificates(config);
  const metrics = new Metrics();
  exposeLog(metrics.registry, sink);
  const tracer = await createTracer(config, logger);
  const observer = new RequestObserver(logger, sink, metrics, tracer);
  const adapter = new GatewayAdapter(
    new RequestGate(config.publicUrl),
    observer,
    config.trustedProxies,
    `/${API_PREFIX}/`,
  );
  const app = await NestFactory.create(AppModule.of(config, metrics, tracer), adapter, {
    logger: new PinoLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  if (config.allowedOrigins.length > 0)
    app.enableCors({
      origin: [...config.allowedOrigins],
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['Content-Type', 'X-CSRF', KEY_HEADER],
      exposedHeaders: ['X-Request-Id', 'Retry-After', REPLAYED_HEADER],
      maxAge: PREFLIGHT_SECONDS,
    });
  setUpDocs(app);
  return app;
}

/** OpenTelemetry takes 20 MB and half a second, for those who use it. */
async function createTracer({ otlpEndpoint }: Config, logger: Logger): Promise<Tracer | undefined> {
  if (otlpEndpoint === undefined) return undefined;
  const { OtlpTracer } = await import('./observability/otlp.tracer.js');
  return new OtlpTracer(otlpEndpoint, packageVersion(), logger);
}
