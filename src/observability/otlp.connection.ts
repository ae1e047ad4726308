import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { OTLPExporterConfigBase } from '@opentelemetry/otlp-exporter-base';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { describeError } from '../http/problem.js';
import { IDENTITY } from './pino.logger.js';

/** Less than the end of the process may take, so that the log hears of what failed there. */
export const EXPORT_MS = 4_000;
/** Exports in progress at one time; the rest is dropped. */
const MAX_EXPORTS = 8;
const PAUSE_MS = 60_000;

const ignore = (): void => undefined;

/** The collector that traces and metrics are sent to, and what is reported of failures to do so. */
export class OtlpConnection {
  readonly resource: Resource = resourceFromAttributes({
    'service.name': 'connect-gateway',
    'service.version': IDENTITY.version,
    // As in every log line, so that the one leads to the other.
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
    // The SDK has one place for each in the process.
    setGlobalErrorHandler(this.report);
    const sdkLogger = { error: this.warn, warn: this.warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(sdkLogger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  /** Options of an exporter: each signal has a path of its own below the endpoint (OTLP/HTTP, endpoint configuration). */
  optionsFor(signal: 'traces' | 'metrics'): OTLPExporterConfigBase {
    return {
      url: `${this.endpoint.href.replace(/\/$/, '')}/v1/${signal}`,
      timeoutMillis: EXPORT_MS,
      concurrencyLimit: MAX_EXPORTS,
      ...(this.config.otlpHeaders !== undefined && { headers: parseHeaders(this.config.otlpHeaders) }),
    };
  }

  /** What an exporter failed with. The collector's answer may be attached to it, and may quote the key it was sent. */
  readonly report = (error: unknown): void => {
    this.failures += 1;
    this.warn(describeError(error).reason);
  };

  /** OpenTelemetry's own warnings, once a minute at most: a collector that is away fails every batch. */
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
