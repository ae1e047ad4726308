import {
  type Context,
  defaultTextMapGetter,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { GatewayRequest } from '../http/exchange.js';
import type { Tracer } from './tracer.js';
import type { Span } from '../http/tracing.js';
import { ExportFailures } from './export.failures.js';
import { OtlpClock, OtlpSpan } from './otlp.span.js';

/** A collector that is away costs what these spans take, a few megabytes; the next ones are dropped. */
const MAX_QUEUED_SPANS = 2_048;
const BATCH_SPANS = 512;
/** Less than the end may take, so that the log hears of what failed there. */
const EXPORT_MS = 4_000;
const BATCH_MS = 2_000;
const FLUSH_MS = 5_000;
/** Exports under way, each with a batch of spans: the four that a full queue makes at the end, and some before them. */
const MAX_EXPORTS = 8;
const PROBES = '/health/';

const ignore = (): void => undefined;
const propagator = new W3CTraceContextPropagator();

/**
 * Traces by OpenTelemetry, sent to a collector over OTLP/HTTP. The one file that loads any of it, and only where
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is set. Spans are begun and ended by hand: what instruments Node by itself follows each
 * promise of each request.
 */
export class OtlpTracer implements Tracer {
  private readonly provider: TracerProvider;
  private readonly exporter: OTLPTraceExporter;
  private readonly failures: ExportFailures;
  private readonly tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(endpoint: URL, version: string, logger: Logger) {
    this.failures = new ExportFailures(logger);
    listen(this.failures);
    this.exporter = exporterTo(endpoint);
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'connect-gateway',
        'service.version': version,
        'service.instance.id': randomUUID(),
      }),
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

  /** A caller's `traceparent` is the parent when it is well formed, and decides whether the trace is kept. */
  begin(req: GatewayRequest): Span | undefined {
    if (req.url?.startsWith(PROBES) === true) return undefined;
    const parent: Context = propagator.extract(ROOT_CONTEXT, req.headers, defaultTextMapGetter);
    const method = req.method ?? '';
    const clock = new OtlpClock();
    const options = { kind: SpanKind.SERVER, startTime: clock.at(req.startedAt) };
    const span = this.tracer.startSpan(method, options, parent);
    return new OtlpSpan(this.tracer, span, trace.setSpan(parent, span), clock);
  }

  async close(): Promise<void> {
    const flushed = this.provider.shutdown().catch(this.failures.report);
    // The provider gives up with the first batch that fails; the others are still under way.
    const sent = flushed.then(() => this.exporter.shutdown());
    await Promise.race([sent, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}

/** Where traces go below the base URL that all signals share (OTLP/HTTP, endpoint configuration). */
function tracesUrl(endpoint: URL): string {
  return `${endpoint.href.replace(/\/$/, '')}/v1/traces`;
}

function exporterTo(endpoint: URL): OTLPTraceExporter {
  return new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    timeoutMillis: EXPORT_MS,
    concurrencyLimit: MAX_EXPORTS,
  });
}

/** The SDK has one place for each in the process. */
function listen({ report, warn }: ExportFailures): void {
  setGlobalErrorHandler(report);
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
