import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { Provider } from 'oidc-provider';
import { configuration, SIGN_IN_PATH } from './identity.configuration.js';
import { openDatabase, sweep } from './identity.database.js';
import { loadKeys } from './identity.keys.js';
import type { IdentityOptions } from './identity.options.js';
import { pageHeaders } from './page-headers.js';
import { SignIn } from './sign-in.js';

export type { IdentityOptions } from './identity.options.js';

const SWEEP_MS = 10 * 60_000;

/** A running identity provider. */
export interface Identity {
  readonly issuer: string;
  readonly jwksUri: string;
  /** Closes every connection and the database; its content is available again at the next start. */
  close(): Promise<void>;
}

/** Starts an OpenID provider for one first-party client: code flow with PKCE, rotating refresh tokens, both logouts. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const database = openDatabase(options.database);
  const server = createServer();
  try {
    const keys = await loadKeys(database);
    // The issuer contains the port, so listening comes first; the port is unknown outside until this function returns.
    const issuer = await listen(server, options);
    const provider = new Provider(issuer, configuration(options, keys, database));
    server.on('request', requestListener(provider, options));
    const timer = setInterval(() => sweep(database), SWEEP_MS).unref();
    return { issuer, jwksUri: `${issuer}/jwks`, close: () => close(server, database, timer) };
  } catch (error) {
    server.close();
    database.close();
    throw error;
  }
}

function requestListener(provider: Provider, options: IdentityOptions): RequestListener {
  provider.on('server_error', (_ctx, error) => console.error('identity:', error));
  provider.on('backchannel.error', (_ctx, { message }) => console.error('identity: back-channel logout:', message));
  const answer = provider.callback();
  const signIn = new SignIn(provider);
  const setHeaders = pageHeaders([...options.redirectUris, ...options.postLogoutRedirectUris]);
  return (request, response) => {
    setHeaders(response);
    const target = request.url ?? '/';
    void (target.startsWith(SIGN_IN_PATH) ? signIn.answer(request, response) : answer(request, response));
  };
}

async function listen(server: Server, { host, port }: IdentityOptions): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server, database: DatabaseSync, timer: NodeJS.Timeout): Promise<void> {
  clearInterval(timer);
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  database.close();
}
