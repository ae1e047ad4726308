import { BlockList, isIP } from 'node:net';
import { parseRedisUrl } from './redis.url.js';
import type { Parser } from './settings-reader.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const MIN_KEY_BYTES = 32;
/** Timers beyond this fire at once (HTML, section 8.6: a signed 32-bit number of milliseconds). */
const MAX_INTEGER = 2 ** 31 - 1;
/** Fewer different characters than this is a placeholder or a pattern, not a random secret. */
const MIN_KEY_VARIETY = 10;

/** True for a host name that never leaves the machine: plain http is allowed there and nowhere else. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

export const text: Parser<string> = (value) => value;

export const positiveInteger: Parser<number> = (value) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > MAX_INTEGER || number === 0)
    throw new Error(`must be a whole number from 1 to ${MAX_INTEGER}`);
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

export const url: Parser<URL> = (value) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) throw new Error('must be an http or https URL');
  if (parsed.username || parsed.password) throw new Error('must not carry a user name or a password');
  if (parsed.search || parsed.hash) throw new Error('must not have a query or a fragment');
  return parsed;
};

export const secureUrl: Parser<URL> = (value) => {
  const parsed = url(value);
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) throw new Error('must use https');
  return parsed;
};

export const origin: Parser<URL> = (value) => {
  const parsed = secureUrl(value);
  if (parsed.pathname !== '/') throw new Error('must be an origin without a path, such as https://connect.example');
  return parsed;
};

export const origins: Parser<string[]> = (value) =>
  list(value).map((entry) => {
    if (entry === '*' || entry === 'null')
      throw new Error('must list exact origins: a wildcard cannot be combined with cookies');
    const { origin: exact } = origin(entry);
    if (exact !== entry.replace(/\/$/, '')) throw new Error('must list exact origins, such as https://app.example');
    return exact;
  });

export const cidrs: Parser<string[]> = (value) =>
  list(value).map((entry) => {
    const [address = '', prefix, rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix);
    if (version === 0 || rest !== undefined || !(/^\d{1,3}$/.test(prefix ?? '0') && bits <= (version === 6 ? 128 : 32)))
      throw new Error('must list addresses or CIDR ranges, such as 10.0.0.0/8');
    if (bits === 0) throw new Error('must not trust every address');
    new BlockList().addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
    return `${address}/${bits}`;
  });

export const keys: Parser<string[]> = (value) => {
  const secrets = list(value);
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
  if (!/^sqlite:.+/.test(value)) parseRedisUrl(value);
  return value;
};

/** One of a few words. */
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
