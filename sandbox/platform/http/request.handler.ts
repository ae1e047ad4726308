import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import createRouter, { type HTTPMethod } from 'find-my-way';
import type { Platform } from '../platform.js';
import { ApiError } from './api.error.js';
import type { Authenticate } from './bearer.js';
import { readBytes, readJson } from './request.body.js';
import type { Call, Caller, Reply, Route } from './route.js';

/** Longer than any name in a path. */
const MAX_SEGMENT_CHARACTERS = 4_096;

const NOBODY: Caller = { email: '' };

type FindRoute = (method: string, path: string) => { route: Route; params: Call['params'] } | undefined;

/** Handles requests: finds the operation, authenticates the caller, reads the body, and runs it in one transaction. */
export function requestHandler(
  platform: Platform,
  prefix: string,
  routes: readonly Route[],
  authenticate: Authenticate,
): RequestListener {
  const findRoute = routerOf(prefix, routes);
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const [path = '', ...query] = (request.url ?? '').split('?');
    const found = findRoute(request.method ?? '', path);
    const caller = found?.route.isOpen ? NOBODY : await authenticate(request.headers.authorization);
    if (found === undefined) throw new ApiError(404, 'not_found', 'There is no such operation.');
    const { route, params } = found;
    const bytes = await readBytes(request);
    const body: unknown = await (route.readBody ?? readJson)(bytes, request.headers);
    const call: Call = { platform, caller, params, query: new URLSearchParams(query.join('?')), body };
    return route.method === 'GET' ? route.answer(call) : platform.store.transaction(() => route.answer(call));
  };
  return (request, response) =>
    void answer(request)
      .catch(replyOf)
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
}

/** The response to an exception. */
export function replyOf(error: unknown): Reply {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  return { status: 500, body: { code: 'internal', message: 'The platform failed.', details: String(error) } };
}

/** Sends a response. */
export function send(response: ServerResponse, { status, body, type = 'application/json', headers = {} }: Reply): void {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  if (body === undefined) return void response.writeHead(status).end();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}

function routerOf(prefix: string, routes: readonly Route[]): FindRoute {
  const router = createRouter({ maxParamLength: MAX_SEGMENT_CHARACTERS });
  for (const route of routes) router.on(route.method, prefix + route.path, () => undefined, route);
  return (method, path) => {
    const found = router.find(method as HTTPMethod, path);
    return found ? { route: found.store as Route, params: found.params } : undefined;
  };
}
