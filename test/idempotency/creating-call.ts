import { randomUUID } from 'node:crypto';
import { HTTPConnectorCreate } from '../../src/contract/dto/connector-create.dto.js';
import type { Dto } from '../../src/contract/validation/metadata.js';
import { EXAMPLES } from '../../src/docs/examples.js';
import type { TestGateway } from '../support/gateway.js';

/** The path of the creating operation. */
export const SHOP = '/api/connect/v1/o/acme/protocols/http/connectors';
export const BODY = exampleOf(HTTPConnectorCreate);

/** Timeout for short operations; generous, because the machine may be busy. */
export const PATIENT = { timeout: 20_000 };

/** The response to a caller, with its raw body. */
export interface Told {
  readonly status: number;
  readonly code: unknown;
  readonly text: string;
  readonly type: string | null;
  readonly replayed: string | null;
  readonly headers: Headers;
}

/** Options of a creating request; they override the defaults. */
export interface Creating {
  readonly url: string;
  readonly cookie: string;
  /** Undefined: no key is sent. */
  readonly key?: string | undefined;
  readonly path?: string;
  /** An object, or the string to send. */
  readonly body?: object | string;
  readonly signal?: AbortSignal;
}

/** Sends a creating request as a frontend does. */
export async function create({ url, cookie, key, path = SHOP, body = BODY, signal }: Creating): Promise<Told> {
  const headers = {
    cookie,
    'x-csrf': '1',
    'content-type': 'application/json',
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readResponse(await fetch(url + path, { method: 'POST', headers, body: text, signal: signal ?? null }));
}

async function readResponse(answer: Response): Promise<Told> {
  const { status, headers } = answer;
  const text = await answer.text();
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
  const { code } = (isProblem ? JSON.parse(text) : {}) as { code?: unknown };
  return {
    status,
    code,
    text,
    type: headers.get('content-type'),
    replayed: headers.get('idempotency-replayed'),
    headers,
  };
}

/** A new idempotency key. */
export function newKey(): string {
  return randomUUID();
}

/** Makes the platform answer each creation with a new body, in unusual JSON formatting. */
export function answerInTurn({ platform }: Pick<TestGateway, 'platform'>, status = 201): void {
  let made = 0;
  platform.behave((_seen, res) => {
    made += 1;
    const body = `{ "id":"${made}",\n "größe" : "🛒 \\u0041", "count":12345678901234567890}\n`;
    res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  });
}

/** The API document's example of a body. */
export function exampleOf(dto: Dto): object {
  return EXAMPLES.get(dto) ?? {};
}
