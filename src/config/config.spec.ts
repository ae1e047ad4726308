import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { REQUIRED } from '../../test/support/unit/settings.js';
import { Config } from './config.js';
import { loadConfig } from './settings.loader.js';
import { ConfigError } from './settings-reader.js';

const directory = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(directory, { recursive: true }));

function faultsOf(settings: Record<string, unknown>): string {
  try {
    void new Config(settings);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

describe('O4: the configuration', () => {
  it('has the documented defaults', () => {
    expect(new Config(REQUIRED)).toMatchObject({
      host: '0.0.0.0',
      port: 3000,
      platformToken: 'id_token',
      platformTimeoutMs: 30_000,
      oidcScopes: 'openid profile email offline_access',
      sessionStoreUrl: 'sqlite:data/sessions.db',
      sessionIdleSeconds: 3600,
      sessionMaxSeconds: 43_200,
      allowedOrigins: [],
      trustedProxies: [],
      importMaxBytes: 20 * 1024 * 1024,
      logLevel: 'info',
      workers: 1,
      secure: true,
    });
  });

  it('reports all errors at once', () => {
    const faults = faultsOf({});
    for (const name of Object.keys(REQUIRED)) expect(faults).toContain(`${name} is required`);
  });

  it.each([
    ['PUBLIC_URL', 'not a url'],
    ['PUBLIC_URL', 'http://connect.example'],
    ['PUBLIC_URL', 'https://connect.example/path'],
    ['PLATFORM_URL', 'ftp://platform.example'],
    ['PLATFORM_URL', 'https://user:SENTINEL-password@platform.example'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:SENTINEL-password@collector:4318'],
    ['PLATFORM_TIMEOUT_MS', '2147483648'],
    ['OIDC_ISSUER', 'http://id.example'],
    ['PLATFORM_TOKEN', 'token'],
    ['PORT', '70000'],
    ['PORT', 'three'],
    ['PLATFORM_TIMEOUT_MS', '0'],
    ['PLATFORM_TIMEOUT_MS', '1e3'],
    ['IMPORT_MAX_BYTES', '20 parsecs'],
    ['SESSION_KEYS', 'SENTINEL-short'],
    ['SESSION_KEYS', 'a'.repeat(40)],
    ['SESSION_KEYS', `${REQUIRED.SESSION_KEYS},${REQUIRED.SESSION_KEYS}`],
    ['SESSION_STORE_URL', 'mysql://x'],
    ['SESSION_IDLE_SECONDS', '-1'],
    ['SESSION_MAX_SECONDS', '60'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'https://app.example/path'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '0.0.0.0/1,128.0.0.0/1'],
    ['TRUSTED_PROXIES', '128.0.0.0/1,64.0.0.0/2,10.0.0.0/8,0.0.0.0/2,2001:db8::/32'],
    ['TRUSTED_PROXIES', '::/1,8000::/1'],
    ['TRUSTED_PROXIES', '10.0.0.0/99'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['LOG_LEVEL', 'loud'],
  ])('rejects %s=%s by name, and prints no secret', (name, value) => {
    const faults = faultsOf({ ...REQUIRED, [name]: value });
    expect(faults).toContain(name);
    expect(faults).not.toContain('SENTINEL');
  });

  it('returns a list of errors for any invalid environment, and never throws anything else', () => {
    const names = Object.keys(REQUIRED).concat(
      'PORT',
      'ALLOWED_ORIGINS',
      'TRUSTED_PROXIES',
      'SESSION_STORE_URL',
      'IMPORT_MAX_BYTES',
    );
    const settings = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()), fc.object()),
    );
    fc.assert(
      fc.property(settings, (broken) => typeof faultsOf({ ...REQUIRED, ...broken }) === 'string'),
      { numRuns: 500 },
    );
  });

  it('reads files under config/, which the environment overrides', () => {
    writeFileSync(join(directory, 'default.json'), JSON.stringify({ ...REQUIRED, PORT: 4000, LOG_LEVEL: 'warn' }));
    writeFileSync(
      join(directory, 'staging.json'),
      JSON.stringify({ LOG_LEVEL: 'debug', ALLOWED_ORIGINS: ['https://a.example', 'https://b.example'] }),
    );
    const config = loadConfig({ NODE_ENV: 'staging', PORT: '5000' }, directory);
    expect(config).toMatchObject({
      port: 5000,
      logLevel: 'debug',
      allowedOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  it('names an unreadable file without quoting its content', () => {
    writeFileSync(join(directory, 'default.json'), '{"SESSION_KEYS": "SENTINEL');
    expect(() => loadConfig({}, directory)).toThrow(/default\.json: must be a JSON object of settings/);
    expect(() => loadConfig({}, directory)).not.toThrow(/SENTINEL/);
  });
});
