import { Logger } from '@nestjs/common';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { type LogLine, takeLog } from '../../test/support/unit/log.js';
import { createKey, ISSUER, MemoryProvider } from '../../test/support/unit/memory.provider.js';
import { configOf } from '../../test/support/unit/settings.js';
import type { Config } from '../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { ProviderDiscovery } from './provider.discovery.js';

const DOCUMENT = '/.well-known/openid-configuration';
const UNAVAILABLE = { status: 503, code: 'identity_provider_unavailable' };
const key = await createKey('kid');

let provider: MemoryProvider;
let config: Config;
let metrics: Metrics;
let discovery: ProviderDiscovery;
let log: LogLine[];

function discoverWith(settings: Readonly<Record<string, string>> = {}): ProviderDiscovery {
  discovery?.onApplicationShutdown();
  config = configOf(settings);
  metrics = new Metrics();
  discovery = new ProviderDiscovery(config, provider.http, metrics);
  return discovery;
}

beforeEach(() => {
  useFakeClock({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  log = takeLog();
  provider = new MemoryProvider(key);
  discoverWith();
});
afterEach(() => {
  discovery.onApplicationShutdown();
  Logger.overrideLogger(true);
  vi.restoreAllMocks();
  useRealClock();
});

const away = (): void => void provider.answers.set(DOCUMENT, () => Promise.reject(new TypeError('fetch failed')));
const counted = (): Promise<Record<string, number>> => countsOf(metrics, 'gateway_identity_provider_calls_total');
const tries = (): number => provider.at(DOCUMENT).length;
/** Waits for the answers that are on their way, which no clock moves. */
const answered = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await answered();
};
const hints = (): unknown[] => log.filter(({ level }) => level === 'warn').map(({ fields }) => fields['hint']);
/** The configuration of openid-client reveals its authentication by a request. */
const authorizationOf = async (client: oidc.Configuration): Promise<string | null> => {
  await oidc.refreshTokenGrant(client, 'unknown').catch(() => undefined);
  return provider.at('/token').at(-1)?.headers.get('authorization') ?? null;
};
const basic = (secret: string): string => `Basic ${Buffer.from(`gateway:${secret}`).toString('base64')}`;

describe('discovering the provider', () => {
  it('is done once for all that ask, and remembered', async () => {
    expect(discovery.known).toBeUndefined();
    const [one, two] = await Promise.all([discovery.found(), discovery.found()]);
    expect(one).toBe(two);
    expect(discovery.known).toBe(one);
    expect(await discovery.found()).toBe(one);
    expect(tries()).toBe(1);
    expect(one).toMatchObject({ method: 'client_secret_basic', metadata: { issuer: ISSUER } });
    expect(await counted()).toEqual({ 'discovery ok': 1 });
    expect(log).toMatchObject([{ level: 'log', fields: { issuer: ISSUER, clientAuth: 'client_secret_basic' } }]);
  });

  it('uses the connections for metadata', async () => {
    await discovery.found();
    expect(provider.requests.map(({ purpose }) => purpose)).toEqual(['metadata']);
  });

  it('fails with a 503, a line in the log and its cause while the provider is away', async () => {
    away();
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
    expect(discovery.known).toBeUndefined();
    expect(await counted()).toEqual({ 'discovery failed': 1 });
    expect(log).toMatchObject([
      { level: 'error', fields: { issuer: ISSUER, reason: expect.stringContaining('fetch failed') } },
    ]);
  });

  it('is not tried by requests within half a second of a failure', async () => {
    await pass(10_000);
    away();
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
    await pass(499);
    await expect(discovery.found()).rejects.toMatchObject({ ...UNAVAILABLE, cause: expect.anything() });
    expect(tries()).toBe(1);
    await pass(1);
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
    expect(tries()).toBe(2);
  });

  it('is waited for by a request that comes while another one tries again', async () => {
    away();
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
    await pass(500);
    provider.answers.clear();
    const first = discovery.found();
    await expect(discovery.found()).resolves.toBe(await first);
  });

  it('is waited for by a request soon after a failure where it is tried again already', async () => {
    away();
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
    provider.answers.clear();
    discovery.onApplicationBootstrap();
    await expect(discovery.found()).resolves.toMatchObject({ metadata: { issuer: ISSUER } });
  });

  it('logs the same failure once, and another one again', async () => {
    away();
    for (let time = 0; time < 3; time++, await pass(500)) await discovery.found().catch(() => undefined);
    expect(log).toHaveLength(1);
    provider.answers.set(DOCUMENT, () => new Response(null, { status: 500 }));
    await discovery.found().catch(() => undefined);
    expect(log).toHaveLength(2);
    expect(log[1]?.fields).toMatchObject({ providerStatus: 500 });
  });

  it.each([
    ['of another issuer', { issuer: 'https://id.example/elsewhere' }],
    ['of a template for many tenants', { issuer: 'https://id.example/{tenantid}' }],
  ])('refuses metadata %s', async (_what, metadata) => {
    provider.metadata = metadata;
    await expect(discovery.found()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('refuses a template for many tenants even as the configured issuer', async () => {
    discoverWith({ OIDC_ISSUER: 'https://id.example/%7Btenantid%7D' });
    provider.metadata = { issuer: 'https://id.example/{tenantid}' };
    provider.answers.set('/%7Btenantid%7D/.well-known/openid-configuration', () =>
      Response.json({ issuer: 'https://id.example/{tenantid}' }),
    );
    await expect(discovery.found()).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: { message: expect.stringContaining('is a template for many tenants') },
    });
  });
});

describe('discovering the provider in the background', () => {
  it('begins at the start, and doubles its pauses up to a minute', async () => {
    away();
    discovery.onApplicationBootstrap();
    await answered();
    expect(tries()).toBe(1);
    let expected = 1;
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await pass(seconds * 1000 - 1);
      expect(tries()).toBe(expected);
      await pass(1);
      expect(tries()).toBe((expected += 1));
    }
  });

  it('ends when it has succeeded', async () => {
    away();
    discovery.onApplicationBootstrap();
    await answered();
    provider.answers.clear();
    await pass(1_000);
    expect(discovery.known).toBeDefined();
    await pass(600_000);
    expect(tries()).toBe(2);
  });

  it('keeps what a request has found meanwhile', async () => {
    away();
    discovery.onApplicationBootstrap();
    await answered();
    provider.answers.clear();
    await pass(600);
    const found = await discovery.found();
    const timers = vi.getTimerCount();
    await pass(400);
    expect(tries()).toBe(3);
    expect(await discovery.found()).toBe(found);
    // The pause is over, and the keys of the second one are not fetched again and again.
    expect(vi.getTimerCount()).toBe(timers - 1);
    expect(log.filter(({ level }) => level === 'log')).toHaveLength(1);
  });

  it('pauses no longer once the process ends', async () => {
    away();
    discovery.onApplicationBootstrap();
    await answered();
    discovery.onApplicationShutdown();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the process, without a word', async () => {
    away();
    discovery.onApplicationBootstrap();
    discovery.onApplicationShutdown();
    await pass(60_000);
    expect(tries()).toBe(1);
    expect(log).toEqual([]);
  });

  it('leaves no keys to be fetched after the end of the process', async () => {
    await (await discovery.found()).keys.signingKey(await provider.idToken(), 'provider');
    discovery.onApplicationShutdown();
    await pass(600_000);
    expect(provider.at('/keys')).toHaveLength(1);
  });
});

describe('the clients', () => {
  it('of sign-ins and of sessions have connections of their own, a time-out and the same credentials', async () => {
    const { signIns, sessions } = await discovery.found();
    expect(await authorizationOf(signIns)).toBe(basic('the+client+secret'));
    expect(await authorizationOf(sessions)).toBe(basic('the+client+secret'));
    expect(provider.at('/token').map(({ purpose }) => purpose)).toEqual(['sign-in', 'session']);
    expect([signIns.timeout, sessions.timeout]).toEqual([10, 10]);
  });

  it('pass id_tokens by openid-client, so that a bad one does not hide the refresh token', async () => {
    const { sessions } = await discovery.found();
    provider.answers.set('/token', () =>
      Response.json({ access_token: 'a', token_type: 'bearer', refresh_token: 'r', id_token: 'bad' }),
    );
    await expect(oidc.refreshTokenGrant(sessions, 'x')).resolves.toMatchObject({ refresh_token: 'r' });
  });

  it.each([
    ['tls_client_auth', true],
    ['client_secret_basic', false],
  ])('with %s use the endpoints for TLS certificates: %s', async (method, usesAliases) => {
    provider.metadata = { mtls_endpoint_aliases: { token_endpoint: 'https://id.example/tls/token' } };
    discoverWith({ OIDC_CLIENT_AUTH: method, ...(usesAliases && { OIDC_TLS_CERT: PEM, OIDC_TLS_KEY: PEM_KEY }) });
    await authorizationOf((await discovery.found()).sessions);
    expect(provider.at('/tls/token')).toHaveLength(usesAliases ? 1 : 0);
  });

  it('call plain http on this machine only', async () => {
    discoverWith({ OIDC_ISSUER: 'http://localhost:9000/', PUBLIC_URL: 'http://localhost:3000' });
    provider.metadata = { issuer: 'http://localhost:9000/', token_endpoint: 'http://localhost:9000/token' };
    expect(await authorizationOf((await discovery.found()).signIns)).toBeDefined();
    expect(provider.at('/token')).toHaveLength(1);
    discoverWith();
    provider.metadata = { token_endpoint: 'http://id.example/token' };
    await authorizationOf((await discovery.found()).signIns);
    expect(provider.at('/token')).toHaveLength(1);
  });
});

/** What `Config.reload` does when a secret file has changed. */
function reload(secret: string | undefined): void {
  Object.assign(config, { oidcClientSecret: secret });
  for (const listener of (config as unknown as { listeners: (() => void)[] }).listeners) listener();
}

describe('O7: new credentials', () => {
  it('are used from then on, with the metadata that were found', async () => {
    const { keys, metadata } = await discovery.found();
    reload('new');
    await answered();
    const found = await discovery.found();
    expect(await authorizationOf(found.signIns)).toBe(basic('new'));
    expect(found).toMatchObject({ keys, metadata });
    expect(tries()).toBe(1);
  });

  it('that no method can use leave the old ones in place, and are logged', async () => {
    const before = await discovery.found();
    reload(undefined);
    await answered();
    expect(await discovery.found()).toBe(before);
    expect(log.at(-1)).toMatchObject({
      level: 'error',
      fields: { reason: expect.stringContaining('NoClientAuthentication') },
    });
  });

  it('before the provider is found are those that it is found with', async () => {
    reload('new');
    await answered();
    expect(discovery.known).toBeUndefined();
    expect(log).toEqual([]);
    expect(await authorizationOf((await discovery.found()).signIns)).toBe(basic('new'));
  });
});

describe('the keys', () => {
  it('are fetched from the address in the metadata, and nowhere else', async () => {
    const { keys } = await discovery.found();
    await keys.signingKey(await provider.idToken(), 'provider');
    const [request, ...others] = provider.at('/keys');
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'GET', purpose: 'metadata' });
    expect(request?.headers.get('accept')).toBe('application/json, application/jwk-set+json');
    expect(request?.signal).toBeDefined();
    expect(await counted()).toEqual({ 'discovery ok': 1, 'keys ok': 1 });
  });

  it.each<[string, () => Response, string]>([
    ['an error', () => new Response('no', { status: 500 }), 'the key set was answered with HTTP 500'],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
      'the key set was answered with HTTP 302',
    ],
    ['no JSON', () => new Response('oops'), 'JSON'],
  ])('that are answered with %s are a failure', async (_what, answer, message) => {
    provider.answers.set('/keys', answer);
    const { keys } = await discovery.found();
    await expect(keys.signingKey(await provider.idToken(), 'provider')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: { message: expect.stringContaining(message) },
    });
    expect(await counted()).toEqual({ 'discovery ok': 1, 'keys failed': 1 });
  });

  it('say the status that they were answered with, and read no further', async () => {
    const cancel = vi.fn<() => void>();
    provider.answers.set('/keys', () => new Response(new ReadableStream({ cancel }), { status: 503 }));
    const { keys } = await discovery.found();
    await expect(keys.signingKey(await provider.idToken(), 'provider')).rejects.toMatchObject({
      cause: { message: 'the key set was answered with HTTP 503' },
    });
    expect(cancel).toHaveBeenCalled();
  });

  it('without an address are a failure that says so', async () => {
    provider.metadata = { jwks_uri: undefined };
    const { keys } = await discovery.found();
    await expect(keys.signingKey(await provider.idToken(), 'provider')).rejects.toMatchObject({
      cause: { message: 'the provider’s metadata name no jwks_uri' },
    });
  });
});

