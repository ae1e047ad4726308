import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { REQUIRED } from '../../test/support/unit/settings.js';
import type { Config } from './config.js';
import { ConfigError } from './settings-reader.js';
import { loadConfig } from './settings.loader.js';

const directory = mkdtempSync(join(tmpdir(), 'wrong-configurations-'));
const secret = (name: string): string => join(directory, name);
mkdirSync(secret('directory'));
writeFileSync(secret('empty'), '\n');
writeFileSync(secret('good'), 'SENTINEL-from-a-file\n');
afterAll(() => rmSync(directory, { recursive: true }));

type Settings = Record<string, string | undefined>;

/** Invalid settings and the expected messages. */
const REFUSED: [Settings, string][] = [
  // Names.
  [{ TRUSTED_PROXYS: '10.0.0.0/8' }, 'TRUSTED_PROXYS is not a setting; did you mean TRUSTED_PROXIES?'],
  [{ SESSION_STORE: 'redis://redis' }, 'SESSION_STORE is not a setting; did you mean SESSION_STORE_URL?'],
  [{ OIDC_SECRET: 'SENTINEL' }, 'OIDC_SECRET is not a setting; did you mean OIDC_CLIENT_SECRET?'],
  [{ SESSION_KEY: 'SENTINEL' }, 'SESSION_KEY is not a setting; did you mean SESSION_KEYS?'],
  [{ ALLOWED_ORIGIN: 'https://a.example' }, 'ALLOWED_ORIGIN is not a setting; did you mean ALLOWED_ORIGINS?'],
  [{ session_store_url: 'redis://redis' }, 'session_store_url is not a setting; did you mean SESSION_STORE_URL?'],
  [
    { PLATFORM_URL_FILE: secret('good') },
    'PLATFORM_URL_FILE is not a setting: only secrets are read from files of their own',
  ],
  // Required ones.
  [{ PUBLIC_URL: undefined }, 'PUBLIC_URL is required'],
  [{ OIDC_CLIENT_SECRET: undefined }, 'OIDC_CLIENT_SECRET is required (or OIDC_CLIENT_SECRET_FILE)'],
  // Secrets in files.
  [
    { OIDC_CLIENT_SECRET: undefined, OIDC_CLIENT_SECRET_FILE: '/nowhere/secret' },
    'OIDC_CLIENT_SECRET_FILE names /nowhere/secret, which cannot be read (ENOENT)',
  ],
  [
    { SESSION_KEYS: undefined, SESSION_KEYS_FILE: secret('directory') },
    `SESSION_KEYS_FILE names ${secret('directory')}, which cannot be read (EISDIR)`,
  ],
  [
    { SESSION_KEYS: undefined, SESSION_KEYS_FILE: secret('empty') },
    `SESSION_KEYS_FILE names ${secret('empty')}, which is empty`,
  ],
  [
    { OIDC_CLIENT_SECRET_FILE: secret('good') },
    'OIDC_CLIENT_SECRET is set, and so is OIDC_CLIENT_SECRET_FILE: remove one of them',
  ],
  // URLs.
  [{ PUBLIC_URL: 'https://*.corp.example' }, 'PUBLIC_URL must be one exact origin, without a wildcard'],
  [{ PUBLIC_URL: 'http://connect.example' }, 'PUBLIC_URL must use https'],
  [
    { PUBLIC_URL: 'https://corp.example/connect' },
    'PUBLIC_URL must be an origin without a path, such as https://connect.example: a path prefix is not supported',
  ],
  [{ PUBLIC_URL: '"https://connect.example"' }, 'PUBLIC_URL must not be in quotes: they are part of the value here'],
  [{ PLATFORM_URL: 'platform.example/api' }, 'PLATFORM_URL must be an http or https URL'],
  [{ PLATFORM_URL: 'https://me:SENTINEL@platform.example' }, 'PLATFORM_URL must not carry a user name or a password'],
  [{ PLATFORM_URL: 'https://platform.example/?v=1' }, 'PLATFORM_URL must not have a query or a fragment'],
  [{ PLATFORM_URL: 'https://connect.example/api' }, 'PLATFORM_URL must not be the address of this gateway'],
  [{ OIDC_ISSUER: 'http://id.example' }, 'OIDC_ISSUER must use https'],
  [
    { OIDC_ISSUER: 'https://id.example/.well-known/openid-configuration' },
    'OIDC_ISSUER must be the issuer alone: leave out /.well-known/openid-configuration',
  ],
  [{ OIDC_ISSUER: 'https://connect.example' }, 'OIDC_ISSUER must not be the address of this gateway'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/v1/traces' },
    'OTEL_EXPORTER_OTLP_ENDPOINT must be the base URL for all signals: leave out /v1/traces',
  ],
  [{ HTTPS_PROXY: 'proxy.example:3128' }, 'HTTPS_PROXY must be the URL of a proxy, such as http://proxy.example:3128'],
  // Lists.
  [
    { ALLOWED_ORIGINS: 'https://*.corp.example' },
    'ALLOWED_ORIGINS must list exact origins: a wildcard cannot be combined with cookies',
  ],
  [{ ALLOWED_ORIGINS: 'https://a.example/path' }, 'ALLOWED_ORIGINS must be an origin without a path'],
  [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES must not trust every address'],
  [{ TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES must list addresses or CIDR ranges, such as 10.0.0.0/8'],
  // The store.
  [
    { SESSION_STORE_URL: 'redis://:SENTINEL@word@redis:6379' },
    'SESSION_STORE_URL must have its user name and password percent-encoded (@ is %40',
  ],
  [
    { SESSION_STORE_URL: 'redis://:SENTINEL/word@redis:6379' },
    'SESSION_STORE_URL must have its user name and password percent-encoded (@ is %40',
  ],
  [{ SESSION_STORE_URL: 'sqlite://data/sessions.db' }, 'SESSION_STORE_URL must have the path right after the colon'],
  [{ SESSION_STORE_URL: 'postgres://db' }, 'SESSION_STORE_URL must be sqlite:path, or redis://'],
  [{ SESSION_STORE_PASSWORD: 'SENTINEL' }, 'SESSION_STORE_PASSWORD is for Redis, but SESSION_STORE_URL is not'],
  [
    { SESSION_STORE_URL: 'redis://:SENTINEL@redis', SESSION_STORE_PASSWORD: 'SENTINEL' },
    'SESSION_STORE_PASSWORD is set, and SESSION_STORE_URL carries a password too: remove one of them',
  ],
  // Keys, cookies, scopes.
  [{ SESSION_KEYS: 'SENTINEL-short' }, 'SESSION_KEYS must have at least 32 bytes in each key'],
  [{ SESSION_KEYS: 'a'.repeat(40) }, 'SESSION_KEYS must be random, such as the output of: openssl rand -base64 32'],
  [{ SSO_COOKIE: 'session' }, 'SSO_COOKIE must not be the name of a cookie of the gateway itself'],
  [{ SSO_COOKIE: '__Host-Http-session' }, 'SSO_COOKIE must not be the name of a cookie of the gateway itself'],
  [{ SSO_COOKIE: 'sso token' }, 'SSO_COOKIE must be the name of a cookie'],
  [{ OIDC_SCOPES: 'profile email' }, 'OIDC_SCOPES must contain openid: without it no one can be signed in'],
  [{ OIDC_SCOPES: 'openid,profile' }, 'OIDC_SCOPES must be separated by spaces, not commas'],
  // Numbers and enumerations.
  [{ PORT: '70000' }, 'PORT must be a port number from 0 to 65535'],
  [{ PORT: '3000', METRICS_PORT: '3000' }, 'METRICS_PORT must differ from PORT: metrics are not for the outside'],
  [{ HOST: 'http://0.0.0.0' }, 'HOST must be an address or a host name without scheme, port or path'],
  [{ PLATFORM_TIMEOUT_MS: '30s' }, 'PLATFORM_TIMEOUT_MS must be a whole number from 1 to 2147483647, without a unit'],
  [{ SESSION_MAX_SECONDS: '60' }, 'SESSION_MAX_SECONDS must not be shorter than SESSION_IDLE_SECONDS'],
  [{ IMPORT_MAX_BYTES: '20 parsecs' }, 'IMPORT_MAX_BYTES must be a number of bytes, such as 20971520 or 20MiB'],
  [{ LOG_LEVEL: 'INFO' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
  [{ LOG_SUCCESS_RATIO: '10' }, 'LOG_SUCCESS_RATIO must be a number from 0 to 1, such as 0.1'],
  [{ PLATFORM_CALLER_HEADERS: 'maybe' }, 'PLATFORM_CALLER_HEADERS must be true or false'],
  [{ PLATFORM_TOKEN: 'token' }, 'PLATFORM_TOKEN must be one of id_token, access_token'],
  [{ OIDC_CLIENT_ID: 'gate\nway' }, 'OIDC_CLIENT_ID must be a single line without control characters'],
];

/** Questionable settings that are accepted, and the expected warnings. */
const REMARKED: [Settings, string][] = [
  [{ SESSION_STORE_URL: 'sqlite::memory:', WORKERS: '2' }, 'WORKERS is above 1 with SESSION_STORE_URL=sqlite::memory:'],
  [
    { PLATFORM_TIMEOUT_MS: '30' },
    'PLATFORM_TIMEOUT_MS is below a second; it is in milliseconds, 30000 for half a minute',
  ],
  [{ PLATFORM_URL: 'http://platform.example' }, 'PLATFORM_URL is plain http: tokens cross the network unencrypted'],
  [{ SESSION_IDLE_SECONDS: '30' }, 'SESSION_IDLE_SECONDS is below a minute: people will be signed out while they read'],
  [{ SESSION_MAX_SECONDS: '99999999' }, 'SESSION_MAX_SECONDS is longer than the 400 days a browser keeps a cookie'],
  [{ IMPORT_MAX_BYTES: '20' }, 'IMPORT_MAX_BYTES is below 1 KiB: no document is that small'],
  [{ NODE_ENV: 'production' }, 'SESSION_STORE_URL is not set: sessions are kept in SQLite on this machine'],
  [
    { PUBLIC_URL: 'http://127.0.0.1:3000', ALLOWED_ORIGINS: 'http://localhost:5173' },
    'ALLOWED_ORIGINS has http://localhost:5173, and PUBLIC_URL 127.0.0.1: two names share no cookies',
  ],
  [{ SESSION_COLOUR: 'green' }, 'SESSION_COLOUR is not a setting of the gateway and has no effect'],
];

function load(settings: Settings): Config {
  return loadConfig({ ...REQUIRED, ...settings }, directory);
}

function faultsOf(settings: Settings): readonly string[] {
  try {
    load(settings);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('SENTINEL');
    return error.faults;
  }
}

describe('O4, O7: a wrong configuration', () => {
  it.each(REFUSED)('%j is rejected: %s', (settings, sentence) => {
    const faults = faultsOf(settings);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(sentence);
  });

  it.each(REMARKED)('%j starts with a warning: %s', (settings, sentence) => {
    const { warnings } = load(settings);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(sentence);
  });

  it('in a file is rejected with the file name, even if the setting resembles no known one', () => {
    writeFileSync(join(directory, 'staging.json'), '{"TRUSTED_PROXYS": [], "COLOUR_OF_THE_SKY": "blue"}');
    expect(faultsOf({ NODE_ENV: 'staging' })).toEqual([
      `TRUSTED_PROXYS in ${join(directory, 'staging.json')} is not a setting; did you mean TRUSTED_PROXIES?`,
      `COLOUR_OF_THE_SKY in ${join(directory, 'staging.json')} is not a setting`,
    ]);
  });
});

describe('O7: unrelated environment variables', () => {
  it('cause no errors or warnings', () => {
    const others = {
      PATH: '/bin',
      HOME: '/root',
      HOSTNAME: 'pod-1',
      POSTGRES_URL: 'postgres://db',
      FTP_PROXY: 'http://proxy.example',
      OTEL_SERVICE_NAME: 'gateway',
      PLATFORM_SERVICE_HOST: '10.0.0.1',
      PLATFORM_PORT: 'tcp://10.0.0.1:80',
      SESSION_PORT_80_TCP_ADDR: '10.0.0.1',
      NODE_OPTIONS: '--max-old-space-size=1024',
    };
    expect(load(others).warnings).toEqual([]);
  });
});
