import type { ExecutionContext } from '@nestjs/common';
import { Socket } from 'node:net';
import type { AuthenticatedRequest } from '../../../src/auth/caller.js';
import { GatewayRequest, GatewayResponse } from '../../../src/http/exchange.js';

interface RequestInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly hostname?: string | undefined;
}

/** A request as it reaches guards and handlers, without a connection. */
export function requestFor(
  url: string,
  { method = 'GET', headers = {}, ...express }: RequestInit = {},
): AuthenticatedRequest {
  const req = new GatewayRequest(new Socket());
  Object.assign(req, { method, url, headers });
  // Express defines these by getters.
  for (const [name, value] of Object.entries({ ip: '192.0.2.1', hostname: 'connect.example', ...express }))
    Object.defineProperty(req, name, { value, configurable: true });
  return req;
}

/** A response whose text can be read. */
export class TestResponse extends GatewayResponse {
  text = '';

  constructor(req: GatewayRequest) {
    super(req);
    req.res = this;
  }

  override write(...rest: unknown[]): boolean {
    this.collect(rest[0]);
    return (super.write as (...args: unknown[]) => boolean).apply(this, rest);
  }

  override end(...rest: unknown[]): this {
    this.collect(rest[0]);
    return (super.end as (...args: unknown[]) => this).apply(this, rest);
  }

  private collect(chunk: unknown): void {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) this.text += String(chunk);
  }

  /** The cookies that it sets. */
  get cookies(): string[] {
    return [this.getHeader('Set-Cookie') ?? []].flat().map(String);
  }
}

/** What Nest tells a guard or a filter about a request. */
export function contextOf(
  req: GatewayRequest,
  res: GatewayResponse = new TestResponse(req),
  handler: () => void = () => undefined,
  controller: unknown = class {},
): ExecutionContext {
  const http = { getRequest: () => req, getResponse: () => res };
  return {
    getHandler: () => handler,
    getClass: () => controller,
    getArgByIndex: (index: number) => [req, res][index],
    switchToHttp: () => http,
  } as unknown as ExecutionContext;
}

/** The `Cookie` header of a browser that has taken these `Set-Cookie` values. */
export function cookieHeader(setCookies: readonly string[]): string {
  const pairs = setCookies.filter((line) => !line.includes('Max-Age=0')).map((line) => line.split(';', 1)[0] ?? '');
  return pairs.join('; ');
}
