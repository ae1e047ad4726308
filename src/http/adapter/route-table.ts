import type { NextFunction } from 'express';
import createRouter, { type HTTPMethod } from 'find-my-way';
import { Problem } from '../problem.js';
import type { GatewayRequest, GatewayResponse } from '../exchange.js';

/** A route handler created by Nest. */
export type RouteHandler = (req: GatewayRequest, res: GatewayResponse, next: NextFunction) => unknown;

const METHODS: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Finds routes in a radix tree. Express tries its routes one after another, which with sixty routes costs more than the
 * rest of its work for a request.
 */
export class RouteTable {
  // The length of the whole target is limited by the gate.
  private readonly tree = createRouter({ maxParamLength: 16_384 });

  /** Every route, in the order of registration. */
  readonly list: { readonly method: string; readonly path: string }[] = [];

  add(method: HTTPMethod, path: string, handler: RouteHandler): void {
    this.list.push({ method, path });
    this.tree.on(method, path, () => undefined, { handler, path });
  }

  /** Express middleware that serves the routes of this table; an unknown path is passed to the next handler. */
  readonly middleware = (req: GatewayRequest, res: GatewayResponse, next: NextFunction): void => {
    const handler = this.match(req);
    if (handler === undefined) next(this.refusal(req.url ?? '/'));
    else handler(req, res, next);
  };

  /** The handler for a request, or undefined. Sets the request's route and path parameters. */
  match(req: GatewayRequest): RouteHandler | undefined {
    const method = req.method === 'HEAD' ? 'GET' : (req.method as HTTPMethod);
    const found = this.tree.find(method, req.url ?? '/');
    if (found === null) return undefined;
    const { handler, path } = found.store as { handler: RouteHandler; path: string };
    req.params = found.params;
    req.route = path;
    return handler;
  }

  /** A path that another method would reach is a 405 with `Allow` (RFC 9110, section 15.5.6). */
  private refusal(target: string): Problem | undefined {
    if (!isDecodable(target)) return new Problem('malformed_path');
    const allowed = METHODS.filter((method) => this.tree.find(method, target) !== null);
    if (allowed.length === 0) return undefined;
    if (allowed.includes('GET')) allowed.push('HEAD');
    const Allow = allowed.join(', ');
    return new Problem('method_not_allowed', { message: `This path answers to ${Allow} only.`, headers: { Allow } });
  }
}

function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}
