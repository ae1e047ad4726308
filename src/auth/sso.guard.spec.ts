import type { JWTPayload } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { contextOf, requestFor } from '../../test/support/unit/exchange.js';
import { createKey, ISSUER } from '../../test/support/unit/memory.provider.js';
import { Problem } from '../http/problem.js';
import type { AuthenticatedRequest } from './caller.js';
import { isFresh, SsoGuard } from './sso.guard.js';
import { type SsoCaller, SsoStrategy, ssoTokenOf } from './sso.strategy.js';

const key = await createKey('kid');
const AMBIGUOUS = { status: 401, code: 'ambiguous_cookie' };
let room: AuthRoom;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_780_000_000_000, toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key, { SSO_COOKIE: 'company' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
  vi.useRealTimers();
});

const withCookie = (cookie: string): AuthenticatedRequest => requestFor('/api', { headers: { cookie } });

/** The caller that the guard makes of a token. */
async function callerOf(token: string): Promise<SsoCaller | undefined> {
  const req = withCookie(`company=${token}`);
  expect(await room.sso.canActivate(contextOf(req))).toBe(true);
  return req.caller as SsoCaller | undefined;
}
const callerWith = async (claims: JWTPayload): Promise<SsoCaller | undefined> =>
  callerOf(await room.memory.idToken(claims));
/** A token with this header, signed as an id_token is. */
async function withHeader(header: object): Promise<string> {
  const [, claims, signature] = (await room.memory.idToken()).split('.');
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), claims, signature].join('.');
}

describe('a caller whom the company’s sign-on has signed in', () => {
  it('is known by the id_token in its cookie', async () => {
    const token = await room.memory.idToken();
    const caller = await callerOf(token);
    expect(caller).toMatchObject({ subject: 'ann', token, claims: { sub: 'ann', iss: ISSUER } });
    expect(await caller?.freshToken({ requestId: 'r', span: undefined })).toBe(token);
    expect(await caller?.renew('', { requestId: 'r', span: undefined })).toBeUndefined();
  });

  it('is verified once, and known until the token ends', async () => {
    const token = await room.memory.idToken();
    const first = await callerOf(token);
    const found = vi.spyOn(room.discovery, 'found');
    expect(await callerOf(token)).toBe(first);
    expect(found).not.toHaveBeenCalled();
  });

  it('is not known any more when five seconds of the token are left', async () => {
    const token = await room.memory.idToken();
    const { exp = 0 } = (await callerOf(token))?.claims ?? {};
    vi.setSystemTime(exp * 1000 - 5_001);
    expect(await callerOf(token)).toBeDefined();
    vi.setSystemTime(exp * 1000 - 5_000);
    expect(await callerOf(token)).toBeUndefined();
  });

  it('cannot use the token after its end, however long the call has waited', async () => {
    const caller = (await callerWith({})) ?? expect.unreachable();
    vi.setSystemTime(caller.claims.exp * 1000 - 1);
    expect(caller.freshToken({ requestId: 'r', span: undefined })).toBe(caller.token);
    vi.setSystemTime(caller.claims.exp * 1000);
    expect(() => caller.freshToken({ requestId: 'r', span: undefined })).toThrow(
      expect.objectContaining({ status: 401, code: 'reauthentication_required' }),
    );
  });

  it.each([
    [{ aud: ['gateway'] }],
    [{ aud: ['gateway', 'another'], azp: 'gateway' }],
    [{ azp: 'gateway' }],
    [{ nbf: 1_780_000_029 }],
  ])('may have a token for %o', async (claims) => {
    expect(await callerWith(claims)).toBeDefined();
  });
});

