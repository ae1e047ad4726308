import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKey, ISSUER } from '../../test/support/unit/memory.provider.js';
import { configOf } from '../../test/support/unit/settings.js';
import { KeySet } from './key-set.js';
import type { ProviderDiscovery } from './provider.discovery.js';
import { faultOfIdToken, hasTypeOf, TokenVerifier } from './token.verifier.js';

const { privateKey, jwk } = await createKey('kid');
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Epoch seconds. */
const NOW = 1_780_000_000;
const ID_TOKEN = { iss: ISSUER, aud: 'gateway', sub: 'ann', iat: NOW, exp: NOW + 300 };
const LOGOUT_TOKEN = {
  iss: ISSUER,
  aud: 'gateway',
  iat: NOW,
  jti: 'once',
  sid: 'their session',
  events: { [EVENT]: {} },
};

let keys: KeySet;
let verifier: TokenVerifier;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date', 'setInterval', 'clearInterval'] });
  keys = new KeySet(async () => ({ keys: [jwk] }));
  const found = async () => ({ keys, metadata: { issuer: ISSUER } });
  verifier = new TokenVerifier(configOf(), { found } as unknown as ProviderDiscovery);
});
afterEach(() => {
  keys.close();
  vi.useRealTimers();
});

async function sign(claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'kid', ...header }).sign(privateKey);
}
/** A part of a token. */
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const verify = async (claims: object = {}, header = {}, expected = {}): Promise<JWTPayload> =>
  verifier.idToken(await sign({ ...ID_TOKEN, ...claims }, header), expected);
const verifyLogout = async (claims: object = {}, header = {}): Promise<unknown> =>
  verifier.logoutToken(await sign({ ...LOGOUT_TOKEN, ...claims }, header));

describe('an id_token', () => {
  it('gives its claims', async () => {
    expect(await verify({ name: 'Ann' })).toEqual({ ...ID_TOKEN, name: 'Ann' });
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example/' }, '"iss" claim'],
    ['for another client', { aud: 'another' }, '"aud" claim'],
    ['that has ended', { exp: NOW - 31 }, '"exp" claim'],
    ['that is not valid yet', { nbf: NOW + 31 }, '"nbf" claim'],
    ['without an end', { exp: undefined }, '"exp" claim'],
    ['without a beginning', { iat: undefined }, '"iat" claim'],
    ['without a person', { sub: undefined }, '"sub" claim'],
    ['of a person whose id is no string', { sub: 7 }, 'the token has no sub'],
    ['of the empty person', { sub: '' }, 'the token has no sub'],
    ['that is a logout token', { events: { [EVENT]: {} } }, 'the token is a logout token'],
    ['that is an access token', { typ: 'Bearer' }, 'the token is an access or refresh token'],
    ['that was issued to another client', { azp: 'another' }, 'the token was issued to another client (azp)'],
  ])('%s is refused', async (_what, claims, message) => {
    await expect(verify(claims)).rejects.toMatchObject({
      name: 'TokenRefused',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['that ended within the tolerance of clocks', { exp: NOW - 29 }],
    ['that becomes valid within it', { nbf: NOW + 30 }],
    ['for several clients', { aud: ['another', 'gateway'], azp: 'gateway' }],
    ['that Keycloak calls by its kind', { typ: 'ID' }],
  ])('%s is accepted', async (_what, claims) => {
    await expect(verify(claims)).resolves.toBeDefined();
  });

  it('of another issuer tells both, the received one shortened', async () => {
    const received = `https://evil.example/${'x'.repeat(300)}`;
    await expect(verify({ iss: received })).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
      issuers: { expected: ISSUER, received: received.slice(0, 256) },
    });
  });

  it.each([{ aud: 'another' }, { iss: 7 as unknown as string }])('refused as %o tells no issuers', async (claims) => {
    await expect(verify(claims)).rejects.toMatchObject({ name: 'TokenRefused', issuers: undefined });
  });

  it('S17: of another sign-in is refused by its nonce', async () => {
    await expect(verify({ nonce: 'theirs' }, {}, { nonce: 'ours' })).rejects.toThrow('another nonce');
    await expect(verify({}, {}, { nonce: 'ours' })).rejects.toThrow('another nonce');
    await expect(verify({ nonce: 'ours' }, {}, { nonce: 'ours' })).resolves.toBeDefined();
    await expect(verify({ nonce: 'any' })).resolves.toBeDefined();
  });

  it.each([
    ['in time', NOW - 90, true],
    ['too early', NOW - 91, false],
    ['at no time', undefined, false],
    ['at a time that is no number', `${NOW}`, false],
  ])('of a person who signed in %s for max_age', async (_when, authTime, isAccepted) => {
    const maxAge = { seconds: 60, askedAt: NOW * 1000 };
    const verifying = verify({ auth_time: authTime }, {}, { maxAge });
    if (isAccepted) await expect(verifying).resolves.toBeDefined();
    else await expect(verifying).rejects.toThrow('older than max_age');
  });

  it('is checked for what the signature does not say by the same rules elsewhere', () => {
    const token = { claims: ID_TOKEN, clientId: 'gateway' };
    expect(faultOfIdToken(token)).toBeUndefined();
    expect(faultOfIdToken({ ...token, clientId: 'another', claims: { ...ID_TOKEN, azp: 'gateway' } })).toBe(
      'was issued to another client (azp)',
    );
  });
});

