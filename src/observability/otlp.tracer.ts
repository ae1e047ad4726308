import { type Context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayRequest } from '../http/exchange.js';
import type { Tracer } from './tracer.js';
import type { Span } from '../http/tracing.js';
import { EXPORT_MS, type OtlpConnection } from './otlp.connection.js';
import { OtlpClock, OtlpSpan } from './otlp.span.js';

/** Maximum spans buffered while a collector is unavailable, a few megabytes; further ones are dropped. */
const MAX_QUEUED_SPANS = 2_048;
const BATCH_SPANS = 512;
const BATCH_MS = 2_000;
const FLUSH_MS = 5_000;

const propagator = new W3CTraceContextPropagator();

/**
 * Traces by OpenTelemetry, sent to a collector over OTLP/HTTP. Loaded only where `OTEL_EXPORTER_OTLP_ENDPOINT` is set.
 * Spans are started and ended explicitly: automatic instrumentation of Node follows each
 * promise of each request.
 */
export class OtlpTracer implements Tracer {
  private readonly provider: TracerProvider;
  private readonly exporter: OTLPTraceExporter;
  private readonly tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(private readonly connection: OtlpConnection) {
    this.exporter = new OTLPTraceExporter(connection.optionsFor('traces'));
    this.provider = new TracerProvider({
      resource: connection.resource,
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: this.exporter,
          maxQueueSize: MAX_QUEUED_SPANS,
          maxExportBatchSize: BATCH_SPANS,
          scheduledDelayMillis: BATCH_MS,
          exportTimeoutMillis: EXPORT_MS,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('connect-gateway');
  }

  /** A well-formed `traceparent` of the caller is the parent, and decides whether the trace is sampled. */
  begin(req: GatewayRequest): Span | undefined {
    if (req.isHealthCheck) return undefined;
    const parent: Context = propagator.extract(ROOT_CONTEXT, req.headers, defaultTextMapGetter);
    const method = req.method ?? '';
    const clock = new OtlpClock();
    const options = { kind: SpanKind.SERVER, startTime: clock.at(req.startedAt) };
    const span = this.tracer.startSpan(method, options, parent);
    return new OtlpSpan(this.tracer, span, trace.setSpan(parent, span), clock);
  }

  async close(): Promise<void> {
    const flushed = this.provider.shutdown().catch(this.connection.report);
    // The provider stops at the first batch that fails; the others are still in progress.
    const sent = flushed.then(() => this.exporter.shutdown());
    await Promise.race([sent, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}
