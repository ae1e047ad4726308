import { createHash, createPublicKey, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { type ClientAuth, hasWord, type LogoutAnswer, PERSON, type Vendor } from './vendor.js';

export const CLIENT_ID = 'connect-gateway';
export const CLIENT_SECRET = 's3cret/with+signs%';

interface Grant {
  readonly nonce: string;
  readonly sid: string;
  readonly scope: string;
  readonly getsRefreshToken: boolean;
  readonly refreshTokens: Set<string>;
  isRevoked: boolean;
}

interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly challenge: string;
  isUsed: boolean;
}

/** A request to the token endpoint, for tests that check the provider's side. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly auth: ClientAuth | 'several' | 'none';
}

/**
 * A double of one vendor's identity provider, strict in what the specifications and the vendor's documents demand: exact
 * redirect URIs, the registered way of client authentication and no other, PKCE with S256, a nonce, scopes by list, codes
 * for one use whose second use revokes the tokens of the first, refresh tokens as the vendor rotates them.
 *
 * What it forgives: it has no sign-in page and signs every browser in at once as the same person; it does not check the
 * lifetime of access tokens at the userinfo endpoint; codes live for as long as the double does.
 */
export class VendorProvider {
  readonly tokenRequests: TokenRequest[] = [];
  readonly authorizationRequests: URLSearchParams[] = [];
  readonly revoked: string[] = [];
  /** Whether the person has a session with the provider. */
  hasSession = false;
  /** The addresses that the logout page loads in frames. */
  frontchannelLogoutUri: string | undefined;
  clientKey: JWK | undefined;
  private sid = '';
  private readonly codes = new Map<string, Code>();
  private readonly grants: Grant[] = [];
  private readonly pushed = new Map<string, URLSearchParams>();

  private constructor(
    readonly vendor: Vendor,
    private readonly server: Server,
    readonly origin: string,
    private readonly gateway: string,
    private readonly privateKey: CryptoKey,
    private readonly jwk: JWK,
  ) {}

  /** @param gateway the origin that the client is registered with */
  static async start(vendor: Vendor, gateway: string): Promise<VendorProvider> {
    const { privateKey, jwk } = await (keys[vendor.signsWith] ??= newKey(vendor.signsWith));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new VendorProvider(vendor, server, origin, gateway, privateKey, jwk);
    server.on('request', (req, res) => {
      provider.answer(req, res).catch((error: unknown) => {
        console.error(error);
        res.destroy();
      });
    });
    return provider;
  }

  /** Clears the recorded requests and the person's session. */
  begin(): void {
    this.tokenRequests.length = 0;
    this.authorizationRequests.length = 0;
    this.revoked.length = 0;
    this.hasSession = false;
  }

  get issuer(): string {
    return this.origin + this.vendor.issuerPath;
  }

