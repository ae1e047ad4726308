import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFakeClock, useRealClock } from '../../test/support/unit/clock.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { type LogLine, takeLog } from '../../test/support/unit/log.js';
import { createKey, ISSUER, MemoryProvider } from '../../test/support/unit/memory.provider.js';
import { configOf } from '../../test/support/unit/settings.js';
import type { Span } from '../http/tracing.js';
import { Metrics } from '../observability/metrics.js';
import { IdentityProvider } from './identity-provider.js';
import type { LoginAttempt } from './login-attempt.js';
import { ProviderDiscovery } from './provider.discovery.js';
import type { TokenSet } from './token.response.js';

const DOCUMENT = '/.well-known/openid-configuration';
const BROWSER = { requestId: 'request-1', ip: '192.0.2.1' };
const ORIGIN = { requestId: 'request-1', span: undefined };
const ATTEMPT: LoginAttempt = {
  state: 'the-state',
  nonce: 'the-nonce',
  codeVerifier: 'v'.repeat(43),
  returnTo: undefined,
  maxAge: undefined,
  startedAt: 0,
};
const UNAVAILABLE = { status: 503, code: 'identity_provider_unavailable' };
const BUSY = { status: 503, code: 'sign_ins_busy', extras: { retryAfterSeconds: 5 } };
const key = await createKey('kid');

let memory: MemoryProvider;
let metrics: Metrics;
let discovery: ProviderDiscovery;
let provider: IdentityProvider;
let log: LogLine[];

function createProvider(settings: Readonly<Record<string, string>> = {}): IdentityProvider {
  discovery?.onApplicationShutdown();
  const config = configOf({ OIDC_SCOPES: 'openid email', ...settings });
  metrics = new Metrics();
  discovery = new ProviderDiscovery(config, memory.http, metrics);
  provider = new IdentityProvider(config, discovery, metrics);
  return provider;
}

