import type { HrTime } from '@opentelemetry/api';
import { ExportResultCode, millisToHrTime } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import type { OtlpConnection } from './otlp.connection.js';

/** Names that the semantic conventions define; the others keep their names, under a namespace. */
const NAMES: Record<string, string> = {
  http_server_request_duration_seconds: 'http.server.request.duration',
  http_server_active_requests: 'http.server.active_requests',
  http_client_request_duration_seconds: 'http.client.request.duration',
  db_client_operation_duration_seconds: 'db.client.operation.duration',
};
const ATTRIBUTES: Record<string, string> = {
  http_request_method: 'http.request.method',
  http_route: 'http.route',
  http_response_status_code: 'http.response.status_code',
  error_type: 'error.type',
  url_template: 'url.template',
  server_address: 'server.address',
  server_port: 'server.port',
  db_system_name: 'db.system.name',
  db_operation_name: 'db.operation.name',
};
const NUMBERS = new Set(['http.response.status_code', 'server.port']);

interface PromValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

interface PromMetric {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly PromValue[];
}

/**
 * Exports the metrics that Prometheus would scrape to a collector, by OTLP over HTTP. The gateway counts in one place;
 * this reads it, as a scrape does, so that the two always agree.
 */
export class OtlpMetrics {
  private readonly exporter: OTLPMetricExporter;
  private readonly startTime = millisToHrTime(Date.now());
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: OtlpConnection,
    private readonly registry: Registry,
    intervalMs: number,
  ) {
    this.exporter = new OTLPMetricExporter(connection.optionsFor('metrics'));
    this.timer = setInterval(() => void this.export(), intervalMs).unref();
  }

  /** Exports the final values. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.export();
    await this.exporter.shutdown();
  }

  private async export(): Promise<void> {
    const metrics = toResourceMetrics(await this.read(), this.connection, this.startTime);
    await new Promise<void>((resolve) => {
      this.exporter.export(metrics, ({ code, error }) => {
        if (code !== ExportResultCode.SUCCESS) this.connection.report(error);
        resolve();
      });
    });
  }

  private async read(): Promise<PromMetric[]> {
    return (await this.registry.getMetricsAsJSON()) as unknown as PromMetric[];
  }
}

function toResourceMetrics(metrics: PromMetric[], { resource }: OtlpConnection, startTime: HrTime): ResourceMetrics {
  const endTime = millisToHrTime(Date.now());
  const data = metrics.map((metric) => toMetricData(metric, { startTime, endTime }));
  return { resource, scopeMetrics: [{ scope: { name: 'connect-gateway' }, metrics: data }] };
}

interface Period {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function toMetricData({ name, help, type, values }: PromMetric, period: Period): MetricData {
  const named = { name: nameOf(name), description: help, unit: unitOf(name) };
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  if (type === 'histogram')
    return {
      descriptor: { ...named, type: InstrumentType.HISTOGRAM, valueType: 1, advice: {} },
      aggregationTemporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: histogramsOf(name, values).map((histogram) => ({ ...period, ...histogram })),
    } as MetricData;
  const dataPoints = values.map(({ labels, value }) => ({ ...period, attributes: attributesOf(labels), value }));
  if (type === 'counter')
    return {
      descriptor: { ...named, type: InstrumentType.COUNTER, valueType: 1, advice: {} },
      aggregationTemporality,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints,
    } as MetricData;
  return {
    descriptor: { ...named, type: InstrumentType.GAUGE, valueType: 1, advice: {} },
    aggregationTemporality,
    dataPointType: DataPointType.GAUGE,
    dataPoints,
  } as MetricData;
}

interface HistogramPoint {
  readonly attributes: Record<string, string | number>;
  readonly value: { buckets: { boundaries: number[]; counts: number[] }; sum: number; count: number };
}

/** Converts Prometheus' cumulative buckets to the separate counts of OTLP. */
function histogramsOf(name: string, values: readonly PromValue[]): HistogramPoint[] {
  const points = new Map<string, HistogramPoint & { last: number }>();
  for (const { metricName, labels, value } of values) {
    const { le, ...own } = labels;
    const key = JSON.stringify(own);
    let point = points.get(key);
    if (point === undefined) {
      point = {
        attributes: attributesOf(own),
        value: { buckets: { boundaries: [], counts: [] }, sum: 0, count: 0 },
        last: 0,
      };
      points.set(key, point);
    }
    if (metricName === `${name}_sum`) point.value.sum = value;
    else if (metricName === `${name}_count`) point.value.count = value;
    else {
      if (le !== '+Inf') point.value.buckets.boundaries.push(Number(le));
      point.value.buckets.counts.push(value - point.last);
      point.last = value;
    }
  }
  return [...points.values()].map(({ attributes, value }) => ({ attributes, value }));
}

function attributesOf(labels: PromValue['labels']): Record<string, string | number> {
  const pairs = Object.entries(labels).map(([label, value]) => {
    const name = ATTRIBUTES[label] ?? label;
    return [name, NUMBERS.has(name) ? Number(value) : value] as const;
  });
  return Object.fromEntries(pairs);
}

function nameOf(name: string): string {
  return NAMES[name] ?? name.replace(/_total$/, '').replace('_', '.');
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '1';
}
