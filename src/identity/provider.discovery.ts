import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import * as oidc from 'openid-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { chooseMethod, clientAuthentication, type ClientAuthMethod } from './client.authentication.js';
import { KeySet, providerUnavailable } from './key-set.js';
import { describeFailure } from './provider.failure.js';
import { PROVIDER_TIMEOUT_MS, ProviderHttp } from './provider.http.js';
import { readTokenResponses } from './token.response.js';

/** Retry delay in the background: doubled from the first value to the last. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
const TIMEOUT_SECONDS = PROVIDER_TIMEOUT_MS / 1000;
/** After a failed attempt, requests fail for this long without another one. */
const PAUSE_MS = 500;

/** openid-client with the gateway's credentials. */
interface Client {
  readonly method: ClientAuthMethod;
  /** openid-client over the connection pool of sign-ins. */
  readonly signIns: oidc.Configuration;
  /** The same over the connection pool of existing sessions. */
  readonly sessions: oidc.Configuration;
}

/** A provider whose metadata is known. */
export interface FoundProvider extends Client {
  readonly metadata: oidc.ServerMetadata;
  readonly keys: KeySet;
}

/**
 * Discovers the provider (OpenID Connect Discovery 1.0) in the background, from startup until it succeeds: an unavailable
 * provider keeps neither the gateway from starting nor signed-in people from working, and a configuration error is logged
 * before the first person meets it.
 */
@Injectable()
export class ProviderDiscovery implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('IdentityProvider');
  private readonly ending = new AbortController();
  private provider: FoundProvider | undefined;
  private trying: Promise<FoundProvider> | undefined;
  private failure: { readonly at: number; readonly error: unknown } | undefined;
  private loggedReason: string | undefined;

  constructor(
    private readonly config: Config,
    private readonly http: ProviderHttp,
    private readonly metrics: Metrics,
  ) {
    config.onReload(() => void this.useNewCredentials());
  }

  onApplicationBootstrap(): void {
    void this.keepTrying();
  }

  onApplicationShutdown(): void {
    this.ending.abort();
    this.provider?.keys.close();
  }

  /** The provider if it has been discovered. */
  get known(): FoundProvider | undefined {
    return this.provider;
  }

  /** @throws Problem 503 `identity_provider_unavailable` */
  async found(): Promise<FoundProvider> {
    if (this.provider !== undefined) return this.provider;
    if (this.trying === undefined && this.failure !== undefined && performance.now() - this.failure.at < PAUSE_MS)
      throw providerUnavailable(this.failure.error);
    try {
      return await this.try();
    } catch (error) {
      throw providerUnavailable(error);
    }
  }

  private async keepTrying(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !this.ending.signal.aborted; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      const provider = await this.try().catch(() => undefined);
      if (provider !== undefined) return;
      await sleep(wait, undefined, { ref: false, signal: this.ending.signal }).catch(() => undefined);
    }
  }

  private try(): Promise<FoundProvider> {
    this.trying ??= this.discover()
      .then((provider) => this.onFound(provider))
      .catch((error: unknown) => this.onFailure(error))
      .finally(() => (this.trying = undefined));
    return this.trying;
  }

  private onFound(provider: FoundProvider): FoundProvider {
    if (this.provider !== undefined) {
      provider.keys.close();
      return this.provider;
    }
    this.provider = provider;
    this.metrics.providerCall('discovery', 'ok');
    const { issuer } = provider.metadata;
    this.logger.log({ issuer, clientAuth: provider.method }, 'the identity provider was found');
    for (const remark of remarksOn(provider.metadata, this.config))
      this.logger.warn({ issuer, hint: remark }, 'a setting may not suit the identity provider');
    return provider;
  }

  private onFailure(error: unknown): never {
    this.failure = { at: performance.now(), error };
    this.metrics.providerCall('discovery', 'failed');
    const facts = describeFailure(error);
    if (facts.reason !== this.loggedReason && !this.ending.signal.aborted)
      this.logger.error({ issuer: this.config.oidcIssuer.href, ...facts }, 'the identity provider was not found');
    this.loggedReason = facts.reason;
    throw error;
  }

  private async discover(): Promise<FoundProvider> {
    const { oidcIssuer, oidcClientId } = this.config;
    const options = {
      [oidc.customFetch]: this.http.fetchFor('metadata'),
      timeout: TIMEOUT_SECONDS,
      execute: this.leave,
    };
    const metadata = (await oidc.discovery(oidcIssuer, oidcClientId, undefined, oidc.None(), options)).serverMetadata();
    if (metadata.issuer.includes('{'))
      throw new Error(`the provider’s issuer ${metadata.issuer} is a template for many tenants`);
    const client = await this.createClient(metadata);
    return { ...client, metadata, keys: new KeySet(() => this.fetchKeys(metadata.jwks_uri)) };
  }

  /** The client with the current settings, over the connection pool of each purpose. */
  private async createClient(metadata: oidc.ServerMetadata): Promise<Client> {
    const method = chooseMethod(this.config, metadata);
    const authentication = await clientAuthentication(method, this.config, metadata);
    const clientMetadata = { use_mtls_endpoint_aliases: method === 'tls_client_auth' };
    const configure = (purpose: 'sign-in' | 'session'): oidc.Configuration => {
      const { oidcClientId } = this.config;
      const configuration = new oidc.Configuration(metadata, oidcClientId, clientMetadata, authentication);
      configuration[oidc.customFetch] = readTokenResponses(this.http.fetchFor(purpose));
      configuration.timeout = TIMEOUT_SECONDS;
      for (const extend of this.leave) extend(configuration);
      return configuration;
    };
    return { method, signIns: configure('sign-in'), sessions: configure('session') };
  }

  /** The discovered metadata stays valid; only the client credentials are replaced. */
  private async useNewCredentials(): Promise<void> {
    const { provider } = this;
    if (provider === undefined) return;
    try {
      this.provider = { ...provider, ...(await this.createClient(provider.metadata)) };
    } catch (error) {
      this.logger.error(describeFailure(error), 'the new credentials of the client cannot be used; the old ones stay');
    }
  }

  /** Plain http is for a provider on this machine only; the configuration enforces that. */
  private get leave(): ((configuration: oidc.Configuration) => void)[] {
    return this.config.oidcIssuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
  }

  private async fetchKeys(address: string | undefined): Promise<unknown> {
    if (address === undefined) throw new Error('the provider’s metadata name no jwks_uri');
    try {
      const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
      const headers = { accept: 'application/json, application/jwk-set+json' };
      const init = { method: 'GET', headers, redirect: 'manual', signal, body: undefined } as const;
      const response = await this.http.fetchFor('metadata')(address, init);
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`the key set was answered with HTTP ${response.status}`);
      }
      const keys: unknown = await response.json();
      this.metrics.providerCall('keys', 'ok');
      return keys;
    } catch (error) {
      this.metrics.providerCall('keys', 'failed');
      throw error;
    }
  }
}