/** What is told of a provider with these metadata. */
const hintsFor = async (metadata: object, settings = {}): Promise<unknown[]> => {
  provider.metadata = { ...provider.metadata, ...metadata };
  await discoverWith(settings).found();
  return hints();
};

describe('O7: what will not work with the provider is told when it is found', () => {
  it('and nothing is told of one that suits', async () => {
    const metadata = {
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      id_token_signing_alg_values_supported: ['HS256', 'RS256', 'EdDSA'],
    };
    expect(await hintsFor(metadata, { SSO_COOKIE: 'sso' })).toEqual([]);
    expect(log.map(({ level }) => level)).toEqual(['log']);
  });

  it.each<[string, object, object, RegExp]>([
    [
      'scopes that it does not list',
      { scopes_supported: ['openid', 'email'] },
      {},
      /the scopes profile, offline_access:/,
    ],
    ['no logout', { end_session_endpoint: undefined }, {}, /no end_session_endpoint/],
    ['symmetric signatures', { id_token_signing_alg_values_supported: ['HS256'] }, {}, /symmetric algorithm only/],
    ['no signatures', { id_token_signing_alg_values_supported: ['none'] }, {}, /symmetric algorithm only/],
    [
      'EdDSA with SSO_COOKIE',
      { id_token_signing_alg_values_supported: ['EdDSA'] },
      { SSO_COOKIE: 'sso' },
      /SSO_COOKIE does not take/,
    ],
    ['signed request objects', { require_signed_request_object: true }, {}, /requires signed request objects/],
  ])('%s', async (_what, metadata, settings, hint) => {
    expect(await hintsFor(metadata, settings)).toEqual([expect.stringMatching(hint)]);
    expect(log.at(-1)?.fields).toMatchObject({ issuer: ISSUER });
  });

  it.each<[string, object, object]>([
    ['SSO_COOKIE where the provider lists no algorithms', {}, { SSO_COOKIE: 'sso' }],
    ['EdDSA without SSO_COOKIE', { id_token_signing_alg_values_supported: ['EdDSA'] }, {}],
    ['one asymmetric algorithm', { id_token_signing_alg_values_supported: ['RS256'] }, { SSO_COOKIE: 'sso' }],
    ['an algorithm that only looks symmetric', { id_token_signing_alg_values_supported: ['XHS256'] }, {}],
    ['request objects that need not be signed', { require_signed_request_object: false }, {}],
    [
      'a logout of the vendor’s own',
      { end_session_endpoint: undefined },
      { OIDC_LOGOUT_URL: 'https://id.example/bye' },
    ],
  ])('%s is nothing to tell', async (_what, metadata, settings) => {
    expect(await hintsFor(metadata, settings)).toEqual([]);
  });
});

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const PEM_KEY = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----';
