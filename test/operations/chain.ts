import type { INestApplication } from '@nestjs/common';
import { startIdentity } from '../../sandbox/identity/identity.server.js';
import { startPlatform } from '../../sandbox/platform/platform.server.js';
import { createGateway } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';
import { LogWriter } from '../../src/observability/log.writer.js';
import { freePort } from '../support/gateway.js';
import { signIn } from '../support/sign-in.js';

const CLIENT = { clientId: 'connect-gateway', clientSecret: 'a-client-secret' };
const HERE = { host: '127.0.0.1', database: ':memory:' };

/** The gateway between the sandbox's platform and identity provider, without test doubles. */
export interface Chain {
  readonly url: string;
  readonly platformUrl: string;
  /** Signs the demo person in and gives the `Cookie` header of the session. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

/** Starts all three. */
export async function startChain(settings: Record<string, string> = {}): Promise<Chain> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const identity = await startIdentity({
    ...HERE,
    ...CLIENT,
    port: 0,
    redirectUris: [`${url}/auth/callback`],
    postLogoutRedirectUris: [`${url}/`],
  });
  const { issuer, jwksUri } = identity;
  const platform = await startPlatform({ ...HERE, port: 0, issuer, audience: CLIENT.clientId, jwksUri });
  const app = await startGateway(port, platform.url, issuer, settings);
  const close = async (): Promise<void> => {
    await app.close();
    await Promise.all([platform.close(), identity.close()]);
  };
  return { url, platformUrl: platform.url, signIn: () => cookieOf(url), close };
}

async function startGateway(
  port: number,
  platformUrl: string,
  issuer: string,
  settings: Record<string, string>,
): Promise<INestApplication> {
  const config = new Config({
    HOST: HERE.host,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PLATFORM_URL: platformUrl,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    SESSION_STORE_URL: 'sqlite::memory:',
    SESSION_KEYS: 'a key of the chain that is long enough',
    LOG_LEVEL: 'silent',
    ...settings,
  });
  const app = await createGateway(config, new LogWriter(1));
  return app.listen(config.port, config.host).then(() => app);
}

async function cookieOf(url: string): Promise<string> {
  const { callbackUrl, cookies } = await signIn(`${url}/auth/login?returnTo=/docs`);
  await cookies.fetch(callbackUrl);
  return `session=${cookies.get('session', url)}`;
}