beforeEach(() => {
  useFakeClock({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  log = takeLog();
  memory = new MemoryProvider(key);
  createProvider();
});
afterEach(() => {
  discovery.onApplicationShutdown();
  Logger.overrideLogger(true);
  vi.restoreAllMocks();
  useRealClock();
});

const answered = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const counted = async (): Promise<Record<string, number>> => {
  const {
    'discovery ok': _ok,
    'discovery failed': _failed,
    ...calls
  } = await countsOf(metrics, 'gateway_identity_provider_calls_total');
  return calls;
};
const refuse = (path: string, error: string): void =>
  void memory.answers.set(path, () => Response.json({ error }, { status: 400 }));
const fail = (path: string): void =>
  void memory.answers.set(path, () => Promise.reject(new TypeError('fetch failed', { cause: new Error('away') })));
/** Leaves calls without an answer until the returned function is called. */
function hold(path: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  memory.answers.set(path, async () => {
    await promise;
    return Response.json({ error: 'invalid_grant' }, { status: 400 });
  });
  return resolve;
}
/** A sign-in up to its tokens. */
async function signIn(): Promise<TokenSet> {
  const url = await provider.authorizationUrl(ATTEMPT, {}, BROWSER);
  return provider.exchange(memory.authorize(url), ATTEMPT, BROWSER);
}
/** Spans that record how they were ended. */
function spanOf(): { span: Span; ends: unknown[]; call: ReturnType<typeof vi.fn<Span['call']>> } {
  const ends: unknown[] = [];
  const end = (...args: unknown[]): void => void ends.push(args);
  const call = vi.fn<Span['call']>(() => ({ end }) as unknown as Span);
  return { span: { call } as unknown as Span, ends, call };
}

describe('S17: the URL of a sign-in', () => {
  it('asks for a code with state, nonce and challenge, and comes back to the gateway', async () => {
    const url = await provider.authorizationUrl(ATTEMPT, { login_hint: 'ann' }, BROWSER);
    expect(url.origin + url.pathname).toBe('https://id.example/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'gateway',
      response_type: 'code',
      redirect_uri: 'https://connect.example/auth/callback',
      scope: 'openid email',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: 'the-state',
      nonce: 'the-nonce',
      login_hint: 'ann',
    });
    expect(await counted()).toEqual({});
  });

  it('I2: cannot be given other values by a frontend or the operator for what the gateway makes', async () => {
    const wishes = { state: 'theirs', redirect_uri: 'https://evil.example/', scope: 'all' };
    const { searchParams } = await provider.authorizationUrl(ATTEMPT, wishes as object, BROWSER);
    expect(searchParams.getAll('state')).toEqual(['the-state']);
    expect(searchParams.getAll('redirect_uri')).toEqual(['https://connect.example/auth/callback']);
    expect(searchParams.getAll('scope')).toEqual(['openid email']);
  });

  it('I2: has its parameters pushed beforehand where the provider requires that', async () => {
    memory.metadata = { require_pushed_authorization_requests: true };
    const { searchParams } = await provider.authorizationUrl(ATTEMPT, {}, BROWSER);
    expect(Object.fromEntries(searchParams)).toEqual({ client_id: 'gateway', request_uri: 'urn:pushed' });
    expect(memory.at('/par')).toMatchObject([{ purpose: 'sign-in' }]);
    expect(memory.at('/par')[0]?.form.get('state')).toBe('the-state');
    expect(await counted()).toEqual({ 'pushed_request ok': 1 });
  });

  it('is a failure while the provider is away', async () => {
    fail(DOCUMENT);
    await expect(provider.authorizationUrl(ATTEMPT, {}, BROWSER)).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('the exchange of a code', () => {
  it('gives the tokens, and sends the code with its verifier', async () => {
    const tokens = await signIn();
    expect(tokens).toEqual({
      idToken: expect.stringMatching(/^ey/),
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      accessTokenExpiresAt: Date.now() + 600_000,
    });
    expect(memory.at('/token')).toMatchObject([{ purpose: 'sign-in' }]);
    expect(await counted()).toEqual({ 'code ok': 1 });
  });

  it('refuses a callback of another state', async () => {
    const query = memory.authorize(await provider.authorizationUrl(ATTEMPT, {}, BROWSER));
    await expect(provider.exchange(query, { ...ATTEMPT, state: 'another' }, BROWSER)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"state" response parameter') },
    });
    expect(memory.at('/token')).toEqual([]);
    expect(await counted()).toEqual({ 'code failed': 1 });
  });

  it('refuses a callback of another issuer', async () => {
    const query = memory.authorize(await provider.authorizationUrl(ATTEMPT, {}, BROWSER));
    await expect(provider.exchange(`${query}&iss=https://evil.example`, ATTEMPT, BROWSER)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"iss" (issuer) response parameter') },
    });
    expect(memory.at('/token')).toEqual([]);
  });

  it('passes on that the provider refuses the code', async () => {
    await discovery.found();
    await expect(provider.exchange('?code=unknown&state=the-state', ATTEMPT, BROWSER)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await counted()).toEqual({ 'code refused': 1 });
  });

  it('passes on the error of a callback', async () => {
    const query = '?error=access_denied&state=the-state';
    await expect(provider.exchange(query, ATTEMPT, BROWSER)).rejects.toMatchObject({ error: 'access_denied' });
    expect(await counted()).toEqual({ 'code refused': 1 });
  });

  it('is a 503 where the provider does not answer', async () => {
    fail('/token');
    await expect(provider.exchange('?code=c&state=the-state', ATTEMPT, BROWSER)).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: new TypeError('fetch failed'),
    });
    expect(await counted()).toEqual({ 'code unavailable': 1 });
  });

  it('is a 503 where the provider does not answer in time', async () => {
    memory.answers.set('/token', () => Promise.reject(new DOMException('late', 'TimeoutError')));
    await expect(provider.exchange('?code=c&state=the-state', ATTEMPT, BROWSER)).rejects.toMatchObject(UNAVAILABLE);
    expect(await counted()).toEqual({ 'code unavailable': 1 });
  });

  it('is a failure where the answer is no token answer', async () => {
    memory.answers.set('/token', () => new Response('oops'));
    await expect(provider.exchange('?code=c&state=the-state', ATTEMPT, BROWSER)).rejects.toMatchObject({
      name: 'ClientError',
    });
    expect(await counted()).toEqual({ 'code failed': 1 });
  });

  it('is a failure where there is a fault of another kind', async () => {
    memory.answers.set('/token', () => Promise.reject(new TypeError('a fault here')));
    await expect(provider.exchange('?code=c&state=the-state', ATTEMPT, BROWSER)).rejects.toThrow('a fault here');
    expect(await counted()).toEqual({ 'code failed': 1 });
  });
});

/** A callback from an address, with a code that the provider does not know; gives its error. */
const exchange = (ip: string | undefined, code = 'unknown'): Promise<unknown> =>
  provider.exchange(`?code=${code}&state=the-state`, ATTEMPT, { requestId: 'r', ip }).catch((error: unknown) => error);

describe('the turns of sign-ins', () => {
  it('are 32 at a time, and the next is that of an address with fewer', async () => {
    const open: (() => void)[] = [];
    memory.answers.set('/token', async () => {
      await new Promise<void>((resolve) => open.push(resolve));
      return Response.json({ error: 'invalid_grant' }, { status: 400 });
    });
    await discovery.found();
    const first = Array.from({ length: 40 }, () => exchange('192.0.2.1'));
    const other = exchange('192.0.2.2', 'of-another');
    await answered();
    expect(memory.at('/token')).toHaveLength(32);
    open[0]?.();
    await answered();
    expect(memory.at('/token')).toHaveLength(33);
    expect(memory.at('/token').at(-1)?.form.get('code')).toBe('of-another');
    for (let at = 1; at < 41; at++) {
      open[at]?.();
      await answered();
    }
    await Promise.all([...first, other]);
  });

  it('are at most 128 of one address, and of those without one together', async () => {
    const release = hold('/token');
    await discovery.found();
    for (const ip of ['192.0.2.1', undefined]) {
      const calls = Array.from({ length: 128 }, () => exchange(ip));
      await answered();
      expect(await exchange(ip)).toMatchObject(BUSY);
      void calls;
    }
    const another = exchange('192.0.2.2');
    await answered();
    release();
    expect(await another).not.toMatchObject(BUSY);
  });

  it('are waited for for ten seconds, and given back when they come later', async () => {
    const release = hold('/token');
    await discovery.found();
    const running = Array.from({ length: 32 }, () => exchange('192.0.2.1'));
    const late = exchange('192.0.2.2');
    await answered();
    let isOver = false;
    void late.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await late).toMatchObject(BUSY);
    release();
    await Promise.all(running);
    await answered();
    const { turns } = provider as unknown as { turns: { inside: number; outside: number } };
    expect([turns.inside, turns.outside]).toEqual([0, 0]);
    expect(await counted()).toEqual({ 'code refused': 32 });
  });
});

