import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { parseRedisUrl } from './redis.url.js';
import type { Parser } from './settings-reader.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const MIN_KEY_BYTES = 32;
/** Timers beyond this fire immediately (HTML, section 8.6: a signed 32-bit number of milliseconds). */
const MAX_INTEGER = 2 ** 31 - 1;
/** With fewer distinct characters a secret is a placeholder or a pattern, not random. */
const MIN_KEY_VARIETY = 10;

/** True for a host name that never leaves the machine: only there plain http is allowed. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

export const text: Parser<string> = (value) => {
  // oxlint-disable-next-line eslint/no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) throw new Error('must be a single line without control characters');
  return value;
};

/** An address or a name to listen on. */
export const hostname: Parser<string> = (value) => {
  if (isIP(value) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value)) return value;
  throw new Error('must be an address or a host name without scheme, port or path, such as 0.0.0.0');
};

const FALSE = ['false', '0', 'no', 'off'];
const TRUE = ['true', '1', 'yes', 'on'];

export const switched: Parser<boolean> = (value) => {
  if (TRUE.includes(value.toLowerCase())) return true;
  if (FALSE.includes(value.toLowerCase())) return false;
  throw new Error('must be true or false');
};

export const ratio: Parser<number> = (value) => {
  const number = Number(value);
  if (!/^[\d.]+$/.test(value) || !(number >= 0 && number <= 1))
    throw new Error('must be a number from 0 to 1, such as 0.1');
  return number;
};

export const positiveInteger: Parser<number> = (value) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > MAX_INTEGER || number === 0)
    throw new Error(`must be a whole number from 1 to ${MAX_INTEGER}, without a unit`);
  return number;
};

export const port: Parser<number> = (value) => {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new Error('must be a port number from 0 to 65535');
  return Number(value);
};

const UNITS: Record<string, number> = { '': 1, KIB: 1024, MIB: 1024 ** 2, KB: 1000, MB: 1000 ** 2 };

export const bytes: Parser<number> = (value) => {
  const [, amount, unit = ''] = /^(\d+) ?([KM]i?B)?$/i.exec(value) ?? [];
  const size = Number(amount) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (!Number.isSafeInteger(size) || size === 0)
    throw new Error('must be a number of bytes, such as 20971520 or 20MiB');
  return size;
};

/** A page that browsers are redirected to; it may have a query and a fragment. */
export const pageUrl: Parser<URL> = (value) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) throw new Error('must be an http or https URL');
  if (parsed.username || parsed.password) throw new Error('must not carry a user name or a password');
  return parsed;
};

export const url: Parser<URL> = (value) => {
  const parsed = pageUrl(value);
  if (parsed.search || parsed.hash) throw new Error('must not have a query or a fragment');
  return parsed;
};

export const secureUrl: Parser<URL> = (value) => {
  const parsed = url(value);
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) throw new Error('must use https');
  return parsed;
};

/** An OpenID provider's issuer identifier, to which `/.well-known/openid-configuration` is appended. */
export const issuer: Parser<URL> = (value) => {
  const parsed = secureUrl(value);
  if (parsed.pathname.includes('/.well-known/'))
    throw new Error('must be the issuer alone: leave out /.well-known/openid-configuration');
  return parsed;
};

/** The base URL of a collector, below which each signal has its own path (OTLP/HTTP). */
export const otlpBase: Parser<URL> = (value) => {
  const parsed = url(value);
  if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname))
    throw new Error('must be the base URL for all signals: leave out /v1/traces');
  return parsed;
};

/** A forward proxy, which may require a user name and a password. */
export const proxy: Parser<string> = (value) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw new Error('must be the URL of a proxy, such as http://proxy.example:3128');
  return value;
};

export const origin: Parser<URL> = (value) => {
  if (value.includes('*')) throw new Error('must be one exact origin, without a wildcard');
  const parsed = secureUrl(value);
  if (parsed.pathname !== '/')
    throw new Error(
      'must be an origin without a path, such as https://connect.example: a path prefix is not supported',
    );
  return parsed;
};

export const origins: Parser<string[]> = (value) =>
  list(value).map((entry) => {
    if (entry.includes('*') || entry === 'null')
      throw new Error('must list exact origins: a wildcard cannot be combined with cookies');
    const { origin: exact } = origin(entry);
    if (exact !== entry.replace(/\/$/, '')) throw new Error('must list exact origins, such as https://app.example');
    return exact;
  });

export const cidrs: Parser<string[]> = (value) => {
  const ranges = list(value).map(cidr);
  for (const version of [4, 6] as const)
    if (coversEverything(ranges.filter((range) => isIP(range.split('/', 1)[0] ?? '') === version)))
      throw new Error('must not trust every address');
  return ranges;
};

/**
 * Whether ranges of one version cover all of its addresses: recursively, whether both halves of a range are covered.
 * Joining halves leaves the shortest equivalent list of ranges.
 */
function coversEverything(ranges: readonly string[]): boolean {
  const blocks = new Set(ranges.map(prefixBits));
  for (let joined = true; joined;) {
    joined = false;
    for (const block of blocks) {
      const sibling = block.slice(0, -1) + (block.endsWith('0') ? '1' : '0');
      const isInside = [...blocks].some((other) => other !== block && block.startsWith(other));
      if (isInside) blocks.delete(block);
      else if (block !== '' && blocks.has(sibling)) {
        blocks.delete(block);
        blocks.delete(sibling);
        blocks.add(block.slice(0, -1));
        joined = true;
      }
    }
  }
  return blocks.has('');
}

