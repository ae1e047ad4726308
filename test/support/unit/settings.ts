import { Config } from '../../../src/config/config.js';

const SETTINGS = {
  PUBLIC_URL: 'https://connect.example',
  PLATFORM_URL: 'https://platform.example/api/connect/v1',
  OIDC_ISSUER: 'https://id.example/',
  OIDC_CLIENT_ID: 'gateway',
  OIDC_CLIENT_SECRET: 'the client secret',
  SESSION_KEYS: 'a session key of 32 and more characters',
};

/** The settings that a gateway requires, with secrets that must appear nowhere. */
export const REQUIRED = {
  ...SETTINGS,
  OIDC_CLIENT_SECRET: 'SENTINEL-client-secret',
  SESSION_KEYS: 'SENTINEL-0123456789abcdefghijklmnop',
};

/** The settings of a gateway, with these changed. */
export function configOf(settings: Readonly<Record<string, string>> = {}): Config {
  return new Config({ ...SETTINGS, ...settings });
}
