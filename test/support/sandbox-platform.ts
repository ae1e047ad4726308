import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { startPlatform } from '../../sandbox/platform/platform.server.js';

/** A response of the platform. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  /** Parsed if it is JSON. */
  readonly body: unknown;
}

/** Options of a request. */
export interface Ask {
  readonly body?: unknown;
  /** The e-mail address in the token; by default the demo person's. */
  readonly as?: string;
  /** Replaces the valid token. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const AUDIENCE = 'connect-gateway';

/** Shared by all platforms of a test file, since generating a key pair takes longer than starting a platform. */
let sharedKeys: ReturnType<typeof generateKeyPair> | undefined;

/** A running sandbox platform, with an identity provider that only serves its keys. */
export class SandboxPlatform {
  keysAreDown = false;
  keyRequests = 0;
  url = '';

  private constructor(
    private readonly keys: Awaited<ReturnType<typeof generateKeyPair>>,
    readonly issuer: string,
    private readonly stop: () => Promise<void>,
    private readonly options: Partial<Parameters<typeof startPlatform>[0]>,
  ) {}

  static async start(options: Partial<Parameters<typeof startPlatform>[0]> = {}): Promise<SandboxPlatform> {
    sharedKeys ??= generateKeyPair('RS256');
    const keys = await sharedKeys;
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'RS256' };
    const server = createServer((_request, response) => {
      platform.keyRequests += 1;
      const status = platform.keysAreDown ? 500 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
    const platform = new SandboxPlatform(keys, issuer, stop, options);
    await platform.restart();
    return platform;
  }

  /** Restarts the platform with its stored data. */
  async restart(): Promise<void> {
    await this.closePlatform();
    const { issuer } = this;
    const usual = {
      host: '127.0.0.1',
      port: 0,
      database: ':memory:',
      issuer,
      audience: AUDIENCE,
      jwksUri: `${issuer}/jwks`,
    };
    const { url, close } = await startPlatform({ ...usual, ...this.options });
    this.url = url;
    this.closePlatform = close;
  }

  async close(): Promise<void> {
    await this.closePlatform();
    await this.stop();
  }

  /** An id_token; omitted claims have valid values. */
  token(claims: JWTPayload = {}, sign: { key?: CryptoKey | Uint8Array; alg?: string } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.issuer, aud: AUDIENCE, sub: 'somebody', email: 'demo@example.com', exp: now + 600 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: sign.alg ?? 'RS256', kid: 'test' })
      .sign(sign.key ?? this.keys.privateKey);
  }

  /** Sends a request; a body that is neither a string nor bytes is sent as JSON. */
  async ask(method: string, path: string, { body, as, authorization, headers = {} }: Ask = {}): Promise<Answer> {
    const bearer = authorization === undefined ? `Bearer ${await this.token(as ? { email: as } : {})}` : authorization;
    const isRaw = typeof body === 'string' || body instanceof FormData || body === undefined;
    const response = await fetch(path.startsWith('http') ? path : this.url + path, {
      method,
      headers: {
        ...(bearer !== null && { authorization: bearer }),
        ...(!(body instanceof FormData) && body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type');
    return { status: response.status, type, body: text !== '' && type?.includes('json') ? JSON.parse(text) : text };
  }

  get(path: string, ask?: Ask): Promise<Answer> {
    return this.ask('GET', path, ask);
  }

  post(path: string, body?: unknown, ask?: Ask): Promise<Answer> {
    return this.ask('POST', path, { ...ask, body });
  }

  put(path: string, body?: unknown, ask?: Ask): Promise<Answer> {
    return this.ask('PUT', path, { ...ask, body });
  }

  delete(path: string, ask?: Ask): Promise<Answer> {
    return this.ask('DELETE', path, ask);
  }

  private closePlatform = (): Promise<void> => Promise.resolve();
}

/** The value at a path such as `versions.0.name`. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);
}

/** The string at a path such as `versions.0.name`; throws if there is none. */
export function textAt(value: unknown, path: string): string {
  const found = valueAt(value, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path} of ${JSON.stringify(value)}`);
  return found;
}

/** One string member of each element of the list at a path. */
export function textsAt(value: unknown, path: string, member: string): string[] {
  const found = valueAt(value, path);
  if (!Array.isArray(found)) throw new Error(`no list at ${path} of ${JSON.stringify(value)}`);
  return found.map((entry) => textAt(entry, member));
}
