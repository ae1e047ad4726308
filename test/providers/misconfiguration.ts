import { generateKeyPair, SignJWT } from 'jose';
import type { FakeIdentity } from '../support/fake-identity.js';
import type { LogLine } from '../support/log-lines.js';

/** The step that reveals a mistake: the startup, a sign-in, the first refresh, or a logout token of the provider. */
export type Occasion = 'start' | 'sign-in' | 'refresh' | 'logout token';

/** A mistake of an operator, at the provider or in the settings, and its log line. */
export interface Misconfiguration {
  readonly mistake: string;
  readonly occasion: Occasion;
  readonly settings?: (identity: FakeIdentity) => Record<string, string>;
  readonly spoil?: (identity: FakeIdentity) => unknown;
  /** The message of the line. */
  readonly message: string;
  /** Members of the line, beside the reason. */
  readonly line: (identity: FakeIdentity) => LogLine;
  /** The part of the hint or message that names what the operator should check. */
  readonly hint: RegExp;
}

const SIGN_IN = 'a sign-in failed';
const NOT_FOUND = 'the identity provider was not found';
const refuse = (error: string, description?: string) => (identity: FakeIdentity) =>
  (identity.onToken = () => ({ status: 401, body: { error, error_description: description } }));
const refuseRequest = (error: string) => (identity: FakeIdentity) => (identity.authorizationError = { error });

