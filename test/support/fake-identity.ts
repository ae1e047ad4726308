import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The response to a token request; undefined members take their default. */
export interface TokenAnswer {
  readonly status?: number;
  /** May be a promise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

interface Grant {
  readonly nonce: string | null;
  readonly redirectUri: string;
}

/** Shared by all providers of a test file, since generating a key pair takes longer than starting a provider. */
let keys: ReturnType<typeof generateKeyPair> | undefined;

/**
 * A small OpenID provider that signs in every browser, for tests of a slow, faulty or unavailable provider.
 * Refresh tokens rotate and work once. Tests without provider faults use the sandbox's certified provider.
 */
export class FakeIdentity {
  /** The lifetime of an id_token in seconds. */
  idTokenSeconds = 3600;
  subject = 'person-1';
  /** Members that override an id_token's claims. */
  claims: JWTPayload = {};
  /** Members that override the discovery document; undefined leaves one out. */
  metadataOverrides: Record<string, unknown> = {};
  /** The parameters of the authorization response in place of a code. */
  authorizationError: Record<string, string> | undefined;
  /** Replaces the key set. */
  keySet: unknown;
  /** Called instead of signing an id_token. */
  signIdToken: ((claims: JWTPayload) => Promise<string>) | undefined;
  /** The response of the userinfo endpoint; undefined if the provider has none. */
  userInfo: Record<string, unknown> | undefined;
  saysExpiresIn = true;
  /** Creates an access token. */
  accessToken: () => Promise<string> | string = () => `access-${randomUUID()}`;
  /** Whether redeeming a code returns a refresh token. */
  givesRefreshToken = true;
  /** Members that override the claims of a logout token. */
  logoutClaims: JWTPayload = {};
  /** The requests to the end_session_endpoint. */
  readonly logouts: URLSearchParams[] = [];
  readonly authorizationRequests: URLSearchParams[] = [];
  /** Whether a refresh returns a new id_token. */
  refreshesIdToken = true;
  /** Called for each token request; its result overrides the default response. */
  onToken: (form: URLSearchParams) => TokenAnswer | undefined = () => undefined;
  /** Awaited before a token request is answered. */
  beforeToken: () => Promise<void> = () => Promise.resolve();
  readonly tokenRequests: URLSearchParams[] = [];
  /** The `Authorization` header of the last token request. */
  tokenAuthorization: string | undefined;
  /** The decoded HTTP Basic credentials, in the order of the token requests. */
  readonly authorizations: string[] = [];
  readonly revoked: string[] = [];
  jwksRequests = 0;
  jwksDown = false;
  /** Whether connections are closed before a token request is answered. */
  breaksOff = false;
  /** The valid refresh tokens. */
  readonly refreshTokens = new Set<string>();
  private readonly codes = new Map<string, Grant>();

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    readonly key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'],
    readonly jwk: JWK,
  ) {}