  get refreshes(): number {
    return this.tokenRequests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Revokes every grant, as an administrator who removes a person's access. */
  revokeEverything(): void {
    for (const grant of this.grants) grant.isRevoked = true;
  }

  /** The logout token of the person's session, as this vendor signs it. */
  async logoutToken(): Promise<string> {
    const { typ, saysExp } = this.vendor.logoutToken ?? { typ: 'logout+jwt', saysExp: true };
    const now = Math.floor(Date.now() / 1000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const claims = { sub: PERSON.sub, sid: this.sid, jti: randomUUID(), events, iat: now };
    return new SignJWT({ iss: this.issuer, aud: CLIENT_ID, ...claims, ...(saysExp && { exp: now + 120 }) })
      .setProtectedHeader({ alg: this.vendor.signsWith, kid: String(this.jwk.kid), ...(typ !== undefined && { typ }) })
      .sign(this.privateKey);
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.origin);
    const form = new URLSearchParams(req.method === 'POST' ? await readText(req) : '');
    const path = url.pathname;
    if (path === `${this.vendor.issuerPath.replace(/\/$/, '')}/.well-known/openid-configuration`)
      return sendJson(res, 200, this.metadata());
    if (path === '/keys') return sendJson(res, 200, { keys: [this.jwk] });
    if (path === '/authorize') return this.authorize(url.searchParams, res);
    if (path === '/par') return this.push(req, form, res);
    if (path === '/token') return this.token(req, form, res);
    if (path === '/userinfo') return sendJson(res, 200, { sub: PERSON.sub, ...this.vendor.userInfo });
    if (path === '/revoke') return this.revoke(req, form, res);
    if (path === this.vendor.logout?.path) return this.logout(req.method === 'POST' ? form : url.searchParams, res);
    return sendJson(res, 404, {});
  }

  private metadata(): object {
    const at = (path: string): string => this.origin + path;
    const { vendor } = this;
    return {
      issuer: this.issuer,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      userinfo_endpoint: at('/userinfo'),
      jwks_uri: at('/keys'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [vendor.signsWith],
      scopes_supported: vendor.scopes,
      token_endpoint_auth_methods_supported: vendor.clientAuth,
      code_challenge_methods_supported: ['S256'],
      ...(vendor.hasRevocation && { revocation_endpoint: at('/revoke') }),
      ...(vendor.logout?.isInMetadata && { end_session_endpoint: at(vendor.logout.path) }),
      ...(vendor.requiresPushedRequests && {
        pushed_authorization_request_endpoint: at('/par'),
        require_pushed_authorization_requests: true,
      }),
      ...vendor.metadata?.(this.origin),
    };
  }

  private authorize(query: URLSearchParams, res: ServerResponse): void {
    const pushed = this.pushed.get(query.get('request_uri') ?? '');
    if (this.vendor.requiresPushedRequests && pushed === undefined)
      return sendPage(res, 400, 'Parameters must be pushed.');
    this.pushed.delete(query.get('request_uri') ?? '');
    const request = pushed ?? query;
    this.authorizationRequests.push(request);
    const redirectUri = request.get('redirect_uri') ?? '';
    if (query.get('client_id') !== CLIENT_ID || redirectUri !== `${this.gateway}/auth/callback`)
      return sendPage(res, 400, 'The redirect URI is not registered.');
    const location = new URL(redirectUri);
    location.searchParams.set('state', request.get('state') ?? '');
    const error = this.faultOf(request);
    if (error === undefined) location.searchParams.set('code', this.issueCode(request));
    else location.searchParams.set('error', error);
    res.writeHead(302, { location: location.href }).end();
  }

  private faultOf(request: URLSearchParams): string | undefined {
    const scopes = (request.get('scope') ?? '').split(' ');
    if (request.get('response_type') !== 'code') return 'unsupported_response_type';
    if (!scopes.includes('openid') || scopes.some((scope) => !this.vendor.scopes.includes(scope)))
      return 'invalid_scope';
    const isComplete = ['state', 'nonce', 'code_challenge'].every((name) => (request.get(name) ?? '').length >= 8);
    if (!isComplete || request.get('code_challenge_method') !== 'S256') return 'invalid_request';
    if (hasWord(request, 'prompt', 'none') && !this.hasSession) return 'login_required';
    return this.vendor.refuses?.(request);
  }

  private issueCode(request: URLSearchParams): string {
    this.hasSession = true;
    this.sid = randomUUID();
    const grant: Grant = {
      nonce: request.get('nonce') ?? '',
      sid: this.sid,
      scope: request.get('scope') ?? '',
      getsRefreshToken: this.vendor.grantsRefreshToken(request),
      refreshTokens: new Set(),
      isRevoked: false,
    };
    this.grants.push(grant);
    const code = randomUUID();
    const challenge = request.get('code_challenge') ?? '';
    this.codes.set(code, { grant, redirectUri: request.get('redirect_uri') ?? '', challenge, isUsed: false });
    return code;
  }

  private async push(req: IncomingMessage, form: URLSearchParams, res: ServerResponse): Promise<void> {
    if (!(await this.isClient(req, form))) return refuseClient(res);
    const requestUri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
    this.pushed.set(requestUri, form);
    sendJson(res, 201, { request_uri: requestUri, expires_in: 60 });
  }

  private async token(req: IncomingMessage, form: URLSearchParams, res: ServerResponse): Promise<void> {
    this.tokenRequests.push({ form, auth: methodOf(req, form) });
    if (!(await this.isClient(req, form))) return refuseClient(res);
    const isRefresh = form.get('grant_type') === 'refresh_token';
    const grant = isRefresh ? this.redeemRefreshToken(form) : this.redeemCode(form);
    if (grant === undefined) return sendJson(res, 400, { error: 'invalid_grant' });
    sendJson(res, 200, await this.tokensOf(grant, isRefresh));
  }

  private redeemCode(form: URLSearchParams): Grant | undefined {
    const code = this.codes.get(form.get('code') ?? '');
    if (code === undefined || form.get('grant_type') !== 'authorization_code') return undefined;
    // RFC 6749, section 4.1.2: a second use is theft, and revokes the tokens of the first.
    if (code.isUsed) code.grant.isRevoked = true;
    code.isUsed = true;
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = challenge === code.challenge && form.get('redirect_uri') === code.redirectUri;
    return isGood && !code.grant.isRevoked ? code.grant : undefined;
  }

  private redeemRefreshToken(form: URLSearchParams): Grant | undefined {
    const token = form.get('refresh_token') ?? '';
    const grant = this.grants.find(({ refreshTokens }) => refreshTokens.has(token));
    if (grant === undefined || grant.isRevoked) return undefined;
    const isNewest = [...grant.refreshTokens].at(-1) === token;
    if (this.vendor.rotates && !isNewest) grant.isRevoked = true;
    return grant.isRevoked ? undefined : grant;
  }

  private async tokensOf(grant: Grant, isRefresh: boolean): Promise<object> {
    const getsNewOne = grant.getsRefreshToken && (!isRefresh || this.vendor.rotates);
    const refreshToken = getsNewOne ? randomUUID() : undefined;
    if (refreshToken !== undefined) grant.refreshTokens.add(refreshToken);
    return {
      token_type: 'Bearer',
      access_token: randomUUID(),
      scope: grant.scope,
      ...(this.vendor.saysExpiresIn && { expires_in: this.vendor.idTokenSeconds }),
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      ...((!isRefresh || this.vendor.idTokenOnRefresh) && { id_token: await this.idTokenOf(grant, isRefresh) }),
    };
  }

  private async idTokenOf({ nonce, sid }: Grant, isRefresh: boolean): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: PERSON.sub, sid, iat: now, exp: now + this.vendor.idTokenSeconds, jti: randomUUID() };
    return new SignJWT({
      iss: this.issuer,
      aud: CLIENT_ID,
      ...claims,
      ...(!isRefresh && { nonce }),
      ...this.vendor.idToken,
    })
      .setProtectedHeader({ alg: this.vendor.signsWith, kid: String(this.jwk.kid), typ: 'JWT' })
      .sign(this.privateKey);
  }

