import { createPrivateKey } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import * as oidc from 'openid-client';
import type { Config } from '../config/config.js';

/** A client authentication method (OpenID Connect Core, section 9; RFC 8705). */
export type ClientAuthMethod = Exclude<Config['oidcClientAuth'], 'auto'>;

/** The provider supports no client authentication method that the settings allow. */
export class NoClientAuthentication extends Error {
  override readonly name = 'NoClientAuthentication';
}

/**
 * The authentication method: the configured one, or the strongest that the provider supports and the settings have
 * credentials for. Metadata without a list means `client_secret_basic` (OpenID Connect Discovery, section 3).
 */
export function chooseMethod(config: Config, metadata: oidc.ServerMetadata): ClientAuthMethod {
  if (config.oidcClientAuth !== 'auto') return config.oidcClientAuth;
  const offered = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const tlsMethods = ['tls_client_auth', 'self_signed_tls_client_auth'];
  if (config.oidcClientKey && offered.includes('private_key_jwt')) return 'private_key_jwt';
  if (config.oidcTlsCert && tlsMethods.some((method) => offered.includes(method))) return 'tls_client_auth';
  if (config.oidcClientSecret !== undefined) {
    const method = (['client_secret_basic', 'client_secret_post'] as const).find((one) => offered.includes(one));
    if (method !== undefined) return method;
  }
  throw new NoClientAuthentication(
    `the provider takes ${offered.join(', ')}: none of these has its credentials among the settings`,
  );
}

/** openid-client's implementation of a method. */
export async function clientAuthentication(
  method: ClientAuthMethod,
  config: Config,
  metadata: oidc.ServerMetadata,
): Promise<oidc.ClientAuth> {
  switch (method) {
    case 'client_secret_basic':
      return basic(config.oidcClientSecret ?? '');
    case 'client_secret_post':
      return oidc.ClientSecretPost(config.oidcClientSecret);
    case 'tls_client_auth':
      return oidc.TlsClientAuth();
    default:
      return privateKeyJwt(config, metadata);
  }
}

/**
 * RFC 6749, section 2.3.1, form-encodes both parts before they are joined. Some providers do not decode them, so only
 * what must be encoded is (openid-client encodes `-` and `_` as well): ids and secrets of letters, digits and `-._*`
 * read the same either way.
 */
function basic(secret: string): oidc.ClientAuth {
  return (_server, client, _body, headers) => {
    const credentials = Buffer.from(`${formEncoded(client.client_id)}:${formEncoded(secret)}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  };
}

/** A value as `application/x-www-form-urlencoded` writes it (URL Standard, section 5.2). */
function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

async function privateKeyJwt(config: Config, metadata: oidc.ServerMetadata): Promise<oidc.ClientAuth> {
  if (config.oidcClientKey === undefined) throw new NoClientAuthentication('OIDC_CLIENT_KEY is missing');
  const { key, algorithm } = await signingKey(config.oidcClientKey, metadata);
  return oidc.PrivateKeyJwt(config.oidcClientKeyId === undefined ? key : { key, kid: config.oidcClientKeyId }, {
    [oidc.modifyAssertion]: (header, payload) => {
      // openid-client derives the name from the key, and one key of Ed25519 has two.
      header['alg'] = algorithm;
      if (config.oidcClientKeyAudience === 'token_endpoint') payload['aud'] = metadata.token_endpoint;
    },
  });
}

/** A private key with the algorithm that the provider supports for its type. */
async function signingKey(
  key: string,
  metadata: oidc.ServerMetadata,
): Promise<{ readonly key: CryptoKey; readonly algorithm: string }> {
  const isJwk = key.startsWith('{');
  const jwk = isJwk ? (JSON.parse(key) as JWK) : (createPrivateKey(key).export({ format: 'jwk' }) as JWK);
  const algorithm = algorithmFor(jwk, metadata);
  return { key: (await importJWK(jwk, algorithm)) as CryptoKey, algorithm };
}

function algorithmFor(jwk: JWK, metadata: oidc.ServerMetadata): string {
  const { token_endpoint_auth_signing_alg_values_supported: taken } = metadata;
  const possible = POSSIBLE_ALGORITHMS[jwk.kty === 'EC' || jwk.kty === 'OKP' ? (jwk.crv ?? '') : 'RSA'] ?? ['RS256'];
  return possible.find((algorithm) => taken?.includes(algorithm)) ?? possible[0];
}

const POSSIBLE_ALGORITHMS: Record<string, [string, ...string[]]> = {
  RSA: ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
};
