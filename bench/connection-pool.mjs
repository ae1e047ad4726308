import { HttpConnection } from './http-connection.mjs';

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

  /** Opens so many connections, and waits until each has been accepted or refused. */
  async prepare(count) {
    this.need(count);
    await this.#settled.promise;
  }

  /** Opens connections until so many are being opened, within the limit. */
  need(count) {
    const missing = Math.min(count - this.#opening, this.#limit - this.#connections.size);
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