/** In the order of the table in docs/identity-providers.md. */
export const MISCONFIGURATIONS: readonly Misconfiguration[] = [
  {
    mistake: 'wrong client secret',
    occasion: 'sign-in',
    spoil: refuse('invalid_client'),
    message: SIGN_IN,
    line: () => ({ code: 'login_failed', oauthError: 'invalid_client' }),
    hint: /OIDC_CLIENT_SECRET, then OIDC_CLIENT_AUTH/,
  },
  {
    mistake: 'expired client secret (Entra ID)',
    occasion: 'sign-in',
    spoil: refuse('invalid_client', 'AADSTS7000222: The provided client secret keys for app are expired.'),
    message: SIGN_IN,
    line: () => ({ oauthError: 'invalid_client', providerCode: 'AADSTS7000222' }),
    hint: /secret has expired/,
  },
  {
    mistake: 'the secret expires while people are signed in',
    occasion: 'refresh',
    spoil: refuse('invalid_client'),
    message: 'a refresh failed',
    line: () => ({ oauthError: 'invalid_client', providerStatus: 401 }),
    hint: /OIDC_CLIENT_SECRET/,
  },
  {
    mistake: 'provider takes keys only, settings have a secret',
    occasion: 'start',
    spoil: (identity) => (identity.metadataOverrides = { token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
    message: NOT_FOUND,
    line: () => ({}),
    hint: /OIDC_CLIENT_KEY/,
  },
  {
    mistake: 'client not registered for the code flow',
    occasion: 'sign-in',
    spoil: refuseRequest('unauthorized_client'),
    message: SIGN_IN,
    line: () => ({ oauthError: 'unauthorized_client' }),
    hint: /authorization code flow/,
  },
  {
    mistake: 'a scope that the provider does not allow',
    occasion: 'sign-in',
    spoil: refuseRequest('invalid_scope'),
    message: SIGN_IN,
    line: () => ({ oauthError: 'invalid_scope' }),
    hint: /OIDC_SCOPES/,
  },
  {
    mistake: 'a scope that the metadata do not list (Google: offline_access)',
    occasion: 'start',
    spoil: (identity) => (identity.metadataOverrides = { scopes_supported: ['openid', 'profile', 'email'] }),
    message: 'a setting may not suit the identity provider',
    line: () => ({}),
    hint: /offline_access.*OIDC_SCOPES/,
  },
  {
    mistake: 'a parameter that the provider wants is missing (Auth0: audience)',
    occasion: 'sign-in',
    spoil: refuseRequest('invalid_request'),
    message: SIGN_IN,
    line: () => ({ oauthError: 'invalid_request' }),
    hint: /OIDC_AUTHORIZATION_PARAMS/,
  },
  {
    mistake: 'redirect URI differs from the registered one',
    occasion: 'sign-in',
    spoil: (identity) => (identity.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } })),
    message: SIGN_IN,
    line: () => ({ code: 'login_code_invalid', oauthError: 'invalid_grant' }),
    hint: /redirect URI/,
  },
  {
    mistake: 'OIDC_ISSUER is another issuer of the same provider',
    occasion: 'start',
    spoil: (identity) => (identity.metadataOverrides = { issuer: 'https://login.acme.example/realms/other' }),
    message: NOT_FOUND,
    line: ({ issuer }) => ({
      expectedIssuer: `${issuer}/`,
      receivedIssuer: 'https://login.acme.example/realms/other',
    }),
    hint: /exactly what the provider calls itself/,
  },
  {
    mistake: 'OIDC_ISSUER is for all tenants (Entra ID: common)',
    occasion: 'start',
    spoil: (identity) => (identity.metadataOverrides = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }),
    message: NOT_FOUND,
    line: () => ({ receivedIssuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }),
    hint: /one tenant/,
  },
  {
    mistake: 'OIDC_ISSUER has a wrong path',
    occasion: 'start',
    settings: ({ issuer }) => ({ OIDC_ISSUER: `${issuer}/realms/typo` }),
    message: NOT_FOUND,
    line: () => ({ providerStatus: 404 }),
    hint: /check its path/,
  },
  {
    mistake: 'the provider cannot be reached',
    occasion: 'start',
    settings: () => ({ OIDC_ISSUER: 'http://127.0.0.1:2' }),
    message: NOT_FOUND,
    line: () => ({}),
    hint: /cannot be reached from here/,
  },
  {
    mistake: 'tokens of another issuer (a proxy rewrites the provider’s name)',
    occasion: 'sign-in',
    spoil: (identity) => (identity.claims = { iss: 'https://login.internal.example' }),
    message: SIGN_IN,
    line: ({ issuer }) => ({ expectedIssuer: issuer, receivedIssuer: 'https://login.internal.example' }),
    hint: /exactly what the provider calls itself/,
  },
  {
    mistake: 'tokens for another client',
    occasion: 'sign-in',
    spoil: (identity) => (identity.claims = { aud: 'another-client' }),
    message: SIGN_IN,
    line: () => ({ code: 'login_failed' }),
    hint: /OIDC_CLIENT_ID/,
  },
  {
    mistake: 'the gateway’s clock is ahead',
    occasion: 'sign-in',
    spoil: (identity) => (identity.claims = { exp: Math.floor(Date.now() / 1000) - 3_600 }),
    message: SIGN_IN,
    line: () => ({ code: 'login_failed' }),
    hint: /clocks/,
  },
  {
    mistake: 'the gateway’s clock is behind',
    occasion: 'sign-in',
    spoil: (identity) => (identity.claims = { nbf: Math.floor(Date.now() / 1000) + 3_600 }),
    message: SIGN_IN,
    line: () => ({ code: 'login_failed' }),
    hint: /clocks/,
  },
  {
    mistake: 'id_tokens signed with the secret (HS256)',
    occasion: 'sign-in',
    spoil: (identity) => {
      const secret = new TextEncoder().encode('a-client-secret-of-some-length-for-hs256');
      identity.signIdToken = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    },
    message: SIGN_IN,
    line: () => ({ code: 'login_failed' }),
    hint: /asymmetric algorithm/,
  },
  {
    mistake: 'tokens signed by a key that is not in the key set',
    occasion: 'sign-in',
    spoil: async (identity) => {
      const { privateKey } = await generateKeyPair('ES256');
      identity.signIdToken = (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'elsewhere' }).sign(privateKey);
    },
    message: SIGN_IN,
    line: () => ({ code: 'login_failed' }),
    hint: /key set/,
  },
  {
    mistake: 'offline_access without a refresh token (client may not have one)',
    occasion: 'sign-in',
    spoil: (identity) => (identity.givesRefreshToken = false),
    message:
      'OIDC_SCOPES asks for offline_access, and the provider gave no refresh token: sessions end with their first token',
    line: () => ({}),
    hint: /OIDC_AUTHORIZATION_PARAMS/,
  },
  {
    mistake: 'no id_token from a refresh, which is what the platform gets',
    occasion: 'refresh',
    spoil: (identity) => (identity.refreshesIdToken = false),
    message: 'a refresh brought no id_token: sessions end with their first one',
    line: () => ({}),
    hint: /PLATFORM_TOKEN=access_token/,
  },
  {
    mistake: 'back-channel logout of another client sent here',
    occasion: 'logout token',
    spoil: (identity) => (identity.logoutClaims = { aud: 'another-client' }),
    message: 'a logout token was refused',
    line: () => ({}),
    hint: /OIDC_CLIENT_ID/,
  },
  {
    mistake: 'no end_session_endpoint and no OIDC_LOGOUT_URL',
    occasion: 'start',
    spoil: (identity) => (identity.metadataOverrides = { end_session_endpoint: undefined }),
    message: 'a setting may not suit the identity provider',
    line: () => ({}),
    hint: /OIDC_LOGOUT_URL/,
  },
];
