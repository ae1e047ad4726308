import { writeFileSync } from 'node:fs';
import { PASSWORD, PEOPLE } from './identity/people.js';

const REDIRECTS_MAX = 20;

/** The gateway's address, and its public origin. */
interface Addresses {
  readonly local: string;
  readonly publicUrl: string;
}

/**
 * Signs the demo person in like a browser without scripts, and writes the cookies to a file for `curl -b`.
 * @returns whether that worked; a sandbox with other settings still starts
 */
export async function writeDemoCookies(file: string, { local, publicUrl }: Addresses): Promise<boolean> {
  try {
    const cookies = await signIn(new URL('/auth/login?returnTo=/docs', local), { local, publicUrl });
    const { hostname } = new URL(publicUrl);
    // The format of curl and Netscape: domain, subdomains too, path, secure, end, name, value.
    const lines = [...cookies].map(([name, value]) => [hostname, 'FALSE', '/', 'FALSE', '0', name, value].join('\t'));
    writeFileSync(file, `# Netscape HTTP Cookie File\n${lines.join('\n')}\n`, { mode: 0o600 });
    return cookies.has('session');
  } catch {
    return false;
  }
}

/** Follows redirects and sends the sign-in form. Cookies do not keep ports apart (RFC 6265, section 8.5). */
async function signIn(start: URL, { local, publicUrl }: Addresses): Promise<Map<string, string>> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let hops = 0; hops < REDIRECTS_MAX; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const method = form === undefined ? 'GET' : 'POST';
    const response = await fetch(url, { method, body: form ?? null, headers: { cookie }, redirect: 'manual' });
    for (const header of response.headers.getSetCookie()) keep(cookies, header);
    const location = response.headers.get('location');
    const action =
      location === null ? /<form method="post" action="([^"]+)"/.exec(await response.text())?.[1] : undefined;
    if (location === null && action === undefined) return cookies;
    form = action === undefined ? undefined : new URLSearchParams({ email: PEOPLE[0].email, password: PASSWORD });
    url = new URL(location ?? action ?? '', url);
    // A dev server in front of the gateway may not be running yet.
    if (url.origin === publicUrl) url = new URL(url.pathname + url.search, local);
    if (url.pathname === '/docs') return cookies;
  }
  return cookies;
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = ''] = header.split(';', 1);
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  if (/;\s*max-age=0/i.test(header)) cookies.delete(name);
  else cookies.set(name, value);
}
