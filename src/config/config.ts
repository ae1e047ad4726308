import { isDeepStrictEqual } from 'node:util';
import {
  bytes,
  cidrs,
  cookie,
  hostname,
  isLoopback,
  issuer,
  keys,
  oneOf,
  origin,
  origins,
  otlpBase,
  port,
  positiveInteger,
  proxy,
  ratio,
  scopes,
  storeUrl,
  switched,
  text,
  url,
} from './parsers.js';
import { SettingsReader, type NameSources, type SettingReport, type Settings } from './settings-reader.js';
import { withPassword } from './redis.url.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** Default limit of an uploaded document: 20 MiB. */
const IMPORT_MAX_BYTES = 20 * 1024 * 1024;

/**
 * Every setting of the gateway, typed and checked. The only reader of the environment; the rest of the code is handed
 * this. Names, meanings and defaults are the table in the README.
 */
export class Config {
  readonly host: string;
  readonly port: number;
  /** The origin the browser sees, without a trailing slash: `https://connect.example`. */
  readonly publicUrl: URL;
  readonly platformUrl: URL;
  readonly platformToken: 'id_token' | 'access_token';
  readonly platformTimeoutMs: number;
  readonly oidcIssuer: URL;
  readonly oidcClientId: string;
  readonly oidcClientSecret: string;
  readonly oidcScopes: string;
  readonly ssoCookie: string | undefined;
  readonly sessionStoreUrl: string;
  /** Secrets of the session cookie; the first one signs, every one verifies. */
  readonly sessionKeys: readonly string[];
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly importMaxBytes: number;
  /** Where documents may be read from for a preview, beside the platform itself: its object storage. */
  readonly importOrigins: readonly string[];
  readonly metricsPort: number | undefined;
  /** A collector of traces and metrics, over OTLP/HTTP; the base URL that all signals share. */
  readonly otlpEndpoint: URL | undefined;
  /** What the collector wants to be sent along, as `name=value,name=value`. */
  readonly otlpHeaders: string | undefined;
  readonly otlpTraces: boolean;
  readonly otlpMetrics: boolean;
  readonly otlpMetricsIntervalMs: number;
  readonly logLevel: string;
  /** The share of successful requests, and of health checks, that are logged. */
  readonly logSuccessRatio: number;
  readonly logHealthRatio: number;
  /** Where audit lines go: `stdout`, beside the log, or a file. */
  readonly auditLog: string;
  /** Whether the platform is sent the caller's address and user agent. */
  readonly platformCallerHeaders: boolean;
  /** A PEM file of certificate authorities that are trusted beside the public ones. */
  readonly caCertificates: string | undefined;
  /** The proxies that requests to the platform and the identity provider go through. */
  readonly httpsProxy: string | undefined;
  readonly httpProxy: string | undefined;
  readonly noProxy: string;
  /** Processes that share the port. */
  readonly workers: number;
  /** What cannot be right but can be run. */
  readonly warnings: readonly string[];
  /** Every setting with its value and where it came from; secrets are hidden. */
  readonly reports: readonly SettingReport[];
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly sources?: NameSources,
  ) {
    const read = new SettingsReader(settings, sources);
    this.host = read.optional('HOST', hostname, '0.0.0.0');
    this.port = read.optional('PORT', port, 3000);
    this.publicUrl = read.required('PUBLIC_URL', origin);
    this.platformUrl = read.required('PLATFORM_URL', url);
    this.platformToken = read.optional('PLATFORM_TOKEN', oneOf('id_token', 'access_token'), 'id_token');
    this.platformTimeoutMs = read.optional('PLATFORM_TIMEOUT_MS', positiveInteger, 30_000);
    this.oidcIssuer = read.required('OIDC_ISSUER', issuer);
    this.oidcClientId = read.required('OIDC_CLIENT_ID', text);
    this.oidcClientSecret = read.requiredSecret('OIDC_CLIENT_SECRET', text);
    this.oidcScopes = read.optional('OIDC_SCOPES', scopes, 'openid profile email offline_access');
    this.ssoCookie = read.optional('SSO_COOKIE', cookie, undefined);
    this.sessionStoreUrl = readStoreUrl(read);
    this.sessionKeys = read.requiredSecret('SESSION_KEYS', keys);
    this.sessionIdleSeconds = read.optional('SESSION_IDLE_SECONDS', positiveInteger, 3_600);
    this.sessionMaxSeconds = read.optional('SESSION_MAX_SECONDS', positiveInteger, 43_200);
    this.allowedOrigins = read.optional('ALLOWED_ORIGINS', origins, []);
    this.trustedProxies = read.optional('TRUSTED_PROXIES', cidrs, []);
    this.importMaxBytes = read.optional('IMPORT_MAX_BYTES', bytes, IMPORT_MAX_BYTES);
    this.importOrigins = read.optional('IMPORT_ORIGINS', origins, []);
    this.metricsPort = read.optional('METRICS_PORT', port, undefined);
    this.otlpEndpoint = read.optional('OTEL_EXPORTER_OTLP_ENDPOINT', otlpBase, undefined);
    this.otlpHeaders = read.secret('OTEL_EXPORTER_OTLP_HEADERS', text, undefined);
    this.otlpTraces = read.optional('OTEL_TRACES_EXPORTER', oneOf('otlp', 'none'), 'otlp') === 'otlp';
    this.otlpMetrics = read.optional('OTEL_METRICS_EXPORTER', oneOf('otlp', 'none'), 'otlp') === 'otlp';
    this.otlpMetricsIntervalMs = read.optional('OTEL_METRIC_EXPORT_INTERVAL', positiveInteger, 60_000);
    this.logLevel = read.optional('LOG_LEVEL', oneOf(...LOG_LEVELS), 'info');
    this.logSuccessRatio = read.optional('LOG_SUCCESS_RATIO', ratio, 1);
    this.logHealthRatio = read.optional('LOG_HEALTH_RATIO', ratio, 1);
    this.auditLog = read.optional('AUDIT_LOG', text, 'stdout');
    this.platformCallerHeaders = read.optional('PLATFORM_CALLER_HEADERS', switched, false);
    this.caCertificates = read.optional('CA_CERTIFICATES', text, undefined);
    this.httpsProxy = read.secret('HTTPS_PROXY', proxy, undefined);
    this.httpProxy = read.secret('HTTP_PROXY', proxy, undefined);
    this.noProxy = read.optional('NO_PROXY', text, '');
    this.workers = read.optional('WORKERS', positiveInteger, 1);
    const environment = read.optional('NODE_ENV', text, undefined);
    if (environment === 'production' && !read.has('SESSION_STORE_URL'))
      read.warn('SESSION_STORE_URL', 'is not set: sessions are kept in SQLite on this machine, for a single replica');
    checkTogether(this, read);
    read.checkNames();
    read.throwIfFaulty();
    this.warnings = read.warnings;
    this.reports = read.reports;
  }

  /** Whether any secret is in a file of its own. */
  get hasSecretFiles(): boolean {
    return this.reports.some(({ name }) => name.endsWith('_FILE'));
  }

  /** Calls back after `reload` has changed a secret. */
  onReload(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Reads the files of `NAME_FILE` settings again; secrets take their new values, everything else stays as it is.
   * @returns whether anything has changed
   * @throws ConfigError when a file cannot be used; the secrets stay as they are
   */
  reload(): boolean {
    const next = new Config(this.settings, this.sources);
    const secrets = pickSecrets(next);
    if (isDeepStrictEqual(secrets, pickSecrets(this))) return false;
    Object.assign(this, secrets);
    for (const listener of this.listeners) listener();
    return true;
  }

  /** The session cookie is `Secure` and carries the `__Host-` prefix; false only on plain http over loopback. */
  get secure(): boolean {
    return this.publicUrl.protocol === 'https:';
  }
}

