interface StoredCookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly secure: boolean;
}

/**
 * The cookies of one browser, for tests: kept by host, path and name as a browser does, so for every port of a host at
 * once. `fetch` sends and stores them and does not follow redirects.
 */
export class CookieJar {
  private cookies: StoredCookie[] = [];

  /** Sends a request with the stored cookies; redirects are returned, not followed. */
  async fetch(target: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(target);
    const headers = new Headers(init.headers);
    const cookie = this.header(url);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.store(line, url);
    return response;
  }

  /** The `Cookie` header of a request; empty if there are no cookies to send. */
  header(target: string | URL): string {
    const url = new URL(target);
    const sent = this.cookies.filter((cookie) => matches(cookie, url));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** The value of a cookie that would be sent to a URL. */
  get(name: string, target: string | URL): string | undefined {
    const url = new URL(target);
    return this.cookies.find((cookie) => cookie.name === name && matches(cookie, url))?.value;
  }

  private store(line: string, url: URL): void {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
    const attributes = new Map(rest.map((part) => splitOnce(part, true)));
    const [name, value] = splitOnce(pair);
    const path = attributes.get('path') ?? '/';
    const cookie = { host: url.hostname, path, name, value, secure: attributes.has('secure') };
    this.cookies = this.cookies.filter(
      (other) => !(other.name === name && other.path === path && other.host === url.hostname),
    );
    if (!hasExpired(attributes)) this.cookies.push(cookie);
  }
}

function matches(cookie: StoredCookie, url: URL): boolean {
  const onPath = url.pathname === cookie.path || url.pathname.startsWith(cookie.path.replace(/\/?$/, '/'));
  return cookie.host === url.hostname && onPath && (!cookie.secure || url.protocol === 'https:');
}

function hasExpired(attributes: Map<string, string>): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attributes.get('expires');
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

function splitOnce(text: string, lowerCaseName = false): [string, string] {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  return [lowerCaseName ? name.toLowerCase() : name, at === -1 ? '' : text.slice(at + 1)];
}