describe('S14: a token that is not good', () => {
  it.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://evil.example/' }],
    ['for another client', { aud: 'another' }],
    ['for several clients, of which another one is its party', { aud: ['gateway', 'another'], azp: 'another' }],
    ['for several clients without a party', { aud: ['gateway', 'another'] }],
    ['for another party', { azp: 'another' }],
    ['without a person', { sub: '' }],
    ['that is a logout token', { events: {} }],
    ['that is an access token', { typ: 'Bearer' }],
    ['that ended', { exp: 1_780_000_000 - 31 }],
    ['without an end', { exp: undefined }],
  ])('%s makes no caller, and refuses nobody', async (_what, claims) => {
    expect(await callerWith(claims)).toBeUndefined();
  });

  it.each([[''], ['text'], ['a.b.c']])('such as %o makes no caller', async (token) => {
    expect(await callerOf(token)).toBeUndefined();
  });

  it('signed by another key makes no caller', async () => {
    expect(await callerOf(await room.memory.idToken({}, await createKey('kid')))).toBeUndefined();
  });

  it.each([
    [{ alg: 'ES256', kid: 'kid', crit: ['b64'] }],
    [{ alg: 'none', kid: 'kid' }],
    [{ alg: 'HS256', kid: 'kid' }],
    [{ alg: 'EdDSA', kid: 'kid' }],
    [{ alg: 'ES256', kid: 'kid', typ: 'at+jwt' }],
  ])('with the header %o asks for no key', async (header) => {
    const found = vi.spyOn(room.discovery, 'found');
    expect(await callerOf(await withHeader(header))).toBeUndefined();
    expect(found).not.toHaveBeenCalled();
  });

  it('is a stranger’s: it may cause one fetch of the keys, not many', async () => {
    await callerWith({});
    vi.setSystemTime(Date.now() + 1);
    for (let time = 0; time < 3; time++) await callerOf(await room.memory.idToken({}, await createKey('unknown')));
    expect(room.memory.at('/keys')).toHaveLength(1);
  });

  it('is not remembered, so that a good one after it is verified', async () => {
    room.memory.keys = [];
    const token = await room.memory.idToken();
    expect(await callerOf(token)).toBeUndefined();
    room.memory.keys = [key.jwk];
    vi.advanceTimersByTime(30_001);
    expect(await callerOf(token)).toBeDefined();
  });
});

/** A caller whose token ends in so many seconds. */
const callerFor = (seconds: number) => ({ claims: { sub: 'ann', exp: Date.now() / 1000 + seconds } }) as SsoCaller;

describe('the guard', () => {
  it('is a 503 while the keys cannot be fetched', async () => {
    room.memory.answers.set('/keys', () => Promise.reject(new Error('away')));
    for (let time = 0; time < 2; time++)
      await expect(callerWith({})).rejects.toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
    // A stranger's token does not cause one fetch after the other.
    expect(room.memory.at('/keys')).toHaveLength(1);
  });

  it('leaves a request without the cookie, and a gateway without the setting, alone', async () => {
    const req = withCookie('other=1');
    expect(await room.sso.canActivate(contextOf(req))).toBe(true);
    expect(req.caller).toBeUndefined();
    const token = await room.memory.idToken();
    const without = new SsoGuard(Object.assign(room.config, { ssoCookie: undefined }));
    const other = withCookie(`company=${token}`);
    expect(await without.canActivate(contextOf(other))).toBe(true);
    expect(other.caller).toBeUndefined();
  });

  it('S18: refuses two cookies of the name', async () => {
    await expect(room.sso.canActivate(contextOf(withCookie('company=a; company=b')))).rejects.toMatchObject(AMBIGUOUS);
    expect(() => ssoTokenOf(withCookie('company=a; company=b'), 'company')).toThrow(expect.objectContaining(AMBIGUOUS));
    expect(ssoTokenOf(withCookie('company=a; company=b'), undefined)).toBeUndefined();
    expect(ssoTokenOf(withCookie('company='), 'company')).toBeUndefined();
  });

  it('passes on an error and a problem, and makes nobody of a refusal', () => {
    const problem = new Problem('identity_provider_unavailable');
    expect(() => room.sso.handleRequest(new Error('a fault'), undefined, undefined)).toThrow('a fault');
    expect(() => room.sso.handleRequest(null, false, problem)).toThrow(problem);
    expect(room.sso.handleRequest(null, false, new Error('No auth token'))).toBeUndefined();
    expect(room.sso.handleRequest(undefined, 'caller', undefined)).toBe('caller');
  });

  it('takes a token with more than five seconds for fresh', () => {
    expect(isFresh(callerFor(5.001))).toBe(true);
    expect(isFresh(callerFor(5))).toBe(false);
  });
});

describe('the strategy', () => {
  it('believes no claims before the provider is known', async () => {
    const strategy = new SsoStrategy(room.config, room.discovery);
    const claims = { iss: ISSUER, sub: 'ann', aud: 'gateway', exp: 1_790_000_000 };
    const req = withCookie('company=token');
    expect(strategy.validate(req, claims)).toBe(false);
    await room.discovery.found();
    expect(strategy.validate(req, claims)).toMatchObject({ subject: 'ann', token: 'token' });
    expect(strategy.validate(withCookie(''), claims)).toBe(false);
    expect(strategy.validate(req, { ...claims, exp: '1' as unknown as number })).toBe(false);
  });
});
