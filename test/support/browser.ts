import { CookieJar } from './cookie-jar.js';

/** The headers that a browser sends for a navigation. */
const NAVIGATION = { accept: 'text/html,application/xhtml+xml' };

/** A browser with its own cookies and one window. It does not follow redirects. */
export class TestBrowser {
  readonly cookies = new CookieJar();

  constructor(readonly gateway: string) {}

  /** Navigates to an address, with optional further headers such as `Sec-Purpose`. */
  visit(address: string | URL, headers: Record<string, string> = {}): Promise<Response> {
    return this.cookies.fetch(new URL(address, this.gateway), { headers: { ...NAVIGATION, ...headers } });
  }

  /** Begins a sign-in up to the provider's redirect, without calling the callback. */
  async beginSignIn(query = '?returnTo=/app'): Promise<URL> {
    const login = await this.visit(`/auth/login${query}`);
    const authorized = await this.visit(locationOf(login));
    return new URL(locationOf(authorized));
  }

  /** Completes a sign-in and returns the response of the callback. */
  async signIn(query?: string): Promise<Response> {
    return this.visit(await this.beginSignIn(query));
  }

  async session(): Promise<Record<string, unknown>> {
    const answer = await this.cookies.fetch(`${this.gateway}/auth/session`);
    return (await answer.json()) as Record<string, unknown>;
  }

  call(): Promise<Response> {
    return this.cookies.fetch(`${this.gateway}/api/connect/v1/categories`, { headers: { 'x-csrf': '1' } });
  }

  async logout(query = ''): Promise<string> {
    const init = { method: 'POST', headers: { 'x-csrf': '1' } };
    const answer = await this.cookies.fetch(`${this.gateway}/auth/logout${query}`, init);
    return String(((await answer.json()) as { logoutUrl?: string }).logoutUrl);
  }
}

/** The redirect target of a response. */
export function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${answer.status}`);
  return location;
}