describe('S14: the header of a token', () => {
  it.each([[undefined], ['JWT'], ['jwt'], ['application/jwt']])(
    'may say that an id_token is of type %o',
    async (typ) => {
      await expect(verify({}, { typ })).resolves.toBeDefined();
    },
  );

  it.each([['at+jwt'], ['logout+jwt'], ['xapplication/jwt'], ['jwtapplication/'], ['']])(
    'may not say that an id_token is of type %o',
    async (typ) => {
      await expect(verify({}, { typ })).rejects.toThrow('of another type (typ)');
    },
  );

  it.each([[undefined], ['JWT'], ['logout+jwt'], ['application/logout+jwt'], ['LOGOUT+JWT']])(
    'may say that a logout token is of type %o',
    async (typ) => {
      await expect(verifyLogout({}, { typ })).resolves.toBeDefined();
    },
  );

  it.each([['at+jwt'], ['id+jwt']])('may not say that a logout token is of type %o', async (typ) => {
    await expect(verifyLogout({}, { typ })).rejects.toThrow('of another type (typ)');
  });

  it('may not have a type that is no string', () => {
    expect(hasTypeOf('id_token', 7)).toBe(false);
    expect(hasTypeOf('id_token', null)).toBe(false);
    expect(hasTypeOf('id_token', undefined)).toBe(true);
  });

  it('may not have critical extensions, known or not', async () => {
    const [header = '', claims, signature] = (await sign(ID_TOKEN)).split('.');
    const fields = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    const critical = Buffer.from(JSON.stringify({ ...fields, crit: ['b64'] })).toString('base64url');
    await expect(verifier.idToken([critical, claims, signature].join('.'))).rejects.toThrow('critical extensions');
  });

  it('may not name an algorithm without a signature', async () => {
    const refused = { code: 'ERR_JOSE_ALG_NOT_ALLOWED', message: 'the token’s algorithm none is not allowed' };
    await expect(verifier.idToken(`${part({ alg: 'none' })}.${part(ID_TOKEN)}.`)).rejects.toMatchObject(refused);
    await expect(verifier.idToken(`${part({})}.${part(ID_TOKEN)}.`)).rejects.toMatchObject({
      message: 'the token’s algorithm undefined is not allowed',
    });
    await expect(verifier.idToken(`${part({ alg: 'x'.repeat(20) })}.${part(ID_TOKEN)}.`)).rejects.toMatchObject({
      message: `the token’s algorithm ${'x'.repeat(16)} is not allowed`,
    });
  });

  it('may not make the public key a password', async () => {
    const signed = `${part({ alg: 'HS256', kid: 'kid' })}.${part(ID_TOKEN)}`;
    const mac = createHmac('sha256', JSON.stringify(jwk)).update(signed).digest('base64url');
    await expect(verifier.idToken(`${signed}.${mac}`)).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });

  it.each(['', 'text', 'a.b.c', 'e30'])('of %o is none', async (token) => {
    await expect(verifier.idToken(token)).rejects.toMatchObject({
      name: 'TokenRefused',
      message: 'Invalid Compact JWS',
    });
  });
});

