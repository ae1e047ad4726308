import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { monotonicFactory } from 'ulid';
import { bearerOf } from './http/bearer.js';
import { requestHandler } from './http/request.handler.js';
import { createClock, type Platform } from './platform.js';
import { ROUTES } from './platform.routes.js';
import { seed } from './seed/seed.js';
import { openDatabase } from './store/database.js';
import { Store } from './store/store.js';

const API_PREFIX = '/api/connect/v1';

/** Options of the sandbox's platform. */
export interface PlatformOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** A SQLite file, or `:memory:`. */
  readonly database: string;
  /** The OpenID provider whose id_tokens are bearer tokens. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  /** Public base URL of the API, used in references between schemas; by default the server's own. */
  readonly publicUrl?: string;
}

/** A running platform. */
export interface RunningPlatform {
  /** Base URL of the API. */
  readonly url: string;
  /** Closes every connection and the database; its content is available again at the next start. */
  readonly close: () => Promise<void>;
}

/** Starts a stand-in for the Connect API. An empty database is filled with examples first. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const database = openDatabase(options.database);
  const server = createServer();
  try {
    // The port is part of the platform's URLs, so listening comes first.
    const url = (await listen(server, options)) + API_PREFIX;
    const platform: Platform = {
      store: new Store(database),
      now: createClock(),
      newId: monotonicFactory(),
      ownUrl: url,
      publicUrl: options.publicUrl ?? url,
    };
    platform.store.transaction(() => seed(platform));
    server.on('request', requestHandler(platform, API_PREFIX, ROUTES, bearerOf(options)));
    return { url, close: () => close(server, database) };
  } catch (error) {
    server.close();
    database.close();
    throw error;
  }
}

async function listen(server: Server, { host, port }: PlatformOptions): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server, database: DatabaseSync): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  database.close();
}
