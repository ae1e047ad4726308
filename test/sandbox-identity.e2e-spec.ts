import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityOptions, startIdentity } from '../sandbox/identity/identity.server.js';
import { CookieJar } from './support/cookie-jar.js';
import { signIn, submitSignIn } from './support/sign-in.js';

const REDIRECT_URI = 'http://127.0.0.1:3000/auth/callback';
const OPTIONS: IdentityOptions = {
  host: '127.0.0.1',
  port: 0,
  database: ':memory:',
  clientId: 'connect-gateway',
  clientSecret: 'a secret that only this test knows',
  redirectUris: [REDIRECT_URI],
  postLogoutRedirectUris: ['http://127.0.0.1:3000/'],
  backchannelLogoutUri: 'http://127.0.0.1:3000/auth/backchannel-logout',
};

type Identity = Awaited<ReturnType<typeof startIdentity>>;

let identity: Identity;
let client: oidc.Configuration;
const said = vi.fn<(...words: unknown[]) => void>();

function discover(issuer: string): Promise<oidc.Configuration> {
  const { clientId, clientSecret } = OPTIONS;
  return oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute: [oidc.allowInsecureRequests] });
}

/** An authorization request with its code verifier, state and nonce. */
async function authorization(parameters: Record<string, string> = {}, by = client) {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const url = oidc.buildAuthorizationUrl(by, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email offline_access',
    // The provider follows OpenID Connect Core, section 11, to the letter.
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  });
  return { url, checks };
}

/** The tokens of a complete sign-in. */
async function tokensOf(email = 'demo@example.com', cookies = new CookieJar(), by = client) {
  const { url, checks } = await authorization({}, by);
  const { callbackUrl } = await signIn(url, email, cookies);
  return oidc.authorizationCodeGrant(by, callbackUrl, { ...checks, idTokenExpected: true });
}

/** The sign-in page of a new attempt, as a browser reaches it. */
async function openSignIn(cookies: CookieJar, parameters: Record<string, string> = {}): Promise<Response> {
  const { url } = await authorization(parameters);
  const redirect = await cookies.fetch(url);
  return cookies.fetch(new URL(redirect.headers.get('location') ?? '', url));
}

/** The policy source that allows the inline element of a page. */
function hashOf(element: string, page: string): string {
  const [, text = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page) ?? [];
  return `sha256-${hash('sha256', text, 'base64')}`;
}

function refreshTokenOf(tokens: oidc.TokenEndpointResponse): string {
  expect(tokens.refresh_token).toBeTypeOf('string');
  return tokens.refresh_token ?? '';
}

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(said);
  identity = await startIdentity(OPTIONS);
  client = await discover(identity.issuer);
});

afterAll(async () => {
  await identity.close();
  vi.restoreAllMocks();
});

// A working provider logs nothing: neither errors nor the notices of oidc-provider about defaults.
afterEach(() => {
  expect(said).not.toHaveBeenCalled();
});

