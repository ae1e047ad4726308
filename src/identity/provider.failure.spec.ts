import * as oidc from 'openid-client';
import { describe, expect, it } from 'vitest';
import { describeFailure, oauthErrorOf, TokenRefused } from './provider.failure.js';

/** An error response of the token endpoint. */
function refusal(error: string, description?: string, status = 400): oidc.ResponseBodyError {
  const cause = { error, ...(description !== undefined && { error_description: description }) };
  const response = new Response(null, { status });
  return new oidc.ResponseBodyError('refused', { cause, response });
}

/** An error response of the authorization endpoint. */
function callbackError(error: string, description = ''): oidc.AuthorizationResponseError {
  const cause = new URLSearchParams({ error, error_description: description });
  return new oidc.AuthorizationResponseError('refused', { cause });
}

const hintOf = (error: unknown): string | undefined => describeFailure(error).hint;
const caused = (cause: unknown): Error => new TypeError('fetch failed', { cause });

describe('I7: what is known of a failure', () => {
  it('are the names, codes and messages of its causes', () => {
    const error = caused(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    expect(describeFailure(error)).toMatchObject({
      reason: 'TypeError: fetch failed <- Error: getaddrinfo (ENOTFOUND)',
    });
  });

  it('has no more than that where nothing else is known', () => {
    expect(describeFailure(new Error('odd'))).toEqual({ reason: 'Error: odd' });
    expect(describeFailure('odd')).toEqual({ reason: 'unknown' });
  });

  it('is the OAuth error of a refusal with its status', () => {
    expect(describeFailure(refusal('invalid_client', undefined, 401))).toMatchObject({
      oauthError: 'invalid_client',
      providerStatus: 401,
    });
  });

  it('is the OAuth error of a callback', () => {
    const facts = describeFailure(callbackError('access_denied'));
    expect(facts.oauthError).toBe('access_denied');
    expect(facts.providerStatus).toBeUndefined();
  });

  it('is an OAuth error without what could break a log, and shortened', () => {
    expect(describeFailure(callbackError('evil\n"{x}" a.b:c/d-e')).oauthError).toBe(
      'evil??{x}??a.b:c/d-e'.replace(/[{}]/g, '?'),
    );
    expect(describeFailure(callbackError('x'.repeat(65))).oauthError).toBe('x'.repeat(64));
  });

  it.each([
    ['AADSTS7000222: The provided client secret keys are expired.', 'AADSTS7000222'],
    ['AADSTS50011 mismatch', 'AADSTS50011'],
    ['unknown_user', 'unknown_user'],
    ['session_not_active', 'session_not_active'],
  ])('is the vendor’s code in the description %o', (description, providerCode) => {
    expect(describeFailure(refusal('invalid_grant', description)).providerCode).toBe(providerCode);
  });

  it.each([
    ['The token abc123 is not active'],
    ['AAD1'],
    ['A123456'],
    ['AADSTS123456789'],
    ['x AADSTS7000222'],
    ['secret'],
    ['code_AbC123'],
    ['unknown_user 7'],
    ['the unknown_user'],
    ['a_b_c_d_e_f_g_h'],
    [''],
  ])('is nothing of the description %o, which may hold a secret', (description) => {
    expect(describeFailure(refusal('invalid_grant', description))).not.toHaveProperty('providerCode');
  });

  it('is the status of a response in the chain of causes', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: new Response(null, { status: 502 }) }) });
    expect(describeFailure(error)).toMatchObject({ providerStatus: 502 });
    expect(describeFailure(new Error('x', { cause: { status: '502' } }))).not.toHaveProperty('providerStatus');
  });

  it('are the issuers of a token that was refused', () => {
    const error = new TokenRefused('no', 'ERR', { expected: 'https://id.example/', received: 'https://evil.example/' });
    expect(describeFailure(error)).toMatchObject({
      reason: 'TokenRefused: no (ERR)',
      expectedIssuer: 'https://id.example/',
      receivedIssuer: 'https://evil.example/',
    });
  });

  it('are the issuers that differ in metadata, the received one shortened', () => {
    const received = `https://evil.example/${'x'.repeat(300)}`;
    const cause = { expected: 'https://id.example/', body: { issuer: received } };
    expect(describeFailure(new Error('outer', { cause: new Error('inner', { cause }) }))).toMatchObject({
      expectedIssuer: 'https://id.example/',
      receivedIssuer: received.slice(0, 256),
    });
  });

  it('are the issuers that differ in a callback', () => {
    const cause = {
      expected: 'https://id.example/',
      parameters: new URLSearchParams({ iss: 'https://evil.example/' }),
    };
    expect(describeFailure(new Error('x', { cause }))).toMatchObject({ receivedIssuer: 'https://evil.example/' });
  });

  it.each([
    [{ expected: 'state-1', parameters: new URLSearchParams({ iss: 'https://evil.example/' }) }],
    [{ expected: 'https://id.example/', parameters: new URLSearchParams() }],
    [{ expected: 'https://id.example/', body: { issuer: 7 } }],
    [{ expected: 'https://id.example/', body: undefined }],
    [{ expected: 7, body: { issuer: 'https://evil.example/' } }],
  ])('are no issuers where two other things differ: %o', (cause) => {
    const facts = describeFailure(new Error('x', { cause }));
    expect(facts).not.toHaveProperty('expectedIssuer');
    expect(facts).not.toHaveProperty('receivedIssuer');
  });
});

