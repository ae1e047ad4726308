/** One server of Redis or Valkey. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** The address and the credentials of a session store in Redis. */
export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  /** The server; the sentinels; or some servers of the cluster. Never empty. */
  readonly nodes: readonly RedisNode[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** The sentinels' name for the server; empty for the other kinds. */
  readonly masterName: string;
}

const PATTERN =
  /^redis(?<tls>s?)(?:-(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^@/?#]+)\/?(?<path>[^?#]*)$/;
const RAW_PASSWORD =
  'must have its user name and password percent-encoded (@ is %40, / is %2F, # is %23), or the password as it is in SESSION_STORE_PASSWORD';
const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;

/**
 * Reads `redis://user:password@host:port/db`, `redis-sentinel://host:port,host:port/master-name/db` or
 * `redis-cluster://host:port,host:port`; with `rediss` for TLS.
 * @throws Error that states the expected form without repeating the URL: it may contain a password
 */
export function parseRedisUrl(url: string): RedisTarget {
  if (/^rediss?[^/]*:\/\/[^/?#]*@[^/?#]*@/.test(url) || /^rediss?[^/]*:\/\/[^@]*[/?#][^@]*@/.test(url))
    throw new Error(RAW_PASSWORD);
  const { tls, kind = 'single', user, password, nodes = '', path = '' } = PATTERN.exec(url)?.groups ?? {};
  const defaultPort = kind === 'sentinel' ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
  const servers = nodes.split(',').map((node) => parseNode(node, defaultPort));
  if (kind === 'single' && servers.length > 1)
    throw new Error('must name one server; several belong in redis-sentinel:// or redis-cluster://');
  const [masterName = '', database = ''] = kind === 'sentinel' ? path.split('/', 2) : ['', path];
  if (kind === 'sentinel' && masterName === '') throw new Error('must end in the name of the master, after a slash');
  if (!/^\d{0,4}$/.test(database)) throw new Error('must end in a database number, or in nothing');
  if (kind === 'cluster' && database !== '') throw new Error('must not name a database: a cluster has only one');
  return {
    kind: kind as RedisTarget['kind'],
    tls: tls === 's',
    nodes: servers,
    username: decode(user),
    password: decode(password),
    database: Number(database),
    masterName,
  };
}

/** Inserts a password, unencoded, into the URL of a store. */
export function withPassword(url: string, password: string): string {
  const { user = '', password: given } = PATTERN.exec(url)?.groups ?? {};
  if (!url.startsWith('redis')) throw new Error('is for Redis, but SESSION_STORE_URL is not');
  if (given !== undefined) throw new Error('is set, and SESSION_STORE_URL carries a password too: remove one of them');
  return url.replace(
    /^([^:]+:\/\/)(?:[^@]*@)?/,
    (_all, scheme: string) => `${scheme}${user}:${encodeURIComponent(password)}@`,
  );
}

function parseNode(node: string, defaultPort: number): RedisNode {
  const { host, port = String(defaultPort) } =
    /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i.exec(node)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535)
    throw new Error('must be sqlite:path, or redis://, redis-sentinel:// or redis-cluster:// with host:port');
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined || text === '' ? undefined : decodeURIComponent(text);
  } catch {
    throw new Error(RAW_PASSWORD);
  }
}