describe('the userinfo endpoint', () => {
  it('gives more claims', async () => {
    expect(await provider.userInfo(await signIn(), 'ann', BROWSER)).toMatchObject({ sub: 'ann', name: 'Ann' });
    expect(memory.at('/userinfo')).toMatchObject([{ purpose: 'sign-in' }]);
    expect(await counted()).toMatchObject({ 'userinfo ok': 1 });
  });

  it('is not called where there is none', async () => {
    memory.metadata = { userinfo_endpoint: undefined };
    expect(await provider.userInfo(await signIn(), 'ann', BROWSER)).toBeUndefined();
    expect(log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    const tokens = await signIn();
    const timers = vi.getTimerCount();
    await provider.userInfo(tokens, 'ann', BROWSER);
    expect(vi.getTimerCount()).toBe(timers);
  });

  it('that speaks of another person says nothing, and that is logged', async () => {
    expect(await provider.userInfo(await signIn(), 'ben', BROWSER)).toBeUndefined();
    expect(log.at(-1)).toMatchObject({
      level: 'warn',
      fields: { requestId: 'request-1', reason: expect.stringContaining('sub') },
    });
  });

  it('is waited for for three seconds', async () => {
    const tokens = await signIn();
    hold('/userinfo');
    const asking = provider.userInfo(tokens, 'ann', BROWSER);
    await answered();
    let isOver = false;
    void asking.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asking).toBeUndefined();
    expect(log.at(-1)?.fields).toMatchObject({ reason: 'Error: no answer within 3000 ms' });
    expect(await counted()).toMatchObject({ 'userinfo failed': 1 });
  });

  it('that is away says nothing', async () => {
    const tokens = await signIn();
    fail('/userinfo');
    expect(await provider.userInfo(tokens, 'ann', BROWSER)).toBeUndefined();
    expect(await counted()).toMatchObject({ 'userinfo unavailable': 1 });
  });
});

