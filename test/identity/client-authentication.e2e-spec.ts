import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/config/config.js';
import type { FakeIdentity } from '../support/fake-identity.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

const pem = (name: string): string => readFileSync(new URL(`tls/${name}.pem`, import.meta.url), 'utf8');

let gateway: TestGateway;
afterEach(() => gateway.close());

const supporting =
  (...methods: string[]) =>
  (identity: FakeIdentity) =>
    (identity.metadataOverrides = { token_endpoint_auth_methods_supported: methods });
const lastForm = (): URLSearchParams => gateway.identity.tokenRequests.at(-1) ?? new URLSearchParams();

describe('I1: the client authenticates by a method that the provider supports', () => {
  it('by HTTP Basic if the metadata list no method, with no secret in the body', async () => {
    gateway = await startGateway({ OIDC_CLIENT_SECRET: 'a:secret+with/signs%' });
    await gateway.signIn();
    const credentials = Buffer.from(gateway.identity.tokenAuthorization?.slice(6) ?? '', 'base64').toString();
    // RFC 6749, section 2.3.1: both parts are form-encoded first; unreserved characters are not.
    expect(credentials).toBe('connect-gateway:a%3Asecret%2Bwith%2Fsigns%25');
    expect(lastForm().has('client_secret')).toBe(false);
  });

  it.each([
    [['client_secret_basic', 'client_secret_post'], 'basic'],
    [['client_secret_post'], 'post'],
  ])('with a secret and %j by %s', async (methods, way) => {
    gateway = await startGateway({}, undefined, supporting(...methods));
    await gateway.signIn();
    expect(gateway.identity.tokenAuthorization?.startsWith('Basic ') === true).toBe(way === 'basic');
    expect(lastForm().has('client_secret')).toBe(way === 'post');
  });

  it('by OIDC_CLIENT_AUTH, regardless of the metadata', async () => {
    gateway = await startGateway(
      { OIDC_CLIENT_AUTH: 'client_secret_post' },
      undefined,
      supporting('client_secret_basic'),
    );
    await gateway.signIn();
    expect(lastForm().get('client_secret')).toBe('a-client-secret');
    expect(gateway.identity.tokenAuthorization).toBeUndefined();
  });

  it.each(['issuer', 'token_endpoint'] as const)('by private_key_jwt with the %s as audience', async (audience) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const settings = { OIDC_CLIENT_SECRET: '', OIDC_CLIENT_KEY: key.replaceAll('\n', '\\n'), OIDC_CLIENT_KEY_ID: 'k1' };
    gateway = await startGateway({ ...settings, OIDC_CLIENT_KEY_AUDIENCE: audience }, undefined, (identity) => {
      identity.metadataOverrides = {
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['PS256'],
      };
    });
    await gateway.signIn();
    const assertion = lastForm().get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'PS256', kid: 'k1' });
    const { issuer } = gateway.identity;
    const expected = audience === 'issuer' ? issuer : `${issuer}/token`;
    const spki = await importSPKI(String(publicKey.export({ format: 'pem', type: 'spki' })), 'PS256');
    await jwtVerify(assertion, spki, { audience: expected, issuer: 'connect-gateway', subject: 'connect-gateway' });
    expect(lastForm().has('client_secret')).toBe(false);
    const first = decodeJwt(assertion).jti;
    await gateway.signIn();
    expect(decodeJwt(lastForm().get('client_assertion') ?? '').jti).not.toBe(first);
  });

  it('by a certificate at the mTLS endpoint alias (RFC 8705)', async () => {
    const seen: (string | undefined)[] = [];
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, pem('server.cert')]);
    const front = await startTlsFront((name) => seen.push(name));
    try {
      const settings = { OIDC_CLIENT_SECRET: '', OIDC_TLS_CERT: pem('client.cert'), OIDC_TLS_KEY: pem('client.key') };
      gateway = await startGateway(settings, undefined, (identity) => {
        front.target = identity.issuer;
        identity.metadataOverrides = {
          token_endpoint_auth_methods_supported: ['tls_client_auth'],
          mtls_endpoint_aliases: { token_endpoint: `${front.origin}/token` },
        };
      });
      await gateway.signIn();
      expect(seen).toEqual(['connect-gateway']);
      expect(lastForm().get('client_id')).toBe('connect-gateway');
    } finally {
      tls.setDefaultCACertificates(before);
      front.server.close();
      front.server.closeAllConnections();
    }
  });
});

describe('O4: unusable client credentials are configuration errors at startup', () => {
  const settings = {
    PUBLIC_URL: 'https://connect.example',
    PLATFORM_URL: 'https://platform.example/api/connect/v1',
    OIDC_ISSUER: 'https://login.example',
    OIDC_CLIENT_ID: 'connect-gateway',
    SESSION_KEYS: 'q3bZ0v9k1T7yW2xR8uP5mN4sL6jH0gF1',
  };

  it.each([
    [{}, 'OIDC_CLIENT_SECRET is required'],
    [{ OIDC_CLIENT_AUTH: 'private_key_jwt', OIDC_CLIENT_SECRET: 's' }, 'OIDC_CLIENT_KEY is required'],
    [{ OIDC_CLIENT_AUTH: 'tls_client_auth', OIDC_CLIENT_SECRET: 's' }, 'OIDC_TLS_CERT and OIDC_TLS_KEY are required'],
    [{ OIDC_TLS_CERT: pem('client.cert') }, 'OIDC_TLS_KEY is required'],
    [{ OIDC_CLIENT_KEY: 'rubbish' }, 'OIDC_CLIENT_KEY must be an unencrypted private key'],
    [{ OIDC_CLIENT_SECRET: 's', OIDC_AUTHORIZATION_PARAMS: 'state=x' }, 'OIDC_AUTHORIZATION_PARAMS must not set state'],
    [{ OIDC_CLIENT_SECRET: 's', OIDC_LOGOUT_URL: 'https://a.example/{token}' }, 'OIDC_LOGOUT_URL must have no holes'],
  ])('%j', (more, sentence) => {
    gateway = { close: () => Promise.resolve() } as TestGateway;
    expect(() => new Config({ ...settings, ...more })).toThrow(sentence);
  });
});

interface TlsFront {
  readonly server: Server;
  readonly origin: string;
  target: string;
}

/** Requests the client certificate, records its name, and forwards the request to the provider. */
async function startTlsFront(note: (name: string | undefined) => void): Promise<TlsFront> {
  const options = { cert: pem('server.cert'), key: pem('server.key'), ca: pem('client.cert'), requestCert: true };
  const server = createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front = { server, origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, target: '' };
  server.on('request', (req, res) => {
    void (async () => {
      const name = (req.socket as TLSSocket).getPeerCertificate().subject?.CN;
      note(Array.isArray(name) ? name[0] : name);
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const headers = { 'content-type': String(req.headers['content-type']) };
      const init = { method: req.method ?? 'GET', headers, body: Buffer.concat(chunks) };
      const answer = await fetch(front.target + req.url, init);
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })();
  });
  return front;
}
