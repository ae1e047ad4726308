import type { Socket } from 'node:net';
import type { GatewayRequest, GatewayResponse } from '../exchange.js';

/**
 * Requests that begin in one turn of the event loop. With 16 the loop is never idle under load, and few requests are under
 * way at a time; with thousands under way, each takes twice the processor time (docs/benchmark.md).
 */
const PER_TURN = 16;

/** Begins a request, or lets its connection send one. */
type Turn = () => void;

/**
 * Lets requests begin in order, a few in each turn of the event loop, so that work in progress is finished before more is
 * begun. Under overload a connection is not read until its turn: its next request waits in the kernel, where it costs
 * nothing.
 */
export class RequestQueue {
  private readonly waiting: Turn[] = [];
  /** Connections that may send a request although others wait. */
  private readonly called = new WeakSet<Socket>();
  /** Connections of which a request waits. */
  private readonly held = new WeakSet<Socket>();
  /** Turns taken in this turn of the event loop. */
  private begun = 0;

  constructor(private readonly begin: (req: GatewayRequest, res: GatewayResponse) => void) {}

  /** Requests and connections whose turn is still to come. */
  get length(): number {
    return this.waiting.length;
  }

  /** Begins a request, at once unless many others came in this turn of the event loop. */
  add(req: GatewayRequest, res: GatewayResponse): void {
    if (this.begun === 0) setImmediate(this.nextTurn);
    if (this.begun < PER_TURN) {
      this.begun += 1;
      this.begin(req, res);
    } else if (this.mayWait(req)) this.addLater(req, res);
    else this.begin(req, res);
  }

  /**
   * Orchestrators restart a replica that answers late. A connection keeps one request waiting: Node stops reading one
   * whose responses pile up, but not one that sends requests without waiting for responses while none of them begins.
   */
  private mayWait({ isHealthCheck, socket }: GatewayRequest): boolean {
    return !isHealthCheck && !this.held.has(socket);
  }

  private addLater(req: GatewayRequest, res: GatewayResponse): void {
    const { socket } = req;
    res.once('finish', () => this.lineUp(socket, res));
    if (this.called.delete(socket)) return this.begin(req, res);
    this.held.add(socket);
    this.waiting.push(() => {
      this.held.delete(socket);
      if (!res.destroyed) this.begin(req, res);
    });
  }

  /** Stops reading a connection after a response while others wait. */
  private lineUp(socket: Socket, { shouldKeepAlive }: GatewayResponse): void {
    // Node itself has paused a connection that sends requests faster than it reads responses.
    if (this.waiting.length === 0 || !shouldKeepAlive || socket.destroyed || socket.isPaused()) return;
    socket.pause();
    this.waiting.push(() => {
      this.called.add(socket);
      socket.resume();
    });
  }

  private readonly nextTurn = (): void => {
    this.begun = 0;
    if (this.waiting.length === 0) return;
    setImmediate(this.nextTurn);
    const turns = this.waiting.splice(0, PER_TURN);
    this.begun = turns.length;
    for (const take of turns) take();
  };
}
