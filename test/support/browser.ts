import { CookieJar } from './cookie-jar.js';

/** What a browser says of itself when a person follows a link, or types an address. */
const NAVIGATION = { accept: 'text/html,application/xhtml+xml' };

/** A browser with cookies of its own, one window, and a person in front of it. It follows no redirect by itself. */
export class TestBrowser {
  readonly cookies = new CookieJar();

  constructor(readonly gateway: string) {}

  /** Goes to an address; headers may say more, such as `Sec-Purpose`. */
  visit(address: string | URL, headers: Record<string, string> = {}): Promise<Response> {
    return this.cookies.fetch(new URL(address, this.gateway), { headers: { ...NAVIGATION, ...headers } });
  }

  /** Begins a sign-in and lets the provider send the browser back; the callback is not called yet. */
  async beginSignIn(query = '?returnTo=/app'): Promise<URL> {
    const login = await this.visit(`/auth/login${query}`);
    const authorized = await this.visit(locationOf(login));
    return new URL(locationOf(authorized));
  }

  /** A whole sign-in; the answer is the callback's. */
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

/** Where an answer sends the browser. */
export function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${answer.status}`);
  return location;
}
