import type { IncomingHttpHeaders } from 'node:http';
import type { Platform } from '../platform.js';

/** The caller, from the token. */
export interface Caller {
  /** In lower case; empty if the token has none: then the caller is a member of no organisation. */
  readonly email: string;
}

/** One request, authenticated, with its body read. */
export interface Call {
  readonly platform: Platform;
  readonly caller: Caller;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** The parsed body; undefined if there was none. */
  readonly body: unknown;
}

/** A response. */
export interface Reply {
  readonly status: number;
  /** Serialised as JSON, unless it is a string. */
  readonly body?: unknown;
  /** `application/json` by default. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Parses the bytes of a body. */
export type BodyReader = (bytes: Buffer, headers: IncomingHttpHeaders) => unknown;

/** One operation. `answer` runs within one transaction: an exception rolls back its changes. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** With `:name` for each parameter. */
  readonly path: string;
  /** Whether it requires no bearer token: the URL is the secret. */
  readonly isOpen?: boolean;
  /** Parses JSON by default. */
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
