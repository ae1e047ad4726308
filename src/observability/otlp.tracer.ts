import {
  type Context,
  defaultTextMapGetter,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { hrTime, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { GatewayRequest } from '../server/exchange.js';
import type { Span, Tracer } from '../server/trace.js';
import { OtlpSpan } from './otlp.span.js';

/** A collector that is away costs what these spans take, a few megabytes; the next ones are dropped. */
const MAX_QUEUED_SPANS = 2_048;
const EXPORT_MS = 5_000;
const BATCH_MS = 2_000;
const FLUSH_MS = 5_000;
const WARNING_MS = 60_000;
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
  private readonly warn: () => void;
  private readonly tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(endpoint: URL, version: string, logger: Logger) {
    this.warn = warnerOf(logger);
    diag.setLogger(
      { error: this.warn, warn: this.warn, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: EXPORT_MS });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'connect-gateway',
        'service.version': version,
        'service.instance.id': randomUUID(),
      }),
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: MAX_QUEUED_SPANS,
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
    const span = this.tracer.startSpan(method, { kind: SpanKind.SERVER, startTime: hrTime(req.startedAt) }, parent);
    return new OtlpSpan(this.tracer, span, trace.setSpan(parent, span));
  }

  async close(): Promise<void> {
    const flushed = this.provider.shutdown().catch(this.warn);
    await Promise.race([flushed, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}

/** Where traces go below the base URL that all signals share (OTLP/HTTP, endpoint configuration). */
function tracesUrl(endpoint: URL): string {
  return new URL(`${endpoint.pathname.replace(/\/$/, '')}/v1/traces`, endpoint).href;
}

/** OpenTelemetry tells of each failed export; the log hears of one a minute. */
function warnerOf(logger: Logger): () => void {
  let quietUntil = 0;
  return () => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + WARNING_MS;
    logger.warn({ context: 'Traces' }, 'traces cannot be sent: OTEL_EXPORTER_OTLP_ENDPOINT does not take them');
  };
}
