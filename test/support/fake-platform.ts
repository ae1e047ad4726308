import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the platform received it. */
export interface Seen {
  readonly method: string;
  /** The request target exactly as received. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Answers one request; the body has been read. */
export type Behaviour = (seen: Seen, res: ServerResponse, req: IncomingMessage) => void;

/** An HTTP server in place of the platform: it records requests and responds as the test configures. */
export class FakePlatform {
  readonly seen: Seen[] = [];
  private behaviour: Behaviour = echo;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(): Promise<FakePlatform> {
    const sockets = new Set<Socket>();
    const server = createServer();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const platform = new FakePlatform(server, `http://127.0.0.1:${port}/api/connect/v1`, sockets);
    server.on('request', (req, res) => void platform.answer(req, res));
    return platform;
  }

  /** Sets the handler of later requests; the default returns the received request as JSON. */
  behave(behaviour: Behaviour = echo): void {
    this.behaviour = behaviour;
  }

  /** Answers every request with this status and JSON. */
  answerWith(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.behave(
      (_seen, res) =>
        void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)),
    );
  }

  /** The last received request. */
  get last(): Seen {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error('the platform has seen no request');
    return last;
  }

  reset(): void {
    this.seen.length = 0;
    this.behave();
  }

  /** The open connections to it. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Closes every connection, as a crash does. */
  cutConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { method = '', url: target = '', headers, rawHeaders } = req;
    const seen: Seen = { method, target, headers, rawHeaders, body: Buffer.concat(chunks) };
    this.seen.push(seen);
    this.behaviour(seen, res, req);
  }
}

function echo({ method, target, headers, body }: Seen, res: ServerResponse): void {
  const status = method === 'POST' ? 201 : 200;
  res
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ method, target, headers, body: body.toString('utf8') }));
}
