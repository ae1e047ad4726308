import { CookieJar } from './cookie-jar.js';

const REDIRECTS_MAX = 20;
const PASSWORD = 'demo';

/** The form input; by default with the password of the sandbox. */
export interface Credentials {
  readonly email: string;
  readonly password?: string;
}

/** The result of a sign-in. */
export interface SignedIn {
  /** The client's redirect URI with `code` and `state`; it was not called. */
  readonly callbackUrl: URL;
  /** The browser's cookies: the identity provider's, and those that the client set on the way there. */
  readonly cookies: CookieJar;
}

/**
 * Signs in at the sandbox's identity provider as a browser without JavaScript would.
 *
 * @param loginUrl the start URL: a gateway's `/auth/login?returnTo=…`, or an authorization request at the provider
 * @param email the person who signs in
 * @param cookies an existing browser; with a session at the provider it sees no sign-in page
 * @returns the callback URL, to be called with the same cookies: `await cookies.fetch(callbackUrl)`
 */
export async function signIn(
  loginUrl: string | URL,
  email = 'demo@example.com',
  cookies = new CookieJar(),
): Promise<SignedIn> {
  let url = new URL(loginUrl);
  let redirectUri: string | undefined;
  let response = await cookies.fetch(url);
  for (let hops = 0; hops < REDIRECTS_MAX; hops++) {
    const location = response.headers.get('location');
    if (location === null) {
      response = await submitSignIn(response, { email }, cookies);
      continue;
    }
    redirectUri ??= url.searchParams.get('redirect_uri') ?? undefined;
    url = new URL(location, url);
    if (redirectUri !== undefined && url.href.startsWith(`${redirectUri}?`)) return { callbackUrl: url, cookies };
    response = await cookies.fetch(url);
  }
  throw new Error(`the sign-in did not end after ${REDIRECTS_MAX} redirects; it was at ${url.origin}${url.pathname}`);
}

/**
 * Fills in and submits a sign-in page.
 * @param page the response that contains the page
 */
export async function submitSignIn(page: Response, credentials: Credentials, cookies: CookieJar): Promise<Response> {
  const text = await page.text();
  const action = /<form method="post" action="([^"]+)"/.exec(text)?.[1];
  if (action === undefined) throw new Error(`no sign-in page but ${page.status} at ${page.url}:\n${text}`);
  const form = new URLSearchParams({ password: PASSWORD, ...credentials });
  return cookies.fetch(new URL(action, page.url), { method: 'POST', body: form });
}
