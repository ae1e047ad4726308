import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How bytes from the server are treated. */
export type Passage = 'open' | 'black hole' | 'slow' | 'cut in the middle';

/** The delay of bytes in slow mode. */
const SLOW_MS = 2_000;

/** A TCP proxy between a client and a server that simulates network faults. */
export class TcpProxy {
  private passage: Passage = 'open';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.join(client, connect(targetPort, '127.0.0.1')));
    return proxy;
  }

  /** Sets how responses pass, also on open connections. */
  become(passage: Passage): void {
    this.passage = passage;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, upstream: Socket): void {
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        peer.destroy();
      });
    }
    client.on('data', (bytes) => (this.passage === 'black hole' ? undefined : upstream.write(bytes)));
    upstream.on('data', (bytes) => this.pass(bytes, client));
  }

  private pass(bytes: Buffer, client: Socket): void {
    if (this.passage === 'open') client.write(bytes);
    if (this.passage === 'slow') setTimeout(() => client.destroyed || client.write(bytes), SLOW_MS).unref();
    if (this.passage === 'cut in the middle')
      client.write(bytes.subarray(0, bytes.length / 2), () => client.resetAndDestroy());
  }
}
