import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const EVERY_MS = 1_000;

/** Clients that send a byte a second and never finish, each over its own connection. */
export class SlowCallers {
  /** What the callers received; `closed` for a closed connection. */
  readonly received: string[] = [];
  /** The number of bytes that each has sent so far. */
  sent = 0;
  private readonly drip: NodeJS.Timeout;

  private constructor(private readonly sockets: readonly Socket[]) {
    for (const socket of sockets) {
      socket.on('data', (chunk) => this.received.push(chunk.toString('latin1')));
      socket.on('close', () => this.received.push('closed'));
    }
    this.drip = setInterval(() => {
      this.sent += 1;
      for (const socket of sockets) socket.write('a');
    }, EVERY_MS);
  }

  /** Connects this many clients, each of which has sent `beginning`. */
  static async start(url: string, count: number, beginning: string): Promise<SlowCallers> {
    const { hostname, port } = new URL(url);
    const sockets = Array.from({ length: count }, () => connect(Number(port), hostname).on('error', () => undefined));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write(beginning);
    return new SlowCallers(sockets);
  }

  /** Disconnects all clients. */
  leave(): void {
    clearInterval(this.drip);
    for (const socket of this.sockets) socket.destroy();
  }
}
