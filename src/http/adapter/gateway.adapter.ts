import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler } from 'express';
import type { HTTPMethod } from 'find-my-way';
import { createServer, type Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { answerParserError } from './parser-error.js';
import { Responder, GatewayRequest, GatewayResponse } from '../exchange.js';
import type { RequestGate } from './request.gate.js';
import { RequestQueue } from './request.queue.js';
import { sendProblem } from '../problem.response.js';
import { type RouteHandler, RouteTable } from './route-table.js';

/** Longer than a load balancer keeps an idle connection (60 s), so that it never sends into one we just closed. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 10_000;
/** How long an unused connection stays open at the end: proxies send into it until they are refused a new one. */
const UNUSED_MS = 500;
/** Long enough for the largest document over a slow line; JSON bodies and stalled uploads have limits of their own. */
const REQUEST_MS = 600_000;
/** How often Node checks these two time limits; its own default is every 30 seconds. */
const CLOCK_MS = 1_000;
const MAX_HEADER_BYTES = 16_384;

/** Observes every request and its response, for logs and metrics. */
export interface Observer {
  observe(req: GatewayRequest, res: GatewayResponse): void;
}

/**
 * Nest's Express adapter with three differences: requests pass the gate and a queue first, routes are found in a radix
 * tree, and a `Responder` that a handler returns writes the response itself.
 */
export class GatewayAdapter extends ExpressAdapter {
  private readonly routes = new RouteTable();
  private readonly queue = new RequestQueue((req, res) => this.serve(req, res));
  private readonly app: Express;
  /** Connections that have not sent a request yet. */
  private readonly silent = new Set<Socket>();
  /** Serves what no route matches, such as a frontend's files. */
  private fallback: RequestHandler | undefined;
  private readonly moduleMiddleware = express.Router();
  private isMounted = false;
  private isComplete = false;
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

  /** Requests that have arrived and not begun, and connections that are not read meanwhile. */
  get queued(): number {
    return this.queue.length;
  }

  /** Every route, for what must know them before their first request. */
  get routeList(): RouteTable['list'] {
    return this.routes.list;
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
        // The gate answers a missing Host itself, with a problem.
        requireHostHeader: false,
      },
      this.onRequest,
    );
    // Node would drop header fields beyond its own limit silently; the gate counts them and refuses.
    server.maxHeadersCount = 0;
    // 100 Continue is sent when the body is read, after the guards have run (RFC 9110, section 10.1.1).
    server.on('checkContinue', this.onRequest);
    // Any other expectation is for the gate to refuse; Node's own 417 has no body and leaves no line in the log.
    server.on('checkExpectation', this.onRequest);
    server.on('clientError', answerParserError);
    server.on('connection', this.onConnection);
    this.httpServer = server as Server & typeof this.httpServer;
  }

  /**
   * Closes each connection after its next answer from now on, so that its client turns to another replica. Connections
   * opened while draining stay: such clients do not check readiness, and would open hundreds per second.
   */
  drain(): void {
    this.draining = true;
  }

  /**
   * Stops listening first and interrupts nothing: a proxy must not resend a POST that it sent on a connection we
   * closed. Each connection closes after its next answer, an unused one after a while.
   */
  override async close(): Promise<void> {
    this.closing = true;
    // Not `http.Server.close`, which closes idle connections immediately.
    const closed = new Promise((resolve) => NetServer.prototype.close.call(this.httpServer, resolve));
    const sweep = setInterval(() => this.closeUnused(), UNUSED_MS);
    await closed;
    clearInterval(sweep);
  }

  /** Closes idle connections. Node counts one that has never sent a request as busy, so those are closed here. */
  private closeUnused(): void {
    // A connection that waits for its turn may have sent a request that has not been read yet.
    if (this.queue.length === 0) (this.httpServer as Server).closeIdleConnections();
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

  /** @throws Error for middleware that API routes would never reach, since it comes after them */
  override use(...args: unknown[]): unknown {
    const [path] = args;
    const isElsewhere = typeof path === 'string' && path !== '/' && !this.apiPrefix.startsWith(path);
    if (isElsewhere || this.isComplete) return super.use(...args);
    if (this.isMounted) throw new Error('Register middleware before the first route; this one would not run for it.');
    this.routesComeFirst = false;
    return super.use(...args);
  }

  /** Nest calls this last, when all middleware and routes are registered. */
  override setNotFoundHandler(...args: Parameters<ExpressAdapter['setNotFoundHandler']>): unknown {
    this.isComplete = true;
    if (this.fallback !== undefined) this.app.use(this.fallback);
    return super.setNotFoundHandler(...args);
  }

  /**
   * Registers middleware of a module (`consumer.apply(…)`). Nest does so after routes that were registered directly, such
   * as those of the API document, so it goes to a router with a place of its own before the table.
   */
  override createMiddlewareFactory(
    ...args: Parameters<ExpressAdapter['createMiddlewareFactory']>
  ): ReturnType<ExpressAdapter['createMiddlewareFactory']> {
    this.routesComeFirst = false;
    const register = super.createMiddlewareFactory(...args);
    return (path, callback) => {
      const { instance } = this;
      this.instance = this.moduleMiddleware;
      try {
        return register(path, callback);
      } finally {
        this.instance = instance;
      }
    };
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

  /** With the first route, the table takes its place: after global middleware and that of modules. */
  private route(method: HTTPMethod, path: unknown, handler: unknown): void {
    if (!this.isMounted) this.app.use(this.moduleMiddleware, this.routes.middleware as never);
    this.isMounted = true;
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
    else this.queue.add(req, res);
  };

  /**
   * Express creates several closures to pass a request to the table: 3 to 4 µs of 70. While no middleware is
   * registered, requests of the API are looked up directly; Nest's handlers need nothing of Express. Everything else
   * takes Express's way: other routes, unknown paths, wrong methods.
   */
  private serve(req: GatewayRequest, res: GatewayResponse): void {
    const isApi = this.routesComeFirst && req.url?.startsWith(this.apiPrefix) === true;
    const handler = isApi ? this.routes.match(req) : undefined;
    if (handler === undefined) return void this.app(req as never, res as never);
    req.res = res;
    handler(req, res, nothingFollows);
  }
}

/** Nest's handlers never call `next`. */
const nothingFollows = (): void => undefined;

/**
 * Request and response classes whose prototypes are already Express's. Express calls `Object.setPrototypeOf` on both
 * objects of every request, which discards V8's optimisations; for an object that has the prototype already the call
 * does nothing.
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

/** Makes Express's methods available on our classes, behind our own. */
function adopt(ours: object, theirs: object): void {
  const methods = Object.getPrototypeOf(theirs) as object;
  if (Object.getPrototypeOf(ours) !== methods) Object.setPrototypeOf(ours, methods);
}