describe('S4: a refresh', () => {
  it('brings new tokens over the connections of sessions', async () => {
    const { refreshToken = '' } = await signIn();
    const { span, ends, call } = spanOf();
    const answer = await provider.refresh(refreshToken, { requestId: 'r', span });
    expect(answer).toMatchObject({ outcome: 'tokens', tokens: { refreshToken: expect.any(String) } });
    expect(memory.at('/token').at(-1)).toMatchObject({ purpose: 'session' });
    expect(await counted()).toEqual({ 'code ok': 1, 'refresh ok': 1 });
    expect(call).toHaveBeenCalledWith('refresh token', { 'http.request.method': 'POST' });
    expect(ends).toEqual([[{}]]);
  });

  it('is over for good when the provider says invalid_grant, and that is logged', async () => {
    const { span, ends } = spanOf();
    expect(await provider.refresh('used', { requestId: 'request-1', span })).toEqual({ outcome: 'over' });
    expect(ends).toEqual([[{}, 'invalid_grant']]);
    expect(await counted()).toEqual({ 'refresh refused': 1 });
    expect(log.at(-1)).toMatchObject({
      level: 'warn',
      fields: { requestId: 'request-1', oauthError: 'invalid_grant', providerStatus: 400 },
    });
  });

  it.each<[string, () => void, string]>([
    ['another OAuth error', () => refuse('/token', 'invalid_client'), 'refused'],
    ['no answer', () => fail('/token'), 'unavailable'],
    ['an answer that is none', () => void memory.answers.set('/token', () => new Response('oops')), 'failed'],
  ])('is to be tried again after %s', async (_what, act, outcome) => {
    act();
    const { span, ends } = spanOf();
    expect(await provider.refresh('token', { requestId: 'r', span })).toEqual({
      outcome: 'unavailable',
      cause: expect.any(Error),
    });
    expect(ends).toEqual([[{}, 'identity_provider_unavailable']]);
    expect(await counted()).toEqual({ [`refresh ${outcome}`]: 1 });
  });

  it('without a trace is the same', async () => {
    expect(await provider.refresh('used', ORIGIN)).toEqual({ outcome: 'over' });
    const { refreshToken = '' } = await signIn();
    expect(await provider.refresh(refreshToken, ORIGIN)).toMatchObject({ outcome: 'tokens' });
  });

  it('is to be tried again while the provider has not been found', async () => {
    fail(DOCUMENT);
    expect(await provider.refresh('token', ORIGIN)).toMatchObject({ outcome: 'unavailable', cause: UNAVAILABLE });
    expect(await counted()).toEqual({ 'refresh unavailable': 1 });
  });
});

describe('revoking a refresh token', () => {
  it('tells the provider what it is', async () => {
    await provider.revoke('the token');
    const [request] = memory.at('/revoke');
    expect(Object.fromEntries(request?.form ?? [])).toMatchObject({
      token: 'the token',
      token_type_hint: 'refresh_token',
    });
    expect(request?.purpose).toBe('session');
    expect(await counted()).toEqual({ 'revocation ok': 1 });
  });

  it('is nothing to a provider without that endpoint', async () => {
    memory.metadata = { revocation_endpoint: undefined };
    await provider.revoke('the token');
    expect(await counted()).toEqual({});
  });

  it('that fails is logged, and nothing more', async () => {
    fail('/revoke');
    await provider.revoke('the token');
    expect(await counted()).toEqual({ 'revocation unavailable': 1 });
    expect(log.at(-1)).toMatchObject({ level: 'warn', fields: { reason: expect.stringContaining('away') } });
  });
});

describe('I6: where a browser signs out at the provider', () => {
  it('is the endpoint in its metadata, with the way back and without a token', async () => {
    const url = await provider.logoutUrl('sealed');
    expect(url?.origin).toBe(new URL(ISSUER).origin);
    expect(url?.pathname).toBe('/logout');
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      client_id: 'gateway',
      post_logout_redirect_uri: 'https://connect.example/',
      state: 'sealed',
    });
  });

  it('is the vendor’s own URL, with its two values', async () => {
    const template = 'https://id.example/bye?client={client_id}&to={return_to}&odd={other}';
    const own = createProvider({ OIDC_LOGOUT_URL: template.replace('&odd={other}', '') });
    expect((await own.logoutUrl('sealed'))?.href).toBe(
      'https://id.example/bye?client=gateway&to=https%3A%2F%2Fconnect.example%2F',
    );
    expect(memory.requests).toEqual([]);
  });

  it('is nowhere where the provider has no such endpoint', async () => {
    memory.metadata = { end_session_endpoint: undefined };
    expect(await provider.logoutUrl('sealed')).toBeUndefined();
  });

  it('is nowhere while the provider is away', async () => {
    fail(DOCUMENT);
    expect(await provider.logoutUrl('sealed')).toBeUndefined();
  });

  it('is nowhere when the provider is not found within a second', async () => {
    memory.answers.set(DOCUMENT, () => new Promise(() => undefined));
    const asking = provider.logoutUrl('sealed');
    let isOver = false;
    void asking.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asking).toBeUndefined();
  });

  it('is known at once when the provider was found before', async () => {
    await discovery.found();
    fail(DOCUMENT);
    expect(await provider.logoutUrl('sealed')).toBeDefined();
  });
});
