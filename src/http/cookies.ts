/** Attributes of every cookie that the gateway sets; a deletion repeats them exactly. */
export interface CookieAttributes {
  readonly secure: boolean;
}

/**
 * All values of a cookie, in order. More than one means that another was planted, from a sibling domain or for another
 * path, and the real one cannot be told from it.
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  const values: string[] = [];
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (header.charCodeAt(end) !== EQUALS || !isBoundary(header, at)) continue;
    const semicolon = header.indexOf(';', end);
    values.push(header.slice(end + 1, semicolon === -1 ? undefined : semicolon).trim());
  }
  return values;
}

/** Every cookie whose name begins with a prefix, by the rest of its name. */
export function cookiesWithPrefix(header: string | undefined, prefix: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (name.startsWith(prefix)) found.set(name.slice(prefix.length), value);
  }
  return found;
}

/** A `Set-Cookie` value (RFC 6265bis): host-only, whole site, never seen by scripts. */
export function setCookie(name: string, value: string, { secure }: CookieAttributes, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${lifetime}`;
}

/** A `Set-Cookie` value that deletes a cookie. */
export function clearCookie(name: string, attributes: CookieAttributes): string {
  return setCookie(name, '', attributes, 0);
}

/**
 * The name of a cookie as it goes over the wire. Browsers enforce the attributes above for `__Host-Http-` names, and let
 * no script set one (RFC 6265bis, section 4.1.3); those that know only `__Host-` enforce that much.
 */
export function cookieName(name: string, { secure }: CookieAttributes): string {
  return secure ? `__Host-Http-${name}` : name;
}

const EQUALS = 0x3d;

function isBoundary(header: string, at: number): boolean {
  if (at === 0) return true;
  const before = header[at - 1];
  return before === ';' || (before === ' ' && header.slice(0, at).trimEnd().endsWith(';'));
}
