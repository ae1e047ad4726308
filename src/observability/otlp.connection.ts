import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { OTLPExporterConfigBase } from '@opentelemetry/otlp-exporter-base';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { describeError } from '../http/problem.js';
import { IDENTITY } from './pino.logger.js';

/** Shorter than the shutdown of the process, so that a failure there is still logged. */
export const EXPORT_MS = 4_000;
/** Concurrent exports; further ones are dropped. */
const MAX_EXPORTS = 8;
const PAUSE_MS = 60_000;

const ignore = (): void => undefined;

/** The connection to the collector of traces and metrics, and the reporting of failures. */
export class OtlpConnection {
  readonly resource: Resource = resourceFromAttributes({
    'service.name': 'connect-gateway',
    'service.version': IDENTITY.version,
    // As in every log line, so that logs and traces can be correlated.
    'service.instance.id': IDENTITY.instance,
  });
  /** Exports that failed. */
  failures = 0;
  private quietUntil = 0;

  constructor(
    private readonly endpoint: URL,
    private readonly config: Pick<Config, 'otlpHeaders'>,
    private readonly logger: Logger,
  ) {
    // The SDK has one global handler for each.
    setGlobalErrorHandler(this.report);
    const sdkLogger = { error: this.warn, warn: this.warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(sdkLogger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  /** Options of an exporter: each signal has its own path below the endpoint (OTLP/HTTP, endpoint configuration). */
  optionsFor(signal: 'traces' | 'metrics'): OTLPExporterConfigBase {
    return {
      url: `${this.endpoint.href.replace(/\/$/, '')}/v1/${signal}`,
      timeoutMillis: EXPORT_MS,
      concurrencyLimit: MAX_EXPORTS,
      ...(this.config.otlpHeaders !== undefined && { headers: parseHeaders(this.config.otlpHeaders) }),
    };
  }

  /** The error of an exporter, without the collector's response, which may contain the key it was sent. */
  readonly report = (error: unknown): void => {
    this.failures += 1;
    this.warn(describeError(error).reason);
  };

  /** OpenTelemetry's own warnings, once a minute at most: an unavailable collector fails every batch. */
  readonly warn = (reason: string): void => {
    if (performance.now() < this.quietUntil) return;
    this.quietUntil = performance.now() + PAUSE_MS;
    this.logger.warn({ context: 'Telemetry', reason }, 'telemetry cannot be sent');
  };
}

/** `name=value,name=value` with percent-encoded values (OpenTelemetry, OTLP exporter, specifying headers). */
function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const;
  });
  return Object.fromEntries(pairs);
}