  private async revoke(req: IncomingMessage, form: URLSearchParams, res: ServerResponse): Promise<void> {
    if (!(await this.isClient(req, form))) return refuseClient(res);
    const token = form.get('token') ?? '';
    this.revoked.push(token);
    for (const grant of this.grants) if (grant.refreshTokens.has(token)) grant.isRevoked = true;
    sendJson(res, 200, {});
  }

  private logout(request: URLSearchParams, res: ServerResponse): void {
    const { logout } = this.vendor;
    if (logout === undefined) return sendJson(res, 404, {});
    const hint = request.get('id_token_hint');
    const answer: LogoutAnswer = logout.answer(request, hint !== null && decodeJwt(hint)['sub'] === PERSON.sub);
    if (answer === 'error') return sendPage(res, 400, 'The request is not valid.');
    if (answer === 'asks_to_confirm') return sendPage(res, 200, 'Do you want to sign out?');
    this.hasSession = false;
    const returnTo = request.get(logout.returnParameter);
    if (returnTo === null) return sendPage(res, 200, 'You are signed out.');
    if (returnTo !== `${this.gateway}/`) return sendPage(res, 400, 'This address is not registered.');
    const location = new URL(returnTo);
    const state = request.get('state');
    if (logout.echoesState && state !== null) location.searchParams.set('state', state);
    if (!this.vendor.hasFrontchannelLogout) return void res.writeHead(302, { location: location.href }).end();
    const frame = new URL(this.frontchannelLogoutUri ?? this.gateway);
    frame.search = new URLSearchParams({ iss: this.issuer, sid: this.sid }).toString();
    sendPage(res, 200, `<iframe src="${frame.href}"></iframe><a href="${location.href}">Continue</a>`);
  }

  /** Only the registered method is accepted; more than one at once is refused (RFC 6749, section 2.3). */
  private async isClient(req: IncomingMessage, form: URLSearchParams): Promise<boolean> {
    const method = methodOf(req, form);
    if (method === 'none' || method === 'several' || !this.vendor.clientAuth.includes(method)) return false;
    if (method === 'private_key_jwt') return this.isAssertion(form.get('client_assertion') ?? '');
    if (method === 'client_secret_post')
      return form.get('client_id') === CLIENT_ID && form.get('client_secret') === CLIENT_SECRET;
    const credentials = Buffer.from(String(req.headers.authorization).slice('Basic '.length), 'base64').toString();
    const [id = '', secret = ''] = credentials.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    return id === CLIENT_ID && secret === CLIENT_SECRET;
  }

  private async isAssertion(assertion: string): Promise<boolean> {
    if (this.clientKey === undefined) return false;
    const key = createPublicKey({ key: this.clientKey, format: 'jwk' }).export({ format: 'jwk' }) as JWK;
    const options = { issuer: CLIENT_ID, subject: CLIENT_ID, audience: [this.issuer, `${this.origin}/token`] };
    const required = { requiredClaims: ['jti', 'exp'] };
    const verified = await jwtVerify(assertion, await importJWK(key, 'ES256'), { ...options, ...required }).catch(
      () => undefined,
    );
    return verified !== undefined;
  }
}

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Generating RSA keys is slow: one per algorithm and process. */
const keys: Partial<Record<Vendor['signsWith'], Promise<SigningKey>>> = {};

async function newKey(algorithm: Vendor['signsWith']): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), use: 'sig', alg: algorithm } };
}

function methodOf(req: IncomingMessage, form: URLSearchParams): TokenRequest['auth'] {
  const used: ClientAuth[] = [];
  if (req.headers.authorization?.startsWith('Basic ')) used.push('client_secret_basic');
  if (form.has('client_secret')) used.push('client_secret_post');
  if (form.has('client_assertion')) used.push('private_key_jwt');
  return used.length > 1 ? 'several' : (used[0] ?? 'none');
}

function refuseClient(res: ServerResponse): void {
  // RFC 6749, section 5.2: with a challenge, where the client may use HTTP authentication.
  res.setHeader('WWW-Authenticate', 'Basic realm="token"');
  sendJson(res, 401, { error: 'invalid_client' });
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendPage(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/html' }).end(text);
}

async function readText(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}
