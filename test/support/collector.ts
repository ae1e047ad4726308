import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span in OTLP JSON. */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: number | string } }[];
  readonly status: { code?: number };
  readonly traceState?: string;
}

/** A span that the collector received. */
export type CollectedSpan = Omit<OtlpSpan, 'attributes'> & { readonly attributes: Record<string, string | number> };

interface OtlpDataPoint {
  readonly attributes: OtlpSpan['attributes'];
  readonly asDouble?: number;
  readonly count?: number | string;
  readonly sum?: number;
  readonly explicitBounds?: number[];
  readonly bucketCounts?: (number | string)[];
}

/** A metric in OTLP JSON. */
export interface CollectedMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { dataPoints: OtlpDataPoint[]; isMonotonic: boolean };
  readonly gauge?: { dataPoints: OtlpDataPoint[] };
  readonly histogram?: { dataPoints: OtlpDataPoint[] };
}

interface OtlpRequest {
  resourceMetrics: { scopeMetrics: { metrics: CollectedMetric[] }[] }[];
  resourceSpans: {
    resource: { attributes: OtlpSpan['attributes'] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

const flat = (attributes: OtlpSpan['attributes']): Record<string, string | number> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** An OTLP/HTTP collector of traces and metrics that can be made to fail. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** The latest of each metric, by its name. */
  readonly metrics = new Map<string, CollectedMetric>();
  readonly requests: string[] = [];
  resource: Record<string, string | number> = {};
  /** The processes that have exported data. */
  readonly instances = new Set<string | number | undefined>();
  /** Replaces the default 200 response. */
  onRequest: (res: ServerResponse) => void = (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  private readonly server: Server = createServer((req, res) => void this.take(req, res));

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await once(collector.server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** All received request bodies. */
  get received(): string {
    return this.requests.join('\n');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    this.requests.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)} ${text}`);
    const sent = JSON.parse(text) as Partial<OtlpRequest>;
    for (const { scopeMetrics } of sent.resourceMetrics ?? [])
      for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) this.metrics.set(metric.name, metric);
    for (const { resource, scopeSpans } of sent.resourceSpans ?? []) {
      this.resource = flat(resource.attributes);
      this.instances.add(this.resource['service.instance.id']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({ ...span, attributes: flat(span.attributes) });
    }
    this.onRequest(res);
  }
}
