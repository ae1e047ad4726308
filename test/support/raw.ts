import { connect } from 'node:net';

/** A response as received over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends a request line and headers unchanged and reads until the server closes the connection. HTTP clients normalise
 * their requests; attackers do not.
 */
export function raw(
  url: string,
  requestLine: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<RawAnswer> {
  const { host } = new URL(url);
  const lines = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return exchange(url, `${[requestLine, ...lines].join('\r\n')}\r\n\r\n${body}`);
}

/** Sends bytes and reads until the server closes the connection, or is silent for twenty seconds. */
export function exchange(url: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', (error) => (text === '' ? reject(error) : undefined));
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') });
    });
  });
}
