import { existsSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { IdentityOptions } from './identity/identity.server.js';
import type { Memory } from './memory.js';
import { LOOPBACK } from './ports.js';

/** The gateway's settings that the sandbox itself needs. */
export interface GatewaySettings {
  readonly HOST: string;
  readonly PORT: string;
  readonly PUBLIC_URL: string;
  readonly OIDC_CLIENT_ID: string;
  readonly OIDC_CLIENT_SECRET: string;
  readonly SESSION_STORE_URL: string;
  readonly SESSION_KEYS: string;
}

/** The gateway's settings for local use; the environment takes precedence, except for a port left open. */
export function gatewaySettings(
  port: number,
  data: string,
  memory: Memory,
  caller: NodeJS.ProcessEnv,
): GatewaySettings {
  return {
    HOST: caller['HOST'] ?? LOOPBACK,
    PORT: String(port),
    PUBLIC_URL: caller['PUBLIC_URL'] ?? `http://${LOOPBACK}:${port}`,
    OIDC_CLIENT_ID: caller['OIDC_CLIENT_ID'] ?? 'connect-gateway',
    OIDC_CLIENT_SECRET: caller['OIDC_CLIENT_SECRET'] ?? memory.clientSecret,
    SESSION_STORE_URL: caller['SESSION_STORE_URL'] ?? `sqlite:${join(data, 'sessions.db')}`,
    SESSION_KEYS: caller['SESSION_KEYS'] ?? memory.sessionKeys,
  };
}

/** The console as the gateway's page, if it is built and no other page is configured. */
export function frontend(root: string, caller: NodeJS.ProcessEnv): { readonly FRONTEND_DIR?: string } {
  const directory = join(root, 'console', 'dist');
  const isOther = caller['FRONTEND_DIR'] !== undefined || caller['HOME_URL'] !== undefined;
  return isOther || !existsSync(join(directory, 'index.html')) ? {} : { FRONTEND_DIR: directory };
}

/** The local address of the gateway's readiness check. */
export function localUrl({ HOST, PORT }: GatewaySettings): string {
  const isOneAddress = isIPv4(HOST) && HOST !== '0.0.0.0';
  return `http://${isOneAddress ? HOST : LOOPBACK}:${PORT}`;
}

/** The provider, with the gateway as its one client. */
export function identityOptions(settings: GatewaySettings, data: string, memory: Memory): IdentityOptions {
  const gateway = new URL(settings.PUBLIC_URL).origin;
  return {
    host: LOOPBACK,
    port: memory.identityPort,
    database: join(data, 'identity.db'),
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: settings.OIDC_CLIENT_SECRET,
    redirectUris: [`${gateway}/auth/callback`],
    postLogoutRedirectUris: [`${gateway}/`],
    backchannelLogoutUri: `${gateway}/auth/backchannel-logout`,
  };
}
