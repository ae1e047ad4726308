import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Answers one request, byte for byte. */
export type RawBehaviour = (socket: Socket, target: string) => void;

/** A TCP server in place of the platform, for responses that no HTTP library would write. */
export class RawPlatform {
  /** The received request targets. */
  readonly seen: string[] = [];
  private behaviour: RawBehaviour = tellTarget;

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(): Promise<RawPlatform> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RawPlatform(server, new Set());
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/connect/v1`;
  }

  /** Sets the handler of later requests; the default returns the request target. */
  behave(behaviour: RawBehaviour = tellTarget): void {
    this.behaviour = behaviour;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let head = '';
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      const target = head.split(' ', 2)[1] ?? '';
      head = '';
      this.seen.push(target);
      this.behaviour(socket, target);
    });
  }
}

function tellTarget(socket: Socket, target: string): void {
  const body = JSON.stringify(target);
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
