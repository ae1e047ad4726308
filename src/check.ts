import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { ConfigError } from './config/settings-reader.js';
import { loadConfig } from './config/settings.loader.js';
import { createEgress, trustCertificates } from './http/egress.js';
import { describeError } from './http/problem.js';
import { IdentityModule } from './identity/identity.module.js';
import { IdentityProvider } from './identity/identity-provider.js';
import { describeFailure } from './identity/provider.failure.js';
import { AuditLog } from './observability/audit.log.js';
import { Metrics } from './observability/metrics.js';
import { Store } from './store/store.js';
import { StoreModule } from './store/store.module.js';

const TIMEOUT_MS = 5_000;
const NAME_WIDTH = 18;

/** The result of one check: what was found, or the error. */
interface Finding {
  readonly isGood: boolean;
  readonly text: string;
}

/**
 * `gateway check`: reads the configuration and tries the session store, the identity provider and the platform.
 * @returns the exit code: 0 if all checks pass
 */
export async function check(options: readonly string[], print: (line: string) => void): Promise<number> {
  const unknown = options.filter((option) => option !== '--print');
  if (unknown.length > 0) {
    print(`Unknown option ${unknown.join(' ')}. Usage: gateway check [--print]`);
    return 2;
  }
  const config = configure(print);
  if (config === undefined) return 1;
  if (options.includes('--print')) for (const line of describe(config)) print(line);
  const failed = await tryEverything(config, print);
  return failed ? 1 : 0;
}

function configure(print: (line: string) => void): Config | undefined {
  try {
    const config = loadConfig();
    for (const warning of config.warnings) print(`Warning: ${warning}`);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(error.message);
    return undefined;
  }
}

function describe({ reports }: Config): string[] {
  const width = Math.max(...reports.map(({ name }) => name.length));
  return reports.map(({ name, value, source }) => `${name.padEnd(width)}  ${value ?? '-'}  (${source})`);
}

async function tryEverything(config: Config, print: (line: string) => void): Promise<boolean> {
  let failed = false;
  const report = (name: string, { isGood, text }: Finding): void => {
    failed ||= !isGood;
    print(`${name.padEnd(NAME_WIDTH)} ${isGood ? 'ok      ' : 'FAILED  '} ${text}`);
  };
  report('Configuration', { isGood: true, text: `${config.warnings.length} warnings` });
  try {
    trustCertificates(config);
    const app = await NestFactory.createApplicationContext(modulesFor(config), { logger: false, abortOnError: false });
    report('Session store', await attempt(() => tryStore(app.get(Store))));
    report('Identity provider', await attempt(() => tryProvider(app.get(IdentityProvider))));
    report('Platform', await attempt(() => tryPlatform(config)));
    await app.close();
  } catch (error) {
    report('Session store', { isGood: false, text: describeError(error).reason });
  }
  return failed;
}

function modulesFor(config: Config): object {
  // Without metrics and logs: the ports and files belong to the running gateway.
  const audit = new AuditLog(config.oidcIssuer.href, { write: () => undefined, dropped: 0 });
  @Global()
  @Module({ providers: [Metrics, { provide: AuditLog, useValue: audit }], exports: [Metrics, AuditLog] })
  class UnobservedModule {}
  @Module({ imports: [ConfigModule.of(config), UnobservedModule, StoreModule, IdentityModule] })
  class CheckModule {}
  return CheckModule;
}

async function attempt(work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    return { isGood: false, text: describeError(error).reason };
  }
}

async function tryStore(store: Store): Promise<Finding> {
  await store.ping();
  const isWritten = await store.rememberOnce(`check:${randomUUID()}`, TIMEOUT_MS);
  return { isGood: isWritten, text: isWritten ? 'answers and takes writes' : 'answers but keeps nothing' };
}

/** A refresh token that no provider has issued: `invalid_grant` shows that the client itself was accepted. */
async function tryProvider(provider: IdentityProvider): Promise<Finding> {
  const answer = await provider.refresh(`check-${randomUUID()}`, { requestId: 'check', span: undefined });
  switch (answer.outcome) {
    case 'tokens':
      return { isGood: false, text: 'answers, but accepts a refresh token that it has not issued' };
    case 'over':
      return { isGood: true, text: 'answers and accepts the client' };
    default:
      return { isGood: false, text: explain(answer.cause) };
  }
}

/** The provider's own error code (RFC 6749, section 5.2), and the setting to check. */
function explain(cause: unknown): string {
  const { reason, oauthError, expectedIssuer, receivedIssuer, hint } = describeFailure(cause);
  const what = oauthError === undefined ? reason : `answers ${oauthError} to the client's credentials`;
  const issuers = receivedIssuer === undefined ? '' : `; OIDC_ISSUER is ${expectedIssuer}, it says ${receivedIssuer}`;
  return `${what}${issuers}${hint === undefined ? '' : `; ${hint}`}`;
}

/** Without a token the platform must reject the call; its response shows whether it is the platform. */
async function tryPlatform(config: Config): Promise<Finding> {
  const { href } = config.platformUrl;
  const url = `${href.replace(/\/$/, '')}/categories`;
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, connect: { timeout: TIMEOUT_MS } };
  const dispatcher = createEgress(config, timeouts);
  const { statusCode, body } = await request(url, { dispatcher });
  await body.dump();
  await dispatcher.close();
  if (statusCode === 200 || statusCode === 401 || statusCode === 403)
    return { isGood: true, text: `answers ${statusCode} without a token` };
  return {
    isGood: false,
    text: `answers ${statusCode} at /categories: is PLATFORM_URL the base URL of the Connect API?`,
  };
}
