import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as oidc from 'openid-client';
import { readTokenResponses, tokenSetOf } from './token.response.js';

const FORM = new URLSearchParams({ grant_type: 'refresh_token' });

/** What openid-client reads in place of a response of the provider. */
async function read(response: Response, body: unknown = FORM): Promise<Response> {
  const fetchTokens = readTokenResponses(async () => response);
  return fetchTokens('https://id.example/token', { method: 'POST', body } as never);
}
const readJson = async (json: unknown, status = 200): Promise<unknown> =>
  (await read(Response.json(json, { status }))).json();

describe('I5: a response to a token request', () => {
  it('hides its id_token from openid-client', async () => {
    expect(await readJson({ access_token: 'a', id_token: 'signed' })).toEqual({
      access_token: 'a',
      withheld_id_token: 'signed',
    });
  });

  it.each([[null], [''], [undefined]])('has no id_token where it is %o', async (idToken) => {
    expect(await readJson({ access_token: 'a', id_token: idToken })).toEqual({ access_token: 'a' });
  });

  it('with an id_token that is no string has one that no check accepts', async () => {
    expect(await readJson({ id_token: { signed: true } })).toEqual({ withheld_id_token: 'not a token' });
  });

  it('lacks members that are null or empty', async () => {
    expect(await readJson({ access_token: 'a', refresh_token: null, scope: '', extra: 0 })).toEqual({
      access_token: 'a',
      extra: 0,
    });
  });

  it.each([
    [60, true],
    ['60', true],
    [0, false],
    [-1, false],
    ['soon', false],
    [true, false],
    [[60], false],
  ])('with expires_in %o keeps it: %o', async (seconds, isKept) => {
    expect(await readJson({ expires_in: seconds })).toEqual(isKept ? { expires_in: seconds } : {});
  });

  it('keeps its status and loses a challenge, which would hide its error', async () => {
    const challenge = { 'www-authenticate': 'Basic' };
    const response = await read(Response.json({ error: 'invalid_client' }, { status: 401, headers: challenge }));
    expect(response.status).toBe(401);
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'application/json' });
    expect(await response.json()).toEqual({ error: 'invalid_client' });
  });

  it.each([
    ['no JSON', 'oops'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"x"'],
  ])('that is %s is left as it is', async (_what, text) => {
    const response = new Response(text, { headers: { 'x-mark': '1' } });
    const got = await read(response);
    expect(got).toBe(response);
    expect(await got.text()).toBe(text);
  });
});

describe('a response to another request', () => {
  it.each([
    ['with no form', null],
    ['with text', 'grant_type=refresh_token'],
    ['with a form for no grant', new URLSearchParams({ token: 'x' })],
  ])('%s is left as it is', async (_what, body) => {
    const response = Response.json({ id_token: 'signed' });
    expect(await read(response, body)).toBe(response);
  });
});

/** The tokens of a response that says how long they live. */
const tokensOf = (seconds: number | undefined): unknown =>
  tokenSetOf({
    access_token: 'a',
    refresh_token: 'r',
    token_type: 'bearer',
    withheld_id_token: 'signed',
    expiresIn: () => seconds,
    claims: () => undefined,
  } as unknown as oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers);

describe('the tokens of a response', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('end when the provider says', () => {
    expect(tokensOf(60)).toEqual({
      idToken: 'signed',
      accessToken: 'a',
      refreshToken: 'r',
      accessTokenExpiresAt: 1_060_000,
    });
  });

  it('have no end where it says none', () => {
    expect(tokensOf(undefined)).toMatchObject({ accessTokenExpiresAt: undefined });
  });
});