/** What will not work with this provider as configured; each entry names the setting to change. */
function remarksOn(metadata: oidc.ServerMetadata, config: Config): string[] {
  const scopes = metadata.scopes_supported;
  const missing = config.oidcScopes.split(' ').filter((scope) => scopes?.includes(scope) === false);
  const algorithms = metadata.id_token_signing_alg_values_supported;
  const remarks: [applies: boolean, remark: string][] = [
    [
      missing.length > 0,
      `the provider’s metadata do not list the scopes ${missing.join(', ')}: if it refuses them, change OIDC_SCOPES`,
    ],
    [
      metadata.end_session_endpoint === undefined && config.oidcLogoutUrl === undefined,
      'the provider has no end_session_endpoint: a logout ends the session here alone; set OIDC_LOGOUT_URL if the vendor has a logout address',
    ],
    [
      algorithms?.some((algorithm) => /^(HS|none)/.test(algorithm)) === true && algorithms.length === 1,
      'the provider signs id_tokens with a symmetric algorithm only, which is not accepted',
    ],
    [
      config.ssoCookie !== undefined && algorithms?.every((algorithm) => algorithm.startsWith('Ed')) === true,
      'SSO_COOKIE does not take tokens signed by EdDSA, and the provider signs with nothing else',
    ],
    [
      metadata['require_signed_request_object'] === true,
      'the provider requires signed request objects, which the gateway does not make: switch that off for this client',
    ],
  ];
  return remarks.filter(([applies]) => applies).map(([, remark]) => remark);
}