  static async start(): Promise<FakeIdentity> {
    keys ??= generateKeyPair('RS256');
    const { privateKey, publicKey } = await keys;
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test-key', use: 'sig', alg: 'RS256' };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const identity = new FakeIdentity(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      privateKey,
      jwk,
    );
    server.on('request', (req, res) => void identity.answer(req, res));
    return identity;
  }

  /** A signed id_token. */
  async idToken(claims: JWTPayload = {}, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      sub: this.subject,
      name: 'Demo Person',
      email: 'demo@example.com',
      sid: 'provider-session',
      iat: now,
      exp: now + this.idTokenSeconds,
    };
    const payload = { iss: this.issuer, aud: 'connect-gateway', jti: randomUUID(), ...all, ...this.claims, ...claims };
    if (this.signIdToken !== undefined) return this.signIdToken(payload);
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'test-key', ...header }).sign(this.key);
  }

  /** A signed logout token for this session of the provider; members set to undefined are left out. */
  async logoutToken(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const all = {
      iss: this.issuer,
      aud: 'connect-gateway',
      iat: now,
      exp: now + 120,
      jti: randomUUID(),
      sid: 'provider-session',
      events,
      ...claims,
    };
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'RS256', kid: 'test-key', typ: 'logout+jwt', ...header })
      .sign(this.key);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.issuer);
    if (url.pathname === '/.well-known/openid-configuration') return json(res, 200, this.metadata());
    if (url.pathname === '/jwks') {
      this.jwksRequests += 1;
      return json(res, this.jwksDown ? 500 : 200, this.keySet ?? { keys: [this.jwk] });
    }
    if (url.pathname === '/authorize') return this.authorize(url.searchParams, res);
    const form = new URLSearchParams(await readText(req));
    const { authorization } = req.headers;
    if (authorization?.startsWith('Basic ') === true)
      this.authorizations.push(Buffer.from(authorization.slice('Basic '.length), 'base64').toString());
    if (url.pathname === '/userinfo') return json(res, 200, this.userInfo ?? {});
    this.tokenAuthorization = req.headers.authorization;
    if (url.pathname === '/token' && this.breaksOff) return void req.socket.resetAndDestroy();
    if (url.pathname === '/token') return this.token(form, res);
    if (url.pathname === '/end-session') return this.endSession(req.method === 'POST' ? form : url.searchParams, res);
    if (url.pathname === '/revoke') this.revoked.push(form.get('token') ?? '');
    return json(res, url.pathname === '/revoke' ? 200 : 404, {});
  }

  private endSession(request: URLSearchParams, res: ServerResponse): void {
    this.logouts.push(request);
    const location = new URL(request.get('post_logout_redirect_uri') ?? this.issuer);
    location.searchParams.set('state', request.get('state') ?? '');
    res.writeHead(303, { location: location.href }).end();
  }

  private authorize(query: URLSearchParams, res: ServerResponse): void {
    this.authorizationRequests.push(query);
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    this.codes.set(code, { nonce: query.get('nonce'), redirectUri });
    const location = new URL(redirectUri);
    for (const [name, value] of Object.entries(this.authorizationError ?? { code }))
      location.searchParams.set(name, value);
    location.searchParams.set('state', query.get('state') ?? '');
    location.searchParams.set('iss', this.issuer);
    res.writeHead(302, { location: location.href }).end();
  }

  private async token(form: URLSearchParams, res: ServerResponse): Promise<void> {
    this.tokenRequests.push(form);
    const override = this.onToken(form) ?? {};
    const usual = override.body === undefined ? await this.usualTokens(form) : undefined;
    await this.beforeToken();
    if (override.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, override.delayMs));
    json(
      res,
      override.status ?? (usual === undefined && override.body === undefined ? 400 : 200),
      (await override.body) ?? usual ?? { error: 'invalid_grant' },
      override.headers,
    );
  }

  /** The tokens for a grant; undefined if the code or the refresh token is invalid. */
  async usualTokens(form: URLSearchParams): Promise<object | undefined> {
    const isRefresh = form.get('grant_type') === 'refresh_token';
    const grant = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    if (isRefresh ? !this.refreshTokens.delete(form.get('refresh_token') ?? '') : grant === undefined) return undefined;
    const refreshToken = `refresh-${randomUUID()}`;
    this.refreshTokens.add(refreshToken);
    const idToken =
      isRefresh && !this.refreshesIdToken ? undefined : await this.idToken(grant?.nonce ? { nonce: grant.nonce } : {});
    return {
      token_type: 'Bearer',
      access_token: await this.accessToken(),
      ...(this.saysExpiresIn && { expires_in: Math.max(1, this.idTokenSeconds) }),
      ...(this.givesRefreshToken && { refresh_token: refreshToken }),
      id_token: idToken,
    };
  }

  private metadata(): object {
    const at = (path: string): string => this.issuer + path;
    return {
      issuer: this.issuer,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      jwks_uri: at('/jwks'),
      revocation_endpoint: at('/revoke'),
      end_session_endpoint: at('/end-session'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      ...(this.userInfo !== undefined && { userinfo_endpoint: at('/userinfo') }),
      ...this.metadataOverrides,
    };
  }
}

function json(res: ServerResponse, status: number, body: unknown, headers = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

async function readText(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}
