import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, SettingsReader, type Settings } from './settings-reader.js';
import {
  bytes,
  cidrs,
  keys,
  oneOf,
  origin,
  origins,
  port,
  positiveInteger,
  secureUrl,
  storeUrl,
  text,
  url,
} from './parsers.js';

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
  /** A collector of traces, over OTLP/HTTP; the base URL that all signals share. */
  readonly otlpEndpoint: URL | undefined;
  readonly logLevel: string;
  /** Processes that share the port. */
  readonly workers: number;

  constructor(settings: Settings) {
    const read = new SettingsReader(settings);
    this.host = read.optional('HOST', text, '0.0.0.0');
    this.port = read.optional('PORT', port, 3000);
    this.publicUrl = read.required('PUBLIC_URL', origin);
    this.platformUrl = read.required('PLATFORM_URL', url);
    this.platformToken = read.optional('PLATFORM_TOKEN', oneOf('id_token', 'access_token'), 'id_token');
    this.platformTimeoutMs = read.optional('PLATFORM_TIMEOUT_MS', positiveInteger, 30_000);
    this.oidcIssuer = read.required('OIDC_ISSUER', secureUrl);
    this.oidcClientId = read.required('OIDC_CLIENT_ID', text);
    this.oidcClientSecret = read.required('OIDC_CLIENT_SECRET', text);
    this.oidcScopes = read.optional('OIDC_SCOPES', text, 'openid profile email offline_access');
    this.ssoCookie = read.optional('SSO_COOKIE', text, undefined);
    this.sessionStoreUrl = read.optional('SESSION_STORE_URL', storeUrl, 'sqlite:data/sessions.db');
    this.sessionKeys = read.required('SESSION_KEYS', keys);
    this.sessionIdleSeconds = read.optional('SESSION_IDLE_SECONDS', positiveInteger, 3_600);
    this.sessionMaxSeconds = read.optional('SESSION_MAX_SECONDS', positiveInteger, 43_200);
    this.allowedOrigins = read.optional('ALLOWED_ORIGINS', origins, []);
    this.trustedProxies = read.optional('TRUSTED_PROXIES', cidrs, []);
    this.importMaxBytes = read.optional('IMPORT_MAX_BYTES', bytes, IMPORT_MAX_BYTES);
    this.importOrigins = read.optional('IMPORT_ORIGINS', origins, []);
    this.metricsPort = read.optional('METRICS_PORT', port, undefined);
    this.otlpEndpoint = read.optional('OTEL_EXPORTER_OTLP_ENDPOINT', url, undefined);
    this.logLevel = read.optional(
      'LOG_LEVEL',
      oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
      'info',
    );
    this.workers = read.optional('WORKERS', positiveInteger, 1);
    if (this.sessionMaxSeconds < this.sessionIdleSeconds)
      read.fault('SESSION_MAX_SECONDS', 'must not be shorter than SESSION_IDLE_SECONDS');
    read.throwIfFaulty();
  }

  /** The session cookie is `Secure` and carries the `__Host-` prefix; false only on plain http over loopback. */
  get secure(): boolean {
    return this.publicUrl.protocol === 'https:';
  }
}

/**
 * Reads the settings: `config/default.json`, then `config/<NODE_ENV>.json`, then the environment, each winning over the
 * one before.
 * @throws ConfigError with every fault at once; it never holds a value that was set.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, directory = 'config'): Config {
  const files = ['default', env['NODE_ENV']].filter((name) => name !== undefined);
  const settings: Settings = {};
  for (const name of files) Object.assign(settings, readSettingsFile(join(directory, `${name}.json`)));
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') settings[name] = value;
  return new Config(settings);
}

function readSettingsFile(file: string): Settings {
  if (!existsSync(file)) return {};
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (content !== null && typeof content === 'object' && !Array.isArray(content)) return content as Settings;
  } catch {
    // The message of the parser may quote a secret; the file's name is enough.
  }
  throw new ConfigError([`${file}: must be a JSON object of settings`]);
}
