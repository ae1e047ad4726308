import {
  type Context,
  defaultTextMapSetter,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Span, SpanAttributes } from '../http/tracing.js';

const propagator = new W3CTraceContextPropagator();

/** A span of OpenTelemetry, with the context for its children and for upstream requests. */
export class OtlpSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: OtelSpan,
    private readonly context: Context,
    private readonly clock: OtlpClock,
  ) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get headers(): readonly string[] {
    const carrier: Record<string, string> = {};
    propagator.inject(this.context, carrier, defaultTextMapSetter);
    return Object.entries(carrier).flat();
  }

  call(name: string, attributes: SpanAttributes): Span {
    return this.begin(name, SpanKind.CLIENT, attributes);
  }

  step(name: string): Span {
    return this.begin(name, SpanKind.INTERNAL, {});
  }

  end(attributes: SpanAttributes, error?: string): void {
    const route = attributes['http.route'];
    if (route !== undefined) this.span.updateName(`${attributes['http.request.method']} ${route}`);
    this.span.setAttributes(attributes);
    if (error !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error);
    this.span.end(this.clock.now);
  }

  private begin(name: string, kind: SpanKind, attributes: SpanAttributes): Span {
    const span = this.tracer.startSpan(name, { kind, attributes, startTime: this.clock.now }, this.context);
    return new OtlpSpan(this.tracer, span, trace.setSpan(this.context, span), this.clock);
  }
}

/**
 * The clock for the spans of one request, in milliseconds since the epoch. Both clocks are read once per request: read
 * for each span, the spans would not nest exactly, and read once per process, the clocks would drift apart.
 */
export class OtlpClock {
  private readonly origin = Date.now() - performance.now();

  get now(): number {
    return this.at(performance.now());
  }

  /** Converts a `performance.now()` value to epoch time. */
  at(moment: number): number {
    return this.origin + moment;
  }
}