describe('the provider', () => {
  it('publishes its capabilities', () => {
    const metadata = client.serverMetadata();
    expect(metadata.issuer).toBe(identity.issuer);
    expect(metadata.code_challenge_methods_supported).toEqual(['S256']);
    expect(metadata.response_types_supported).toEqual(['code']);
    expect(metadata.id_token_signing_alg_values_supported).toEqual(['RS256']);
    expect(metadata.backchannel_logout_supported).toBe(true);
    expect(metadata.revocation_endpoint).toBeTypeOf('string');
    expect(metadata.end_session_endpoint).toBeTypeOf('string');
  });

  it('reports an address that is in use', async () => {
    const port = Number(new URL(identity.issuer).port);
    await expect(startIdentity({ ...OPTIONS, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('an authorization request', () => {
  it('signs in with code, PKCE, state and nonce, and names the person in the id_token', async () => {
    const tokens = await tokensOf();
    const { payload, protectedHeader } = await jwtVerify(
      tokens.id_token ?? '',
      createRemoteJWKSet(new URL(identity.jwksUri)),
      {
        issuer: identity.issuer,
        audience: OPTIONS.clientId,
      },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      sub: 'person-demo',
      name: 'Demo Person',
      email: 'demo@example.com',
      email_verified: true,
    });
    expect(payload['sid']).toBeTypeOf('string');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60);
  });

  it('signs in the second person as another subject', async () => {
    const { sub, email } = decodeJwt((await tokensOf('other@example.com')).id_token ?? '');
    expect({ sub, email }).toEqual({ sub: 'person-other', email: 'other@example.com' });
  });

  it('shows no sign-in page to a browser that is signed in', async () => {
    const cookies = new CookieJar();
    await tokensOf('other@example.com', cookies);
    const { url } = await authorization();
    const response = await cookies.fetch(url);
    expect(response.headers.get('location')).toMatch(`${REDIRECT_URI}?code=`);
  });

  it('shows the sign-in page again if the client asks for it, and another person can sign in', async () => {
    const cookies = new CookieJar();
    await tokensOf('demo@example.com', cookies);
    const page = await openSignIn(cookies, { prompt: 'login' });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<h1>Sign in</h1>');
  });

  it('is refused without PKCE', async () => {
    const { url } = await authorization();
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const location = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
    expect(location.searchParams.get('error')).toBe('invalid_request');
  });

  it('gets an error page instead of a redirect when the redirect URI is not registered', async () => {
    const { url } = await authorization({ redirect_uri: 'http://127.0.0.1:6666/<b>' });
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).toContain('<h1>That did not work</h1>');
  });

  it('gets no refresh token without offline_access', async () => {
    const { url, checks } = await authorization({ scope: 'openid email' });
    const { callbackUrl } = await signIn(url);
    const tokens = await oidc.authorizationCodeGrant(client, callbackUrl, checks);
    expect(tokens.refresh_token).toBeUndefined();
  });

  it('survives a malformed target', async () => {
    const response = await fetch(`${identity.issuer}//[/auth?scope=%E0%A4%A`);
    expect(response.status).toBe(404);
  });
});

describe('the sign-in page', () => {
  it('has labelled fields and loads no resources or scripts', async () => {
    const page = await openSignIn(new CookieJar());
    const text = await page.text();
    expect(text).toMatch(/<label for="email">E-mail<\/label>\s*<input\s+id="email"/);
    expect(text).toMatch(/<label for="password">Password<\/label>\s*<input\s+id="password"/);
    expect(text).toContain('<button type="submit">Sign in</button>');
    expect(text).not.toMatch(/<script|<link|<img|style="/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none';");
    expect(page.headers.get('content-security-policy')).toContain(`style-src '${hashOf('style', text)}';`);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('fills in the e-mail address of login_hint', async () => {
    const page = await openSignIn(new CookieJar(), { login_hint: 'other@example.com' });
    expect(await page.text()).toContain('value="other@example.com"');
  });

  it.each([
    ['a wrong password', { email: 'demo@example.com', password: 'wrong' }],
    ['an unknown e-mail address', { email: 'nobody@example.com', password: 'demo' }],
    ['nothing', { email: '', password: '' }],
  ])('appears again with a message after %s, and then signs in', async (_name, credentials) => {
    const cookies = new CookieJar();
    const refused = await submitSignIn(await openSignIn(cookies), credentials, cookies);
    expect(refused.status).toBe(422);
    const text = await refused.clone().text();
    expect(text).toMatch(/role="alert">\s*E-mail and password do not match\./);
    expect(text).toContain(`value="${credentials.email}"`);
    const accepted = await submitSignIn(refused, { email: 'demo@example.com' }, cookies);
    expect(accepted.status).toBe(303);
  });

  it('escapes the typed input', async () => {
    const cookies = new CookieJar();
    const email = `"><script>alert('1')</script>&`;
    const text = await (await submitSignIn(await openSignIn(cookies), { email }, cookies)).text();
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"');
  });

  it('accepts the e-mail address in any case and with surrounding spaces', async () => {
    const cookies = new CookieJar();
    const accepted = await submitSignIn(await openSignIn(cookies), { email: ' Demo@Example.com ' }, cookies);
    expect(accepted.status).toBe(303);
  });

  it('belongs to the browser that began the sign-in: another one gets an error page', async () => {
    const page = await openSignIn(new CookieJar());
    const response = await submitSignIn(page, { email: 'demo@example.com' }, new CookieJar());
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<h1>This sign-in is over</h1>');
  });
});

describe('a refresh token', () => {
  it('rotates, works once, and a second use revokes its successors', async () => {
    const first = refreshTokenOf(await tokensOf());
    const tokens = await oidc.refreshTokenGrant(client, first);
    const second = refreshTokenOf(tokens);
    expect(second).not.toBe(first);
    expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ sub: 'person-demo', email: 'demo@example.com' });
    await expect(oidc.refreshTokenGrant(client, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.refreshTokenGrant(client, second)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('works once when it is used many times concurrently', async () => {
    const token = refreshTokenOf(await tokensOf());
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => oidc.refreshTokenGrant(client, token)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('stops working when it is revoked, without affecting the next sign-in of the same browser', async () => {
    const cookies = new CookieJar();
    const before = refreshTokenOf(await tokensOf('demo@example.com', cookies));
    const after = refreshTokenOf(await tokensOf('demo@example.com', cookies));
    await oidc.tokenRevocation(client, before);
    await expect(oidc.refreshTokenGrant(client, before)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await oidc.refreshTokenGrant(client, after)).id_token).toBeTypeOf('string');
  });
});

describe('signing out', () => {
  it('ends the session at the provider, notifies the client, and returns to it', async () => {
    const posted = Promise.withResolvers<string>();
    const listener = createServer((request, response) => {
      request
        .setEncoding('utf8')
        .on('data', (form: string) => posted.resolve(new URLSearchParams(form).get('logout_token') ?? ''));
      response.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const backchannelLogoutUri = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    const other = await startIdentity({ ...OPTIONS, backchannelLogoutUri });
    const by = await discover(other.issuer);
    const cookies = new CookieJar();
    const { sid } = decodeJwt((await tokensOf('demo@example.com', cookies, by)).id_token ?? '');

    const logoutUrl = oidc.buildEndSessionUrl(by, { post_logout_redirect_uri: 'http://127.0.0.1:3000/' });
    const page = await (await cookies.fetch(logoutUrl)).text();
    const [, action = '', xsrf = ''] =
      /action="([^"]+)"><input type="hidden" name="xsrf" value="([^"]+)"/.exec(page) ?? [];
    const done = await cookies.fetch(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) });
    expect(done.headers.get('location')).toBe('http://127.0.0.1:3000/');
    expect(decodeJwt(await posted.promise)).toMatchObject({ iss: other.issuer, aud: OPTIONS.clientId, sid });

    const { url } = await authorization({}, by);
    const again = await cookies.fetch(url);
    expect(again.headers.get('location')).toMatch('/sign-in/');
    await other.close();
    listener.close();
  });

  it('works without JavaScript, and needs no click with it', async () => {
    const cookies = new CookieJar();
    await tokensOf('demo@example.com', cookies);
    const response = await cookies.fetch(oidc.buildEndSessionUrl(client));
    const text = await response.text();
    expect(text).toMatch(/<button type="submit"[^>]*>\s*Sign out/);
    expect(response.headers.get('content-security-policy')).toContain(`script-src '${hashOf('script', text)}';`);
  });

  it('refuses to redirect to an address that is not registered', async () => {
    const logoutUrl = oidc.buildEndSessionUrl(client, { post_logout_redirect_uri: 'http://127.0.0.1:6666/' });
    const response = await fetch(logoutUrl, { redirect: 'manual' });
    expect(response.status).toBe(400);
  });
});

describe('a restart', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'identity-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('keeps keys, sessions and refresh tokens', async () => {
    const options = { ...OPTIONS, database: join(directory, 'new', 'identity.db') };
    const before = await startIdentity(options);
    const by = await discover(before.issuer);
    const cookies = new CookieJar();
    const tokens = await tokensOf('demo@example.com', cookies, by);
    await before.close();

    const after = await startIdentity({ ...options, port: Number(new URL(before.issuer).port) });
    // The client may still hold connections to the stopped server.
    await vi.waitFor(() => fetch(after.jwksUri));
    await jwtVerify(tokens.id_token ?? '', createRemoteJWKSet(new URL(after.jwksUri)), { issuer: before.issuer });
    expect((await oidc.refreshTokenGrant(by, refreshTokenOf(tokens))).id_token).toBeTypeOf('string');
    const { url } = await authorization({}, by);
    expect((await cookies.fetch(url)).headers.get('location')).toMatch(`${REDIRECT_URI}?code=`);
    await after.close();
  });
});