describe('S13: a logout token', () => {
  it('names a session, a person, or both', async () => {
    expect(await verifyLogout()).toEqual({ jti: 'once', sid: 'their session', sub: undefined });
    expect(await verifyLogout({ sub: 'ann' })).toEqual({ jti: 'once', sid: 'their session', sub: 'ann' });
    expect(await verifyLogout({ sid: undefined, sub: 'ann' })).toEqual({ jti: 'once', sid: undefined, sub: 'ann' });
    expect(await verifyLogout({ sid: 7, sub: 'ann' })).toEqual({ jti: 'once', sid: undefined, sub: 'ann' });
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example/' }, '"iss" claim'],
    ['for another client', { aud: 'another' }, '"aud" claim'],
    ['that is too old', { iat: NOW - 331 }, '"iat" claim'],
    ['without a time', { iat: undefined }, '"iat" claim'],
    ['without an id', { jti: undefined }, 'the token has no jti'],
    ['with an empty id', { jti: '' }, 'the token has no jti'],
    ['with an id that is no string', { jti: 7 }, 'the token has no jti'],
    ['without events', { events: undefined }, 'does not say that it is a logout (events)'],
    ['with no events', { events: null }, 'does not say that it is a logout (events)'],
    ['of another event', { events: { other: {} } }, 'does not say that it is a logout (events)'],
    ['with an event that is no object', { events: { [EVENT]: 'yes' } }, 'does not say that it is a logout (events)'],
    ['with an event that is null', { events: { [EVENT]: null } }, 'does not say that it is a logout (events)'],
    ['with a nonce, as an id_token', { nonce: 'n' }, 'has a nonce, as id_tokens have'],
    ['that names nobody', { sid: undefined }, 'names neither a session nor a person'],
    ['whose session is no string', { sid: 7 }, 'names neither a session nor a person'],
  ])('%s is refused', async (_what, claims, message) => {
    await expect(verifyLogout(claims)).rejects.toMatchObject({
      name: 'TokenRefused',
      message: expect.stringContaining(message),
    });
  });

  it('is accepted for five minutes, and the tolerance of clocks', async () => {
    await expect(verifyLogout({ iat: NOW - 329 })).resolves.toBeDefined();
  });

  it('is refused where an id_token is expected, and the other way round', async () => {
    await expect(verifier.idToken(await sign(LOGOUT_TOKEN))).rejects.toMatchObject({ name: 'TokenRefused' });
    await expect(verifier.logoutToken(await sign(ID_TOKEN))).rejects.toMatchObject({ name: 'TokenRefused' });
  });
});

describe('the keys of the provider', () => {
  it('are asked for again for an id_token that came from it, and not for a logout token that anybody may send', async () => {
    const signingKey = vi.spyOn(keys, 'signingKey');
    await verify();
    await verifyLogout();
    expect(signingKey.mock.calls.map(([, source]) => source)).toEqual(['provider', 'stranger']);
  });

  it('that cannot be fetched are a 503 and no refusal', async () => {
    keys.close();
    keys = new KeySet(async () => Promise.reject(new Error('away')));
    await expect(verify()).rejects.toMatchObject({ code: 'identity_provider_unavailable' });
  });
});
