import { isDeepStrictEqual } from 'node:util';
import {
  authorizationParams,
  bytes,
  cidrs,
  claimNames,
  cookie,
  hostname,
  isLoopback,
  issuer,
  keys,
  logoutUrl,
  oneOf,
  origin,
  origins,
  otlpBase,
  pageUrl,
  pem,
  port,
  positiveInteger,
  privateKey,
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
const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
] as const;
/** Default limit of an uploaded document: 20 MiB. */
const IMPORT_MAX_BYTES = 20 * 1024 * 1024;

/**
 * Every setting of the gateway, typed and validated. Only this reads the environment; all other code receives this
 * object. The README lists names, meanings and defaults.
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
  readonly oidcClientSecret: string | undefined;
  /** The client authentication method; `auto` follows the provider's metadata. */
  readonly oidcClientAuth:
    | 'auto'
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'private_key_jwt'
    | 'tls_client_auth';
  /** Private key of `private_key_jwt`, PEM or JWK. */
  readonly oidcClientKey: string | undefined;
  readonly oidcClientKeyId: string | undefined;
  /** Which `aud` the client assertion carries: providers disagree (RFC 7523, section 3). */
  readonly oidcClientKeyAudience: 'issuer' | 'token_endpoint';
  /** Certificate and key of `tls_client_auth`, PEM. */
  readonly oidcTlsCert: string | undefined;
  readonly oidcTlsKey: string | undefined;
  readonly oidcScopes: string;
  /** Additional parameters of the authorization request; an empty value removes one of ours. */
  readonly oidcAuthorizationParams: ReadonlyMap<string, string>;
  /** A vendor's own logout URL, with `{client_id}` and `{return_to}`. */
  readonly oidcLogoutUrl: string | undefined;
  /** Whether the provider's logout receives the id_token as a hint, in a form that the browser posts. */
  readonly oidcLogoutHint: 'none' | 'form_post';
  readonly ssoCookie: string | undefined;
  readonly sessionStoreUrl: string;
  /** Secrets of the session cookie; the first one signs, every one verifies. */
  readonly sessionKeys: readonly string[];
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
  /** Claims of the person that `/auth/session` shows beside name and e-mail address. */
  readonly sessionClaims: readonly string[];
  /** Where `/` redirects to; without it the gateway serves a page of its own. */
  readonly homeUrl: URL | undefined;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly importMaxBytes: number;
  /** Origins from which documents may be read for a preview, in addition to the platform: its object storage. */
  readonly importOrigins: readonly string[];
  readonly metricsPort: number | undefined;
  /** A collector of traces and metrics, over OTLP/HTTP; the base URL that all signals share. */
  readonly otlpEndpoint: URL | undefined;
  /** Headers for the collector, as `name=value,name=value`. */
  readonly otlpHeaders: string | undefined;
  readonly otlpTraces: boolean;
  readonly otlpMetrics: boolean;
  readonly otlpMetricsIntervalMs: number;
  readonly logLevel: string;
  /** The share of successful requests, and of health checks, that are logged. */
  readonly logSuccessRatio: number;
  readonly logHealthRatio: number;
  /** The destination of audit lines: `stdout`, with the log, or a file. */
  readonly auditLog: string;
  /** Whether the caller's address and user agent are forwarded to the platform. */
  readonly platformCallerHeaders: boolean;
  /** A PEM file of certificate authorities that are trusted in addition to the public ones. */
  readonly caCertificates: string | undefined;
  /** The proxies for requests to the platform and the identity provider. */
  readonly httpsProxy: string | undefined;
  readonly httpProxy: string | undefined;
  readonly noProxy: string;
  /** Directory of a built frontend that is served beside the API. */
  readonly frontendDir: string | undefined;
  /** Processes that share the port. */
  readonly workers: number;
  /** Settings that are probably wrong but do not prevent a start. */
  readonly warnings: readonly string[];
  /** Every setting with its value and source; secrets are hidden. */
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
    this.oidcClientSecret = read.secret('OIDC_CLIENT_SECRET', text, undefined);
    this.oidcClientAuth = read.optional('OIDC_CLIENT_AUTH', oneOf('auto', ...CLIENT_AUTH_METHODS), 'auto');
    this.oidcClientKey = read.secret('OIDC_CLIENT_KEY', privateKey, undefined);
    this.oidcClientKeyId = read.optional('OIDC_CLIENT_KEY_ID', text, undefined);
    this.oidcClientKeyAudience = read.optional('OIDC_CLIENT_KEY_AUDIENCE', oneOf('issuer', 'token_endpoint'), 'issuer');
    this.oidcTlsCert = read.secret('OIDC_TLS_CERT', pem, undefined);
    this.oidcTlsKey = read.secret('OIDC_TLS_KEY', pem, undefined);
    this.oidcScopes = read.optional('OIDC_SCOPES', scopes, 'openid profile email offline_access');
    this.oidcAuthorizationParams = read.optional('OIDC_AUTHORIZATION_PARAMS', authorizationParams, new Map());
    this.oidcLogoutUrl = read.optional('OIDC_LOGOUT_URL', logoutUrl, undefined);
    this.oidcLogoutHint = read.optional('OIDC_LOGOUT_HINT', oneOf('none', 'form_post'), 'none');
    this.ssoCookie = read.optional('SSO_COOKIE', cookie, undefined);
    this.sessionStoreUrl = readStoreUrl(read);
    this.sessionKeys = read.requiredSecret('SESSION_KEYS', keys);
    this.sessionIdleSeconds = read.optional('SESSION_IDLE_SECONDS', positiveInteger, 3_600);
    this.sessionMaxSeconds = read.optional('SESSION_MAX_SECONDS', positiveInteger, 43_200);
    this.sessionClaims = read.optional('SESSION_CLAIMS', claimNames, []);
    this.homeUrl = read.optional('HOME_URL', pageUrl, undefined);
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
    this.frontendDir = read.optional('FRONTEND_DIR', text, undefined);
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

  /** Whether any secret is read from a file. */
  get hasSecretFiles(): boolean {
    return this.reports.some(({ name }) => name.endsWith('_FILE'));
  }

  /** Registers a callback for secrets that `reload` has changed. */
  onReload(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Reads the files of `NAME_FILE` settings again; secrets take their new values, everything else is unchanged.
   * @returns whether anything has changed
   * @throws ConfigError if a file cannot be used; the secrets are unchanged
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

/** What `reload` may change. Of the store's URL only the user name and password are updated, not the addresses. */
function pickSecrets(config: Config): Partial<Config> {
  const { oidcClientSecret, oidcClientKey, oidcTlsCert, oidcTlsKey, sessionKeys, sessionStoreUrl } = config;
  return { oidcClientSecret, oidcClientKey, oidcTlsCert, oidcTlsKey, sessionKeys, sessionStoreUrl };
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

/** Timeouts below this were probably meant as seconds. */
const SHORTEST_TIMEOUT_MS = 1_000;
const SHORTEST_IDLE_SECONDS = 60;
/** Browsers keep no cookie for longer (RFC 6265bis, section 5.5). */
const LONGEST_COOKIE_SECONDS = 400 * 86_400;
const SMALLEST_IMPORT_BYTES = 1_024;

/** Checks across several settings. Invalid settings are undefined here. */
function checkTogether(config: Config, read: SettingsReader): void {
  checkLimits(config, read);
  checkAddresses(config, read);
  checkClientCredentials(config, read);
  const { sessionStoreUrl, workers } = config;
  if (sessionStoreUrl === 'sqlite::memory:' && workers > 1)
    read.warn('WORKERS', 'is above 1 with SESSION_STORE_URL=sqlite::memory:, which each process has for itself');
}

/** Each client authentication method needs its credentials; `auto` needs those of one. */
function checkClientCredentials(config: Config, read: SettingsReader): void {
  const { oidcClientAuth: method, oidcClientSecret: secret, oidcClientKey: key, oidcTlsCert, oidcTlsKey } = config;
  const credentials = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_KEY', 'OIDC_TLS_CERT', 'OIDC_TLS_KEY'];
  if (method === undefined || credentials.some((name) => read.hasFault(name))) return;
  if ((oidcTlsCert === undefined) !== (oidcTlsKey === undefined))
    return read.fault(oidcTlsCert === undefined ? 'OIDC_TLS_CERT' : 'OIDC_TLS_KEY', 'is required with the other one');
  if (method === 'private_key_jwt' && key === undefined)
    return read.fault('OIDC_CLIENT_KEY', 'is required by OIDC_CLIENT_AUTH=private_key_jwt (or OIDC_CLIENT_KEY_FILE)');
  if (method === 'tls_client_auth' && oidcTlsCert === undefined)
    return read.fault('OIDC_TLS_CERT', 'and OIDC_TLS_KEY are required by OIDC_CLIENT_AUTH=tls_client_auth');
  const isNeeded = method.startsWith('client_secret') || (method === 'auto' && !key && !oidcTlsCert);
  if (isNeeded && secret === undefined) read.fault('OIDC_CLIENT_SECRET', 'is required (or OIDC_CLIENT_SECRET_FILE)');
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

/** `localhost` and `127.0.0.1` are different sites: a frontend on one never sends the cookies of the other. */
function checkLoopbackNames({ publicUrl, ...config }: Config, read: SettingsReader): void {
  const allowedOrigins: readonly string[] | undefined = config.allowedOrigins;
  for (const allowed of allowedOrigins ?? []) {
    const { hostname: name } = new URL(allowed);
    if (name !== publicUrl.hostname && isLoopback(name) && isLoopback(publicUrl.hostname))
      read.warn('ALLOWED_ORIGINS', `has ${allowed}, and PUBLIC_URL ${publicUrl.hostname}: two names share no cookies`);
  }
}

function checkAddresses(config: Config, read: SettingsReader): void {
  const { port: own, metricsPort, publicUrl, platformUrl, oidcIssuer } = config;
  if (metricsPort !== undefined && metricsPort === own && own !== 0)
    read.fault('METRICS_PORT', 'must differ from PORT: metrics are not for the outside');
  if (publicUrl === undefined) return;
  checkLoopbackNames(config, read);
  if (platformUrl?.origin === publicUrl.origin) read.fault('PLATFORM_URL', 'must not be the address of this gateway');
  if (oidcIssuer?.origin === publicUrl.origin && oidcIssuer.pathname === '/')
    read.fault('OIDC_ISSUER', 'must not be the address of this gateway');
  if (platformUrl?.protocol === 'http:' && !isLoopback(platformUrl.hostname))
    read.warn('PLATFORM_URL', 'is plain http: tokens cross the network unencrypted');
}