/** The bits that all addresses of a range have in common, as text. */
function prefixBits(range: string): string {
  const [address = '', bits] = range.split('/');
  return bitsOf(address).slice(0, Number(bits));
}

function bitsOf(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  // The URL parser writes every IPv6 address in hexadecimal groups (WHATWG URL, section 3.5).
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  return [...(before ?? []), ...zeros, ...(after ?? [])]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

const cidr = (entry: string): string => {
  const [address = '', prefix, rest] = entry.split('/');
  const version = isIP(address);
  const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix);
  if (version === 0 || rest !== undefined || !(/^\d{1,3}$/.test(prefix ?? '0') && bits <= (version === 6 ? 128 : 32)))
    throw new Error('must list addresses or CIDR ranges, such as 10.0.0.0/8');
  if (bits === 0) throw new Error('must not trust every address');
  new BlockList().addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  return `${address}/${bits}`;
};

export const keys: Parser<string[]> = (value) => {
  const secrets = list(value.replaceAll(/\r?\n/g, ','));
  for (const secret of secrets) {
    if (Buffer.byteLength(secret) < MIN_KEY_BYTES)
      throw new Error(`must have at least ${MIN_KEY_BYTES} bytes in each key`);
    if (new Set(secret).size < MIN_KEY_VARIETY)
      throw new Error('must be random, such as the output of: openssl rand -base64 32');
  }
  if (new Set(secrets).size !== secrets.length) throw new Error('must not repeat a key');
  return secrets;
};

export const storeUrl: Parser<string> = (value) => {
  if (value.startsWith('sqlite://'))
    throw new Error(
      'must have the path right after the colon: sqlite:data/sessions.db, or sqlite:/var/lib/sessions.db',
    );
  if (!/^sqlite:.+/.test(value)) parseRedisUrl(value);
  return value;
};

/** RFC 6749, section 3.3: separated by spaces. Without `openid` there is no id_token (OpenID Connect Core, 3.1.2.1). */
export const scopes: Parser<string> = (value) => {
  if (value.includes(',')) throw new Error('must be separated by spaces, not commas');
  const names = value.split(/\s+/);
  if (!names.includes('openid')) throw new Error('must contain openid: without it no one can be signed in');
  if (!names.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)))
    throw new Error('must consist of names of scopes, separated by spaces');
  return names.join(' ');
};

/** The name of a cookie that another system sets (RFC 6265, section 4.1.1), and none that the gateway sets itself. */
export const cookie: Parser<string> = (value) => {
  if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(value)) throw new Error('must be the name of a cookie');
  if (OWN_COOKIE.test(value)) throw new Error('must not be the name of a cookie of the gateway itself');
  return value;
};

const OWN_COOKIE = /^(__Host-|__Secure-)?(Http-)?(session$|sign-out$|login-)/i;

/** Parameters of an authorization request that the gateway sets itself, or that would make its response unreadable. */
const RESERVED_PARAMS = new Set([
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'id_token_hint',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);

export const authorizationParams: Parser<ReadonlyMap<string, string>> = (value) => {
  const params = new Map<string, string>();
  for (const [name, content] of new URLSearchParams(value.replace(/^\?/, ''))) {
    if (RESERVED_PARAMS.has(name)) throw new Error(`must not set ${name}: the gateway does`);
    if (params.has(name)) throw new Error(`must not set ${name} twice`);
    if (!/^[\w.:/-]{1,64}$/.test(name)) throw new Error('must be a query, such as audience=api&prompt=login');
    params.set(name, content);
  }
  if (!/^(\d{1,9})?$/.test(params.get('max_age') ?? '')) throw new Error('must give max_age in whole seconds');
  return params;
};

export const logoutUrl: Parser<string> = (value) => {
  pageUrl(value.replaceAll(/\{(client_id|return_to)\}/g, 'x'));
  if (/\{(?!client_id\}|return_to\})/.test(value))
    throw new Error('must have no holes but {client_id} and {return_to}');
  return value;
};

export const claimNames: Parser<string[]> = (value) =>
  list(value).map((name) => {
    if (!/^[\u0021-\u007e]{1,128}$/.test(name)) throw new Error('must list names of claims, such as org_id,roles');
    return name;
  });

/** PEM; if a setting cannot contain line breaks they may be written as \\n. */
export const pem: Parser<string> = (value) => {
  const lines = value.replaceAll('\\n', '\n');
  if (!/^-----BEGIN [A-Z ]+-----\n/.test(lines)) throw new Error('must be PEM, beginning with -----BEGIN');
  return lines;
};

/** A private key as PEM or as a JWK. */
export const privateKey: Parser<string> = (value) => {
  try {
    if (value.startsWith('{')) createPrivateKey({ key: JSON.parse(value) as JsonWebKey, format: 'jwk' });
    else createPrivateKey(pem(value));
  } catch {
    throw new Error('must be an unencrypted private key, as PEM or as a JWK');
  }
  return value.startsWith('{') ? value : pem(value);
};

/** One of a fixed set of values. */
export function oneOf<const W extends string>(...words: W[]): Parser<W> {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  };
}

function list(value: string): string[] {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) throw new Error('must not be empty');
  return entries;
}