/** What `reload` may change. The addresses in the store's URL are not followed, only its user name and password. */
function pickSecrets(config: Config): Partial<Config> {
  const { oidcClientSecret, sessionKeys, sessionStoreUrl } = config;
  return { oidcClientSecret, sessionKeys, sessionStoreUrl };
}

function readStoreUrl(read: SettingsReader): string {
  const storeAt = read.secret('SESSION_STORE_URL', storeUrl, 'sqlite:data/sessions.db');
  const password = read.secret('SESSION_STORE_PASSWORD', text, undefined);
  if (password === undefined || storeAt === undefined) return storeAt;
  try {
    return withPassword(storeAt, password);
  } catch (error) {
    read.fault('SESSION_STORE_PASSWORD', (error as Error).message);
    return storeAt;
  }
}

/** Timeouts below this were most likely meant to be seconds. */
const SHORTEST_TIMEOUT_MS = 1_000;
const SHORTEST_IDLE_SECONDS = 60;
/** Browsers keep no cookie for longer (RFC 6265bis, section 5.5). */
const LONGEST_COOKIE_SECONDS = 400 * 86_400;
const SMALLEST_IMPORT_BYTES = 1_024;

/** What no setting shows by itself. Settings that are faulty are undefined here. */
function checkTogether(config: Config, read: SettingsReader): void {
  checkLimits(config, read);
  checkAddresses(config, read);
  const { sessionStoreUrl, workers } = config;
  if (sessionStoreUrl === 'sqlite::memory:' && workers > 1)
    read.fault('WORKERS', 'must be 1 with SESSION_STORE_URL=sqlite::memory:, which each process would have for itself');
}

function checkLimits(config: Config, read: SettingsReader): void {
  const { sessionIdleSeconds: idle, sessionMaxSeconds: max, platformTimeoutMs, importMaxBytes } = config;
  if (max < idle) read.fault('SESSION_MAX_SECONDS', 'must not be shorter than SESSION_IDLE_SECONDS');
  if (max > LONGEST_COOKIE_SECONDS)
    read.warn('SESSION_MAX_SECONDS', 'is longer than the 400 days a browser keeps a cookie');
  if (idle < SHORTEST_IDLE_SECONDS)
    read.warn('SESSION_IDLE_SECONDS', 'is below a minute: people will be signed out while they read');
  if (platformTimeoutMs < SHORTEST_TIMEOUT_MS)
    read.warn('PLATFORM_TIMEOUT_MS', 'is below a second; it is in milliseconds, 30000 for half a minute');
  if (importMaxBytes < SMALLEST_IMPORT_BYTES)
    read.warn('IMPORT_MAX_BYTES', 'is below 1 KiB: no document is that small; it may carry a unit, such as 20MiB');
}

function checkAddresses(config: Config, read: SettingsReader): void {
  const { port: own, metricsPort, publicUrl, platformUrl, oidcIssuer } = config;
  if (metricsPort !== undefined && metricsPort === own && own !== 0)
    read.fault('METRICS_PORT', 'must differ from PORT: metrics are not for the outside');
  if (publicUrl === undefined) return;
  if (platformUrl?.origin === publicUrl.origin) read.fault('PLATFORM_URL', 'must not be the address of this gateway');
  if (oidcIssuer?.origin === publicUrl.origin && oidcIssuer.pathname === '/')
    read.fault('OIDC_ISSUER', 'must not be the address of this gateway');
  if (platformUrl?.protocol === 'http:' && !isLoopback(platformUrl.hostname))
    read.warn('PLATFORM_URL', 'is plain http: tokens cross the network unencrypted');
}
