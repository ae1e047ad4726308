import { randomUUID } from 'node:crypto';
import { HTTPConnectorCreate } from '../../src/contract/dto/connector-create.dto.js';
import type { Dto } from '../../src/contract/validation/metadata.js';
import { EXAMPLES } from '../../src/docs/examples.js';
import type { TestGateway } from '../support/gateway.js';

/** Where the tests create something. */
export const SHOP = '/api/connect/v1/o/acme/protocols/http/connectors';
export const BODY = exampleOf(HTTPConnectorCreate);

/** How long something may take that takes a moment: the machine may be busy. */
export const PATIENT = { timeout: 10_000 };

/** What a caller was told, its body as it came. */
export interface Told {
  readonly status: number;
  readonly code: unknown;
  readonly text: string;
  readonly type: string | null;
  readonly replayed: string | null;
  readonly headers: Headers;
}

/** One request that creates; members win over the usual ones. */
export interface Creating {
  readonly url: string;
  readonly cookie: string;
  /** Undefined: without one. */
  readonly key?: string | undefined;
  readonly path?: string;
  /** An object, or the text to send. */
  readonly body?: object | string;
  readonly signal?: AbortSignal;
}

/** Creates something as a frontend does. */
export async function create({ url, cookie, key, path = SHOP, body = BODY, signal }: Creating): Promise<Told> {
  const headers = {
    cookie,
    'x-csrf': '1',
    'content-type': 'application/json',
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return told(await fetch(url + path, { method: 'POST', headers, body: text, signal: signal ?? null }));
}

async function told(answer: Response): Promise<Told> {
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

/** A key that nobody has used. */
export function newKey(): string {
  return randomUUID();
}

/** Lets the platform answer each creation with another body, written as no printer would. */
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
