import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { LoadBalancer } from './load-balancer.js';
import type { Replica } from './replicas.js';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };

/**
 * One origin for a page, the built client and replicas, like a reverse proxy in production. It forwards to one replica that
 * is ready, never retries, and answers with its own 502 if a replica closes the connection.
 */
export class FrontProxy {
  readonly balancer: LoadBalancer;
  private readonly server: Server;

  constructor(
    replicas: readonly Replica[],
    private readonly page: string,
  ) {
    this.balancer = new LoadBalancer(replicas);
    this.server = createServer((req, res) => this.answer(req, res));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.balancer.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(req: IncomingMessage, res: ServerResponse): void {
    const path = normalize(new URL(req.url ?? '/', 'http://page').pathname);
    if (path === '/page') return send(res, '.html', this.page);
    if (path.startsWith('/client/'))
      return send(res, '.js', readFileSync(join('client/dist/esm', path.slice(8)), 'utf8'));
    return this.pass(req, res);
  }

  private pass(req: IncomingMessage, res: ServerResponse): void {
    const { method, url, headers } = req;
    const fail = (): void => {
      if (res.headersSent) res.destroy();
      else res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
    };
    const { port } = this.balancer.next();
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on('error', fail);
      answer.pipe(res);
      answer.on('close', () => (answer.complete ? undefined : res.destroy()));
    });
    passed.on('error', fail);
    res.on('close', () => passed.destroy());
    req.pipe(passed);
  }
}

function send(res: ServerResponse, extension: string, text: string): void {
  res.writeHead(200, { 'content-type': TYPES[extension], 'cache-control': 'no-store' }).end(text);
}
