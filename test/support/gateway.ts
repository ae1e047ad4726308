import type { INestApplication } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import request from 'supertest';
import { createGateway } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';
import { type LogSink, LogWriter } from '../../src/observability/log.writer.js';
import { FakeIdentity } from './fake-identity.js';
import { FakePlatform } from './fake-platform.js';

/** The complete gateway on a port, with a configurable platform and identity provider. */
export interface TestGateway {
  readonly app: INestApplication;
  readonly url: string;
  readonly platform: FakePlatform;
  readonly identity: FakeIdentity;
  /** Signs a person in and returns the `Cookie` header of the session. */
  signIn(): Promise<string>;
  /** Closes all; connections that are idle close at once, as if their clients had gone. */
  close(): Promise<void>;
}

/** Starts it; `settings` override the defaults of tests, and `prepare` runs before the provider is discovered. */
export async function startGateway(
  settings: Record<string, string> = {},
  sink: LogSink = new LogWriter(1),
  prepare: (identity: FakeIdentity) => unknown = () => undefined,
): Promise<TestGateway> {
  const [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
  // Chosen after the others have bound their ports.
  const port = await freePort();
  await prepare(identity);
  const config = new Config({ ...settingsFor(port, platform, identity), ...settings });
  const app = await createGateway(config, sink);
  await app.listen(config.port, config.host);
  const url = config.publicUrl.origin;
  const close = async (): Promise<void> => {
    await closeAtOnce(app);
    await Promise.all([platform.close(), identity.close()]);
  };
  return { app, url, platform, identity, signIn: () => signIn(url), close };
}

/** Closes a gateway without the half second that it leaves to idle connections. */
async function closeAtOnce(app: INestApplication): Promise<void> {
  const server = app.getHttpServer() as Server;
  const closed = app.close();
  const sweep = setInterval(() => !server.listening && server.closeIdleConnections(), 10);
  await closed.finally(() => clearInterval(sweep));
}

/** The settings of a gateway that uses this platform and provider. */
export function settingsFor(port: number, platform: FakePlatform, identity: FakeIdentity): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PLATFORM_URL: platform.url,
    OIDC_ISSUER: identity.issuer,
    OIDC_CLIENT_ID: 'connect-gateway',
    OIDC_CLIENT_SECRET: 'a-client-secret',
    SESSION_STORE_URL: 'sqlite::memory:',
    SESSION_KEYS: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  };
}

/** Signs in as a browser does and returns the `Cookie` header of the new session. */
export async function signIn(url: string): Promise<string> {
  const login = await request(url).get('/auth/login').query({ returnTo: '/docs' }).expect(302);
  const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
  const callback = new URL(authorized.headers.get('location') ?? '');
  const attempt = cookiesOf(login).join('; ');
  const done = await request(url)
    .get(callback.pathname + callback.search)
    .set('Cookie', attempt)
    .expect(303);
  const session = cookiesOf(done).find((cookie) => /^(__Host-Http-)?session=./.test(cookie));
  if (session === undefined) throw new Error(`the sign-in failed: ${String(done.headers['location'])}`);
  return session;
}

/** The `name=value` pairs that a response sets. */
export function cookiesOf(response: request.Response): string[] {
  const headers = (response.headers['set-cookie'] ?? []) as unknown as string[];
  return headers.map((header) => header.split(';', 1)[0] ?? '');
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
