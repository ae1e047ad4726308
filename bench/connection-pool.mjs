import { HttpConnection } from './http-connection.mjs';

/** Connections that are being opened at one time: a server has a queue of 511, and loses what does not fit. */
const OPENING_MAX = 128;

/** The connections of a load at a fixed rate: opened as they are needed, up to a limit, and used in turns. */
export class ConnectionPool {
  /** The largest number of connections at one time. */
  most = 0;
  #port;
  #limit;
  #on;
  #connections = new Set();
  /** In the order in which they became free. */
  #free = new Set();
  #opening = 0;
  #settled = Promise.withResolvers();

  /** @param {object} on `onFree` (), `onAnswer` (request, { status, hasRetryAfter }) and `onLost` (request) */
  constructor(port, limit, on) {
    this.#port = port;
    this.#limit = limit;
    this.#on = on;
  }

  /**
   * Opens so many connections, or as many as the limit allows.
   * @throws Error when they are refused
   */
  async prepare(count) {
    while (this.#connections.size < Math.min(count, this.#limit)) {
      const { size } = this.#connections;
      this.#settled = Promise.withResolvers();
      this.need(count - size);
      await this.#settled.promise;
      if (this.#connections.size === size) throw new Error('Connections are refused.');
    }
  }

  /** Opens connections until so many are being opened, within the limits. */
  need(count) {
    const missing = Math.min(Math.min(count, OPENING_MAX) - this.#opening, this.#limit - this.#connections.size);
    for (let i = 0; i < missing; i++) {
      this.#opening += 1;
      this.#connections.add(new HttpConnection(this.#port, this));
    }
    this.most = Math.max(this.most, this.#connections.size);
  }

  /** A connection without a request; undefined when there is none. */
  take() {
    const [connection] = this.#free;
    this.#free.delete(connection);
    return connection;
  }

  destroy() {
    for (const connection of this.#connections) connection.destroy();
  }

  onOpen(connection) {
    this.#free.add(connection);
    this.#settle();
    this.#on.onFree();
  }

  onAnswer(connection, answer) {
    const { request } = connection;
    connection.request = undefined;
    if (answer.closes) connection.destroy();
    else this.#free.add(connection);
    this.#on.onAnswer(request, answer);
    this.#on.onFree();
  }

  onClose(connection) {
    this.#connections.delete(connection);
    this.#free.delete(connection);
    if (!connection.wasOpen) this.#settle();
    if (connection.request !== undefined) this.#on.onLost(connection.request);
  }

  #settle() {
    this.#opening -= 1;
    if (this.#opening === 0) this.#settled.resolve();
  }
}
