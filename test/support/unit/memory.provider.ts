import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createHash, randomUUID } from 'node:crypto';
import type { ProviderHttp, Purpose } from '../../../src/identity/provider.http.js';

export const ISSUER = 'https://id.example/';
const CALLBACK = 'https://connect.example/auth/callback';

/** A request to the provider. */
export interface ProviderRequest {
  readonly purpose: Purpose;
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
  readonly signal: AbortSignal | undefined;
}

type Handler = (request: ProviderRequest) => Response | Promise<Response>;

/** A key pair of a provider, with its public half as the key set has it. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function createKey(kid: string, algorithm = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: algorithm } };
}

/**
 * An OpenID provider in the place of `ProviderHttp`: what would go over the network is answered in memory. Codes and
 * refresh tokens are good once, a code only with the verifier of its challenge (RFC 7636) and its redirect URI.
 */
export class MemoryProvider {
  readonly requests: ProviderRequest[] = [];
  /** Answers in place of the usual ones, by path. */
  readonly answers = new Map<string, Handler>();
  /** Members that override the metadata; undefined leaves one out. */
  metadata: Record<string, unknown> = {};
  /** Members that override the claims of id_tokens. */
  claims: JWTPayload = {};
  keys: unknown[];
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly refreshTokens = new Map<string, URLSearchParams>();
  private readonly accessTokens = new Set<string>();

  constructor(readonly key: SigningKey) {
    this.keys = [key.jwk];
  }

  /** In the place of the class that calls the provider. */
  get http(): ProviderHttp {
    const fetchFor = (purpose: Purpose) => (url: string, init: RequestInit) => this.answer(purpose, url, init);
    return { fetchFor } as unknown as ProviderHttp;
  }

  /** The requests for a path, in order. */
  at(path: string): ProviderRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Signs the person in whose browser was sent to this URL; gives the query of the callback. */
  authorize({ searchParams }: URL): string {
    const expected = {
      response_type: 'code',
      client_id: 'gateway',
      redirect_uri: CALLBACK,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(expected))
      if (searchParams.get(name) !== value) throw new Error(`${name} is ${searchParams.get(name)}`);
    const code = randomUUID();
    this.codes.set(code, searchParams);
    return `?code=${code}&state=${searchParams.get('state')}`;
  }

  /** An id_token with these claims, unless others are given. */
  async idToken(claims: JWTPayload = {}, { privateKey, jwk }: SigningKey = this.key): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: ISSUER, aud: 'gateway', sub: 'ann', iat: now, exp: now + 300 };
    const header = { alg: jwk.alg ?? '', kid: jwk.kid ?? '' };
    return new SignJWT({ ...usual, ...this.claims, ...claims }).setProtectedHeader(header).sign(privateKey);
  }

  private async answer(purpose: Purpose, url: string, init: RequestInit): Promise<Response> {
    const { pathname: path } = new URL(url);
    const headers = new Headers(init.headers);
    const form = init.body instanceof URLSearchParams ? init.body : new URLSearchParams();
    const request = { purpose, path, method: init.method ?? 'GET', headers, form, signal: init.signal ?? undefined };
    this.requests.push(request);
    const usual: Record<string, Handler> = {
      '/.well-known/openid-configuration': () => Response.json(this.document),
      '/keys': () => Response.json({ keys: this.keys }),
      '/token': ({ form: grant }) => this.token(grant),
      '/userinfo': ({ headers: sent }) => this.userInfo(sent),
      '/par': () => Response.json({ request_uri: 'urn:pushed', expires_in: 60 }, { status: 201 }),
      '/revoke': ({ form: revoked }) => this.revoke(revoked),
    };
    return (this.answers.get(path) ?? usual[path] ?? (() => new Response(null, { status: 404 })))(request);
  }

  private get document(): Record<string, unknown> {
    const at = (path: string): string => new URL(path, ISSUER).href;
    return {
      issuer: ISSUER,
      authorization_endpoint: at('authorize'),
      token_endpoint: at('token'),
      jwks_uri: at('keys'),
      userinfo_endpoint: at('userinfo'),
      revocation_endpoint: at('revoke'),
      end_session_endpoint: at('logout'),
      pushed_authorization_request_endpoint: at('par'),
      response_types_supported: ['code'],
      ...this.metadata,
    };
  }

  private async token(form: URLSearchParams): Promise<Response> {
    const asked = form.get('grant_type') === 'refresh_token' ? this.refreshed(form) : this.redeemed(form);
    if (asked === undefined) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    const [accessToken, refreshToken] = [randomUUID(), randomUUID()];
    this.accessTokens.add(accessToken);
    this.refreshTokens.set(refreshToken, asked);
    return Response.json({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: refreshToken,
      id_token: await this.idToken({ nonce: asked.get('nonce') ?? undefined }),
    });
  }

  private redeemed(form: URLSearchParams): URLSearchParams | undefined {
    const code = form.get('code') ?? '';
    const asked = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight = asked?.get('code_challenge') === challenge && form.get('redirect_uri') === CALLBACK;
    return isRight ? asked : undefined;
  }

  private refreshed(form: URLSearchParams): URLSearchParams | undefined {
    const token = form.get('refresh_token') ?? '';
    const asked = this.refreshTokens.get(token);
    this.refreshTokens.delete(token);
    return asked;
  }

  private userInfo(headers: Headers): Response {
    const token = headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
    if (!this.accessTokens.has(token)) return new Response(null, { status: 401 });
    return Response.json({ sub: 'ann', name: 'Ann' });
  }

  private revoke(form: URLSearchParams): Response {
    this.refreshTokens.delete(form.get('token') ?? '');
    return new Response(null, { status: 200 });
  }
}
