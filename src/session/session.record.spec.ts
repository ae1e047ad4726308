import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configOf } from '../../test/support/unit/settings.js';
import { encrypt } from '../crypto/keyring.js';
import type { TokenSet } from '../identity/token.response.js';
import type { SessionFacts } from '../store/session.store.js';
import { endedName, namesOf, newRecord, openRecord, refreshedRecord, sealRecord } from './session.record.js';

const START = Date.parse('2026-06-01T12:00:00Z');
const PERSON = { subject: 'ann', name: 'Ann', email: 'ann@example.com', claims: { role: 'editor' } };
const ID_TOKEN = { token: 'the id_token', claims: { sub: 'ann', exp: START / 1000 + 300 } };
const WITH_ID_TOKEN = { platformToken: 'id_token', sessionClaims: ['role'] } as const;
const WITH_ACCESS_TOKEN = { platformToken: 'access_token', sessionClaims: [] } as const;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

function tokensOf(members: Partial<TokenSet> = {}): TokenSet {
  return {
    idToken: 'the id_token',
    accessToken: 'the access token',
    refreshToken: 'the refresh token',
    accessTokenExpiresAt: START + 600_000,
    ...members,
  };
}

/** A JWT that says when it ends; access tokens are not verified here. */
function jwtWith(claims: object): string {
  const [header, payload] = [{ alg: 'none' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${header}.${payload}.`;
}

describe('a new record', () => {
  it('holds the person and the tokens, and ends with its id_token where that is forwarded', () => {
    expect(newRecord(PERSON, tokensOf(), ID_TOKEN, WITH_ID_TOKEN)).toEqual({
      ...PERSON,
      idToken: 'the id_token',
      accessToken: 'the access token',
      refreshToken: 'the refresh token',
      tokenExpiresAt: START + 300_000,
      tokenReceivedAt: START,
      renewable: true,
    });
  });

  it.each([
    ['as the provider says', {}, START + 600_000],
    [
      'as the token says',
      { accessToken: jwtWith({ exp: START / 1000 + 60 }), accessTokenExpiresAt: undefined },
      START + 60_000,
    ],
    [
      'with the id_token if the token does not say',
      { accessToken: jwtWith({ exp: 'soon' }), accessTokenExpiresAt: undefined },
      START + 300_000,
    ],
    ['with the id_token if the token is opaque', { accessTokenExpiresAt: undefined }, START + 300_000],
  ])('of a gateway that forwards access tokens ends %s', (_end, tokens, expected) => {
    const record = newRecord(PERSON, tokensOf(tokens), ID_TOKEN, WITH_ACCESS_TOKEN);
    expect(record.tokenExpiresAt).toBe(expected);
  });

  it('without a refresh token cannot be renewed', () => {
    const record = newRecord(PERSON, tokensOf({ refreshToken: undefined }), ID_TOKEN, WITH_ID_TOKEN);
    expect(record).toMatchObject({ refreshToken: undefined, renewable: false });
  });
});

describe('a record after a refresh', () => {
  const before = { ...newRecord(PERSON, tokensOf(), ID_TOKEN, WITH_ID_TOKEN), tokenReceivedAt: START };
  const newer = { token: 'newer', claims: { sub: 'ann', exp: START / 1000 + 900, name: 'Ann B.', role: 'owner' } };
  const next = tokensOf({ idToken: 'newer', accessToken: 'next access', refreshToken: 'next refresh' });

  it('holds the new tokens and what the new id_token says of the person', () => {
    vi.setSystemTime(START + 250_000);
    expect(refreshedRecord(before, next, newer, WITH_ID_TOKEN)).toEqual({
      ...before,
      name: 'Ann B.',
      claims: { role: 'owner' },
      idToken: 'newer',
      accessToken: 'next access',
      refreshToken: 'next refresh',
      tokenExpiresAt: START + 900_000,
      tokenReceivedAt: START + 250_000,
      renewable: true,
    });
  });

  it('keeps the refresh token that the provider does not replace', () => {
    const record = refreshedRecord(before, { ...next, refreshToken: undefined }, newer, WITH_ID_TOKEN);
    expect(record.refreshToken).toBe('the refresh token');
  });

  it('without a new id_token keeps the old one to its end, and then cannot be renewed', () => {
    vi.setSystemTime(START + 250_000);
    const record = refreshedRecord(before, { ...next, idToken: undefined }, undefined, WITH_ID_TOKEN);
    expect(record).toEqual({ ...before, accessToken: 'next access', refreshToken: 'next refresh', renewable: false });
  });

  it('with an id_token that is not good keeps the old one, and asks again', () => {
    const record = refreshedRecord(before, next, undefined, WITH_ID_TOKEN);
    expect(record).toMatchObject({ idToken: 'the id_token', tokenExpiresAt: START + 300_000, renewable: true });
  });

  describe('of a gateway that forwards access tokens', () => {
    const opaque = { ...next, accessTokenExpiresAt: undefined };
    beforeEach(() => void vi.setSystemTime(START + 250_000));

    it('ends as the provider says', () => {
      const record = refreshedRecord(before, next, newer, WITH_ACCESS_TOKEN);
      expect(record).toMatchObject({
        tokenExpiresAt: START + 600_000,
        tokenReceivedAt: START + 250_000,
        renewable: true,
      });
    });

    it('ends with the new id_token where nothing is said', () => {
      expect(refreshedRecord(before, opaque, newer, WITH_ACCESS_TOKEN).tokenExpiresAt).toBe(START + 900_000);
    });

    it('is taken to live as long as the one before where there is no id_token either', () => {
      const record = refreshedRecord({ ...before, renewable: false }, opaque, undefined, WITH_ACCESS_TOKEN);
      expect(record).toMatchObject({ tokenExpiresAt: START + 550_000, renewable: true });
    });

    it('is taken to live a minute at least', () => {
      const brief = { ...before, tokenExpiresAt: START + 1_000 };
      expect(refreshedRecord(brief, opaque, undefined, WITH_ACCESS_TOKEN).tokenExpiresAt).toBe(START + 310_000);
    });
  });
});

describe('S11: a sealed record', () => {
  const key = randomBytes(32);
  const record = { ...newRecord(PERSON, tokensOf(), ID_TOKEN, WITH_ID_TOKEN), tokenReceivedAt: START };
  const facts: SessionFacts = {
    id: 'id',
    owner: 'owner',
    providerSession: 'their session',
    device: 'Firefox',
    createdAt: START,
    expiresAt: START + 43_200_000,
  };
  const sealed = sealRecord(key, facts, record);
  const open = (others: Partial<SessionFacts> = {}, withKey = key) =>
    openRecord(withKey, { ...facts, ...others, sealed }, 1_000);

  it('opens with its key', () => {
    expect(open()).toMatchObject(record);
  });

  it('does not open with another key', () => {
    expect(open({}, randomBytes(32))).toBeUndefined();
  });

  it.each([
    { id: 'another id' },
    { owner: 'another owner' },
    { providerSession: null },
    { device: 'Chrome' },
    { createdAt: START + 1 },
    { expiresAt: START + 86_400_000 },
  ])('does not open where the facts beside it were changed: %o', (others) => {
    expect(open(others)).toBeUndefined();
  });

  it('of an older version, which is bound to nothing, opens for as long as its session can live', () => {
    const unbound = encrypt(key, Buffer.from(JSON.stringify(record)), 'id');
    const openUnbound = () => openRecord(key, { ...facts, sealed: unbound }, 1_000);
    vi.setSystemTime(START + 999);
    expect(openUnbound()).toEqual(record);
    vi.setSystemTime(START + 1_000);
    expect(openUnbound()).toBeUndefined();
  });
});

describe('the names of a session in the store', () => {
  const config = configOf();

  it('reveal neither the person nor the session of the provider', () => {
    const { owner, providerSession } = namesOf({ sub: 'ann', sid: 'their session' }, config);
    expect(`${owner} ${providerSession}`).toMatch(/^[\w-]{43} [\w-]{43}$/);
  });

  it('differ by person, by session of the provider and by provider', () => {
    const elsewhere = configOf({ OIDC_ISSUER: 'https://elsewhere.example/' });
    const names = [
      namesOf({ sub: 'ann', sid: 'ann' }, config),
      namesOf({ sub: 'ben', sid: 'ben' }, config),
      namesOf({ sub: 'ann', sid: 'ann' }, elsewhere),
    ].flatMap(({ owner, providerSession }) => [owner, providerSession]);
    expect(new Set(names).size).toBe(6);
  });

  it('are those of earlier versions, whose sessions are found after an update', () => {
    expect(namesOf({ sub: 'ann', sid: 'their session' }, config)).toEqual({
      owner: 'YkbiPdVlbOGhR38od4OguBL6Mv5VQ0syfrNG9T6B6p8',
      providerSession: '9xkZSC78ybzCBsJBhlAM15y3fZ8e7Kn1LWB4jCHnDzs',
    });
  });

  it('of a session and of a person never meet', () => {
    const { providerSession } = namesOf({ sub: 'ann', sid: 'x' }, config);
    expect(providerSession).not.toBe(namesOf({ sub: 'x' }, config).owner);
  });

  it('has none for the session of a provider that names none', () => {
    expect(namesOf({ sub: 'ann' }, config).providerSession).toBeNull();
  });

  it('are the same for a logout', () => {
    expect(endedName('digest')).toBe('ended:digest');
  });
});
