import { connect } from 'node:net';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LAST_CHUNK = '0\r\n\r\n';
const CHUNKED = -1;
const NOTHING = Buffer.alloc(0);
/** Where the status is in `HTTP/1.1 200`. */
const STATUS_AT = 9;

/**
 * A connection to the subject that carries one request at a time, and parses no more of a response than its status, its
 * length and whether it has a `Retry-After`.
 */
export class HttpConnection {
  /** The number of the request in progress; undefined when there is none. */
  request;
  wasOpen = false;
  #on;
  #socket;
  #head = NOTHING;
  #inBody = false;
  /** Bytes of the body that are still to come, or CHUNKED. */
  #missing = 0;
  #tail = '';
  #answer;

  /** @param {object} on `onOpen`, `onAnswer` and `onClose`, each called with this connection first */
  constructor(port, on) {
    this.#on = on;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('connect', () => {
      this.wasOpen = true;
      on.onOpen(this);
    });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => on.onClose(this));
  }

  send(request, bytes) {
    this.request = request;
    this.#socket.write(bytes);
  }

  destroy() {
    this.#socket.destroy();
  }

  #read(chunk) {
    if (this.#inBody) return this.#readBody(chunk);
    const bytes = this.#head === NOTHING ? chunk : Buffer.concat([this.#head, chunk]);
    const end = bytes.indexOf(END_OF_HEAD);
    this.#head = end === -1 ? bytes : NOTHING;
    if (end === -1) return;
    this.#readHead(bytes.toString('latin1', 0, end));
    this.#readBody(bytes.subarray(end + END_OF_HEAD.length));
  }

  #readHead(head) {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0;
    this.#missing = /\r\ntransfer-encoding: *chunked/i.test(head) ? CHUNKED : Number(length);
    this.#answer = {
      status: Number(head.slice(STATUS_AT, STATUS_AT + 3)),
      hasRetryAfter: /\r\nretry-after:/i.test(head),
      closes: /\r\nconnection: *close/i.test(head),
    };
    this.#inBody = true;
  }

  #readBody(chunk) {
    if (this.#missing === CHUNKED) {
      // What the bodies here hold, JSON without line breaks, cannot look like the last chunk.
      const end = chunk.toString('latin1', Math.max(0, chunk.length - LAST_CHUNK.length));
      this.#tail = (this.#tail + end).slice(-LAST_CHUNK.length);
      if (this.#tail !== LAST_CHUNK) return;
    } else {
      this.#missing -= chunk.length;
      if (this.#missing > 0) return;
    }
    this.#inBody = false;
    this.#tail = '';
    this.#on.onAnswer(this, this.#answer);
  }
}