describe('the OAuth error of a failure', () => {
  it('is that of the token endpoint and of a callback', () => {
    expect(oauthErrorOf(refusal('invalid_grant'))).toBe('invalid_grant');
    expect(oauthErrorOf(callbackError('login_required'))).toBe('login_required');
  });

  it('is none of any other failure', () => {
    expect(oauthErrorOf(Object.assign(new Error('x'), { error: 'invalid_grant' }))).toBeUndefined();
  });
});

/** A token of another issuer. */
const issuers = (received: string): TokenRefused =>
  new TokenRefused('no', undefined, { expected: 'https://id.example/', received });

describe('I7: what to check first', () => {
  it.each<[string, unknown, RegExp]>([
    ['an issuer for all tenants', issuers('https://login.example/{tenantid}/v2.0'), /issuer of one tenant/],
    ['another issuer', issuers('https://id.example'), /exactly what the provider calls itself/],
    ['an expired secret', refusal('invalid_client', 'AADSTS7000222: expired'), /secret has expired/],
    ['an unknown client', refusal('invalid_client', 'AADSTS7000215: wrong'), /OIDC_CLIENT_ID and OIDC_CLIENT_SECRET/],
    ['a client without the right', refusal('unauthorized_client'), /authorization code flow/],
    ['an unknown scope', callbackError('invalid_scope'), /OIDC_SCOPES asks for a scope/],
    ['a wrong request', callbackError('invalid_request'), /OIDC_AUTHORIZATION_PARAMS/],
    ['a wrong response type', callbackError('unsupported_response_type'), /OIDC_AUTHORIZATION_PARAMS/],
    ['a wrong target', callbackError('invalid_target'), /OIDC_AUTHORIZATION_PARAMS/],
    ['a wrong code', refusal('invalid_grant'), /does not know the code or refresh token/],
    ['an expired token', new TokenRefused('"exp" claim timestamp check failed', 'ERR_JWT_EXPIRED'), /clocks/],
    ['a token of the future', new TokenRefused('"nbf" claim timestamp check failed', 'ERR'), /clocks/],
    ['a token for another client', new TokenRefused('unexpected "aud" claim value', 'ERR'), /check OIDC_CLIENT_ID$/],
    [
      'an algorithm',
      new TokenRefused('the token’s algorithm HS256 is not allowed', 'ERR_JOSE_ALG_NOT_ALLOWED'),
      /asymmetric/,
    ],
    ['an unknown key', new TokenRefused('no key', 'ERR_JWKS_NO_MATCHING_KEY'), /not in the provider’s key set/],
    ['another key', new TokenRefused('no', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'), /not in the provider’s key set/],
    ['an unknown host', caused(Object.assign(new Error('x'), { code: 'ENOTFOUND' })), /cannot be reached/],
    ['a closed port', caused(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })), /cannot be reached/],
    [
      'an unknown authority',
      caused(Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })),
      /CA_CERTIFICATES/,
    ],
    ['plain http', new Error('only requests to HTTPS are allowed'), /let it use https/],
    [
      'no document',
      new Error('unexpected HTTP response', { cause: new Response(null, { status: 404 }) }),
      /check its path/,
    ],
  ])('for %s', (_what, error, hint) => {
    expect(hintOf(error)).toMatch(hint);
  });

  it('for credentials that no method takes', () => {
    const error = new Error('no method');
    error.name = 'NoClientAuthentication';
    expect(hintOf(error)).toMatch(/as the client is registered/);
  });

  it.each([
    [refusal('server_error', undefined, 500)],
    [new Error('not found', { cause: new Response(null, { status: 404 }) })],
    [new Error('unexpected HTTP response', { cause: new Response(null, { status: 500 }) })],
  ])('is unknown for others', (error) => {
    expect(describeFailure(error)).not.toHaveProperty('hint');
  });
});
