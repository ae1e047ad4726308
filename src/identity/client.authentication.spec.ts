import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, importJWK, jwtVerify } from 'jose';
import type * as oidc from 'openid-client';
import { describe, expect, it } from 'vitest';
import { configOf } from '../../test/support/unit/settings.js';
import type { Config } from '../config/config.js';
import {
  chooseMethod,
  clientAuthentication,
  type ClientAuthMethod,
  NoClientAuthentication,
} from './client.authentication.js';

const ISSUER = 'https://id.example/';
const TOKEN_ENDPOINT = 'https://id.example/token';
const METADATA = { issuer: ISSUER, token_endpoint: TOKEN_ENDPOINT } as oidc.ServerMetadata;

/** Credentials of a client; those that are not given are absent. */
function configWith(credentials: Partial<Config>): Config {
  const absent = { oidcClientSecret: undefined, oidcClientKey: undefined, oidcTlsCert: undefined };
  return Object.assign(configOf(), absent, credentials);
}
const offering = (...methods: string[]): oidc.ServerMetadata => ({
  ...METADATA,
  token_endpoint_auth_methods_supported: methods,
});

describe('I1: the method of client authentication', () => {
  const SECRET = { oidcClientSecret: 'secret' };
  const KEY = { oidcClientKey: '{}' };
  const CERTIFICATE = { oidcTlsCert: 'certificate' };
  const ALL = ['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'tls_client_auth'];

  it('is the one that is configured, whatever the provider says', () => {
    const config = configWith({ ...SECRET, oidcClientAuth: 'client_secret_post' });
    expect(chooseMethod(config, offering('client_secret_basic'))).toBe('client_secret_post');
  });

  it.each<[ClientAuthMethod, Partial<Config>, string[]]>([
    ['private_key_jwt', { ...SECRET, ...KEY, ...CERTIFICATE }, ALL],
    ['tls_client_auth', { ...SECRET, ...CERTIFICATE }, ALL],
    ['tls_client_auth', { ...SECRET, ...KEY, ...CERTIFICATE }, ['tls_client_auth']],
    ['tls_client_auth', CERTIFICATE, ['self_signed_tls_client_auth']],
    ['client_secret_basic', SECRET, ALL],
    ['client_secret_post', SECRET, ['private_key_jwt', 'client_secret_post']],
    ['client_secret_basic', { ...SECRET, ...KEY, ...CERTIFICATE }, ['client_secret_basic']],
  ])('is %s, the strongest that both sides have', (method, credentials, offered) => {
    expect(chooseMethod(configWith(credentials), offering(...offered))).toBe(method);
  });

  it('is HTTP Basic where the provider lists none', () => {
    expect(chooseMethod(configWith(SECRET), METADATA)).toBe('client_secret_basic');
  });

  it.each<[Partial<Config>, string[]]>([
    [SECRET, ['private_key_jwt', 'tls_client_auth']],
    [{}, ALL],
    [KEY, ['client_secret_basic', 'client_secret_post']],
    [CERTIFICATE, ['private_key_jwt']],
  ])('is none with the credentials %o for %o', (credentials, offered) => {
    const choose = (): unknown => chooseMethod(configWith(credentials), offering(...offered));
    expect(choose).toThrow(NoClientAuthentication);
    expect(choose).toThrow(`the provider takes ${offered.join(', ')}: none of these has its credentials`);
  });
});

/** The public key for the algorithm that the assertion names. */
async function verifierOf(key: CryptoKey, algorithm: string | undefined) {
  return importJWK(await exportJWK(key), algorithm ?? '');
}

/** What a method adds to a request. */
async function sent(method: ClientAuthMethod, config: Config, clientId = 'gateway', metadata = METADATA) {
  const body = new URLSearchParams();
  const headers = new Headers();
  const authenticate = await clientAuthentication(method, config, metadata);
  const authenticating: unknown = authenticate(metadata, { client_id: clientId }, body, headers);
  await authenticating;
  return { form: Object.fromEntries(body), authorization: headers.get('authorization') };
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** The verified assertion of a client that has a new key for an algorithm. */
async function assertionOf(algorithm: string, settings: Partial<Config> = {}, taken?: string[], asPem = false) {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const oidcClientKey = asPem ? await exportPKCS8(pair.privateKey) : JSON.stringify(await exportJWK(pair.privateKey));
  const metadata = { ...METADATA, ...(taken && { token_endpoint_auth_signing_alg_values_supported: taken }) };
  const { form } = await sent('private_key_jwt', configWith({ oidcClientKey, ...settings }), 'gateway', metadata);
  return jwtVerify(form['client_assertion'] ?? '', (header) => verifierOf(pair.publicKey, header.alg));
}

describe('I1: a request of a client', () => {
  it('by HTTP Basic carries id and secret, form-encoded where they must be', async () => {
    const plain = await sent('client_secret_basic', configWith({ oidcClientSecret: 'aB1-._*' }));
    expect(plain).toEqual({ form: {}, authorization: basic('gateway:aB1-._*') });
    const special = await sent('client_secret_basic', configWith({ oidcClientSecret: 'a b:ü+&' }), 'id:1');
    expect(special.authorization).toBe(basic('id%3A1:a+b%3A%C3%BC%2B%26'));
  });

  it('by HTTP Basic without a secret has an empty one', async () => {
    expect((await sent('client_secret_basic', configWith({}))).authorization).toBe(basic('gateway:'));
  });

  it('by post carries id and secret in its form', async () => {
    const { form, authorization } = await sent('client_secret_post', configWith({ oidcClientSecret: 'a b' }));
    expect(form).toEqual({ client_id: 'gateway', client_secret: 'a b' });
    expect(authorization).toBeNull();
  });

  it('by TLS carries its id alone', async () => {
    expect(await sent('tls_client_auth', configWith({}))).toEqual({
      form: { client_id: 'gateway' },
      authorization: null,
    });
  });

  describe('by a signed assertion', () => {
    it('names the client and is meant for the issuer', async () => {
      const { payload, protectedHeader } = await assertionOf('ES256');
      expect(payload).toMatchObject({ iss: 'gateway', sub: 'gateway', aud: ISSUER });
      expect(protectedHeader).not.toHaveProperty('kid');
    });

    it('is meant for the token endpoint where that is configured', async () => {
      const { payload } = await assertionOf('ES256', { oidcClientKeyAudience: 'token_endpoint' });
      expect(payload.aud).toBe(TOKEN_ENDPOINT);
    });

    it('names its key where that has a name', async () => {
      const { protectedHeader } = await assertionOf('ES256', { oidcClientKeyId: 'key-1' });
      expect(protectedHeader.kid).toBe('key-1');
    });

    it.each([
      ['ES256', undefined, 'ES256'],
      ['ES384', undefined, 'ES384'],
      ['ES512', ['ES256'], 'ES512'],
      ['EdDSA', undefined, 'EdDSA'],
      ['EdDSA', ['Ed25519'], 'Ed25519'],
      ['RS256', undefined, 'RS256'],
      ['RS256', ['ES256', 'PS256', 'RS512'], 'PS256'],
      ['RS256', ['RS512'], 'RS512'],
    ])('with a key for %s is signed as the provider takes it, of %o: %s', async (key, taken, algorithm) => {
      expect((await assertionOf(key, {}, taken)).protectedHeader.alg).toBe(algorithm);
    });

    it('can be signed with a key in PEM', async () => {
      expect((await assertionOf('ES384', {}, undefined, true)).protectedHeader.alg).toBe('ES384');
    });

    it('cannot be made without a key', async () => {
      const failing = clientAuthentication('private_key_jwt', configWith({}), METADATA);
      await expect(failing).rejects.toThrow(new NoClientAuthentication('OIDC_CLIENT_KEY is missing'));
    });
  });
});

it('a missing method is an error of its own name, which its hint goes by', () => {
  expect(new NoClientAuthentication('x').name).toBe('NoClientAuthentication');
});
