import type { IncomingHttpHeaders } from 'node:http';
import type { Platform } from '../platform.js';

/** Who calls, as the token says. */
export interface Caller {
  /** In lower case; empty where the token has none, which makes the caller a member of nothing. */
  readonly email: string;
}

/** One request, authenticated, with its body read. */
export interface Call {
  readonly platform: Platform;
  readonly caller: Caller;
  /** Decoded parameters of the path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** What the route's reader made of the body; undefined where there was none. */
  readonly body: unknown;
}

/** What is answered. */
export interface Reply {
  readonly status: number;
  /** Printed as JSON, unless it is a text already. */
  readonly body?: unknown;
  /** `application/json` unless said otherwise. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes something of the bytes of a body. */
export type BodyReader = (bytes: Buffer, headers: IncomingHttpHeaders) => unknown;

/** One operation. `answer` runs within one transaction: what it throws undoes what it changed. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** With `:name` for each parameter. */
  readonly path: string;
  /** Whether it answers without a bearer token: the URL is the secret. */
  readonly isOpen?: boolean;
  /** Reads JSON unless said otherwise. */
  readonly readBody?: BodyReader;
  readonly answer: (call: Call) => Reply;
}

/** 200 with a body. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** 201 with a body. */
export function created(body: unknown): Reply {
  return { status: 201, body };
}

/** 204. */
export function noContent(): Reply {
  return { status: 204 };
}
