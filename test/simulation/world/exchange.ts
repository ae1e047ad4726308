import { EventEmitter } from 'node:events';
import { nextNumber } from '../engine/globals.js';
import type { GatewayRequest, GatewayResponse } from '../../../src/http/exchange.js';

/** What came back to the browser. `status` 0: the connection broke off. */
export interface SimAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
  readonly cookies: readonly string[];
}

export const BROKEN: SimAnswer = { status: 0, code: undefined, body: '', cookies: [] };

/** A request as the gateway sees it, without a socket. */
export function simRequest(target: string, method: string, headers: Record<string, string>): GatewayRequest {
  const [path = '', query = ''] = target.split('?');
  return {
    url: target,
    method,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    hasQuery: query !== '',
    headers: { 'sec-fetch-site': 'same-origin', 'user-agent': 'sim', ...headers },
    requestId: `request-${nextNumber()}`,
    span: undefined,
  } as unknown as GatewayRequest;
}

/** The response to it: takes one whole answer, and can lose its client. */
export class SimResponse extends EventEmitter {
  headersSent = false;
  closed = false;
  writableFinished = false;
  private readonly cookies: string[] = [];

  constructor(
    readonly req: GatewayRequest,
    private readonly deliver: (answer: SimAnswer) => void,
  ) {
    super();
    Object.assign(req, { res: this });
  }

  get asGateway(): GatewayResponse {
    return this as unknown as GatewayResponse;
  }

  setHeader(name: string, value: string | readonly string[]): this {
    if (name.toLowerCase() === 'set-cookie') this.cookies.push(...[value].flat());
    return this;
  }

  getHeader(): undefined {
    return undefined;
  }

  sendWhole(status: number, _contentType: string | undefined, body: Buffer): void {
    this.send(status, undefined, body.toString());
  }

  send(status: number, code: string | undefined, body = ''): void {
    if (this.headersSent) throw new Error('a request was answered twice');
    this.headersSent = true;
    this.writableFinished = true;
    if (!this.closed) this.deliver({ status, code, body, cookies: this.cookies });
  }

  /** The client goes away. */
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}
