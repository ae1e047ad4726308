import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler } from 'express';
import type { HTTPMethod } from 'find-my-way';
import { createServer, type Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { answerParserError } from './parser-error.js';
import { Responder, GatewayRequest, GatewayResponse } from '../exchange.js';
import type { RequestGate } from './request.gate.js';
import { sendProblem } from '../problem.response.js';
import { type RouteHandler, RouteTable } from './route-table.js';

/** Longer than a load balancer keeps an idle connection (60 s), so that it never sends into one we just closed. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 10_000;
/** How long an unused connection stays open at the end: proxies send into it until they are refused a new one. */
const UNUSED_MS = 500;
/** Long enough for the largest document over a slow line; JSON bodies and stalled uploads have limits of their own. */
const REQUEST_MS = 600_000;
/** How often Node looks at those two clocks; by itself every half minute only. */
const CLOCK_MS = 1_000;
const MAX_HEADER_BYTES = 16_384;

/** What watches requests come and go: logs and metrics. */
export interface Observer {
  observe(req: GatewayRequest, res: GatewayResponse): void;
}

/**
 * Express as Nest drives it, with three differences: requests pass the gate first, routes are found in a radix tree,
 * and an `Answer` that a handler returns writes itself.
 */
export class GatewayAdapter extends ExpressAdapter {
  private readonly routes = new RouteTable();
  private readonly app: Express;
  /** Connections over which nothing has been asked yet. */
  private readonly silent = new Set<Socket>();
  /** Serves what no route matches, such as a frontend's files. */
  private fallback: RequestHandler | undefined;
  private isMounted = false;
  /** Whether nothing of Express comes before the API's routes: no CORS, no middleware. */
  private routesComeFirst = true;
  private draining = false;
  private closing = false;
  /** Connections that were opened while draining. */
  private readonly late = new WeakSet<Socket>();

  constructor(
    private readonly gate: RequestGate,
    private readonly observer: Observer,
    trustedProxies: readonly string[],
    private readonly apiPrefix: string,
  ) {
    const app = express();
    super(app);
    this.app = app;
    app.disable('x-powered-by').disable('etag').set('query parser', false);
    app.set('trust proxy', trustedProxies.length > 0 ? [...trustedProxies] : false);
  }

  override initHttpServer(): void {
    const server = createServer(
      {
        ...expressPrototypes(this.app),
        maxHeaderSize: MAX_HEADER_BYTES,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: CLOCK_MS,
        // The gate answers a missing Host itself, with a body that says so.
        requireHostHeader: false,
      },
      this.onRequest,
    );
    // Without a limit of Node's own, which would drop the rest in silence: the gate counts and refuses.
    server.maxHeadersCount = 0;
    // The 100 is sent when the body is wanted, not before the guards have seen the request (RFC 9110, 10.1.1).
    server.on('checkContinue', this.onRequest);
    server.on('clientError', answerParserError);
    server.on('connection', this.onConnection);
    this.httpServer = server as Server & typeof this.httpServer;
  }

  /**
   * From now on a connection goes behind its next answer, so that its client turns to another replica. Not one that is
   * opened meanwhile: who did so does not ask for readiness, and would open hundreds a second.
   */
  drain(): void {
    this.draining = true;
  }

  /**
   * Stops listening first, and cuts nothing off: a POST that a proxy has sent into a connection we close is one that it
   * may not send to another replica. Each connection goes behind its next answer, one without a request after a while.
   */
  override async close(): Promise<void> {
    this.closing = true;
    // Not http's own, which closes idle connections at once.
    const closed = new Promise((resolve) => NetServer.prototype.close.call(this.httpServer, resolve));
    const sweep = setInterval(() => this.closeUnused(), UNUSED_MS);
    await closed;
    clearInterval(sweep);
  }

  /** Node waits for a connection over which nothing comes, and counts one that has never said anything as busy. */
  private closeUnused(): void {
    (this.httpServer as Server).closeIdleConnections();
    for (const socket of this.silent) socket.destroy();
  }

  override reply(res: GatewayResponse, body: unknown, status?: number): unknown {
    if (!(body instanceof Responder)) return super.reply(res, body, status);
    return (res.replacesResponder?.(body) ?? body).sendTo(res);
  }

  /** Hands requests that no route matches to `handler`, before they become a 404. */
  serveUnmatched(handler: RequestHandler): void {
    this.fallback = handler;
  }

  override use(...args: unknown[]): unknown {
    const [path] = args;
    const isElsewhere = typeof path === 'string' && path !== '/' && !this.apiPrefix.startsWith(path);
    if (!this.isMounted && !isElsewhere) this.routesComeFirst = false;
    return super.use(...args);
  }

  /** Nest calls this when all middleware and routes are registered: the table's place is behind the former. */
  override setNotFoundHandler(...args: Parameters<ExpressAdapter['setNotFoundHandler']>): unknown {
    this.app.use(this.routes.middleware as never);
    if (this.fallback !== undefined) this.app.use(this.fallback);
    this.isMounted = true;
    return super.setNotFoundHandler(...args);
  }

  /** Middleware of a module (`consumer.apply(…)`), which Nest hands to Express and not to `use`. */
  override createMiddlewareFactory(
    ...args: Parameters<ExpressAdapter['createMiddlewareFactory']>
  ): ReturnType<ExpressAdapter['createMiddlewareFactory']> {
    this.routesComeFirst = false;
    return super.createMiddlewareFactory(...args);
  }

  override get(path: unknown, handler?: unknown): unknown {
    return this.route('GET', path, handler);
  }

  override post(path: unknown, handler?: unknown): unknown {
    return this.route('POST', path, handler);
  }

  override put(path: unknown, handler?: unknown): unknown {
    return this.route('PUT', path, handler);
  }

  override patch(path: unknown, handler?: unknown): unknown {
    return this.route('PATCH', path, handler);
  }

  override delete(path: unknown, handler?: unknown): unknown {
    return this.route('DELETE', path, handler);
  }

  private route(method: HTTPMethod, path: unknown, handler: unknown): void {
    this.routes.add(method, path as string, handler as RouteHandler);
  }

  private readonly onConnection = (socket: Socket): void => {
    this.silent.add(socket);
    if (this.draining) this.late.add(socket);
    socket.once('close', () => this.silent.delete(socket));
  };

  private readonly onRequest = (req: GatewayRequest, res: GatewayResponse): void => {
    this.silent.delete(req.socket);
    this.observer.observe(req, res);
    if (this.closing || (this.draining && !this.late.has(req.socket))) res.shouldKeepAlive = false;
    const refusal = this.gate.check(req);
    if (refusal) sendProblem(res, refusal);
    else this.serve(req, res);
  };

  /**
   * Express makes a handful of closures to lead a request to the table, 3 to 4 µs of 70. Where nothing stands before the
   * table, the API's own routes are looked up at once: Nest made their handlers, which answer whatever happens and ask
   * for nothing of Express. All else goes its way, other routes, unknown paths and wrong methods.
   */
  private serve(req: GatewayRequest, res: GatewayResponse): void {
    const isApi = this.routesComeFirst && req.url?.startsWith(this.apiPrefix) === true;
    const handler = isApi ? this.routes.match(req) : undefined;
    if (handler === undefined) return void this.app(req as never, res as never);
    req.res = res;
    handler(req, res, nothingFollows);
  }
}

/** Handlers that Nest made never pass a request on. */
const nothingFollows = (): void => undefined;

/**
 * Request and response classes whose prototypes are the ones Express would give each object. Express calls
 * `Object.setPrototypeOf` on both for every request, which makes V8 drop what it learnt about them; on objects that
 * have the prototype already the call does nothing.
 */
function expressPrototypes(app: Express): {
  IncomingMessage: typeof GatewayRequest;
  ServerResponse: typeof GatewayResponse;
} {
  class ExpressRequest extends GatewayRequest {}
  class ExpressResponse extends GatewayResponse {}
  adopt(GatewayRequest.prototype, app.request);
  adopt(GatewayResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as unknown as typeof app.request;
  app.response = ExpressResponse.prototype as unknown as typeof app.response;
  Object.defineProperty(app.request, 'app', { value: app });
  Object.defineProperty(app.response, 'app', { value: app });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

/** Puts Express's own methods behind ours: whatever ours does not define, Express's does. */
function adopt(ours: object, theirs: object): void {
  const methods = Object.getPrototypeOf(theirs) as object;
  if (Object.getPrototypeOf(ours) !== methods) Object.setPrototypeOf(ours, methods);
}
