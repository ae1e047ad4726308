import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayRequest, GatewayResponse } from '../exchange.js';
import { RequestQueue } from './request.queue.js';

const PER_TURN = 16;
const CLIENTS = 100;
const ROUNDS = 20;

interface Begun {
  readonly url: string;
  readonly turn: number;
}

let queue: RequestQueue;
let server: ReturnType<typeof createServer<typeof GatewayRequest, typeof GatewayResponse>>;
let clients: Client[];
/** The paths of the requests that were read. */
let read: string[];
let begun: Begun[];
/** The most requests that were read and had not begun, once every connection has had a response. */
let mostWaiting: number;
let turn: number;
let counting: NodeJS.Immediate;

/** Sends each request after the response to the one before, unless it is given several at a time. */
class Client {
  readonly socket: Socket;
  private received = '';

  constructor(private readonly next?: (answered: number) => string | undefined) {
    this.socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => this.read(chunk.toString()));
  }

  /** The paths of the requests that were answered, in order. */
  get answered(): string[] {
    return [...this.received.matchAll(/answer to (\S+);/g)].map(([, path]) => path ?? '');
  }

  send(...paths: string[]): void {
    this.socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  }

  private read(text: string): void {
    this.received += text;
    const path = this.next?.(this.answered.length);
    if (path !== undefined) this.send(path);
  }
}

async function openClients(newClient: (i: number) => Client): Promise<void> {
  clients = Array.from({ length: CLIENTS }, (_, i) => newClient(i));
  await expect.poll(() => connections()).toBe(CLIENTS);
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

beforeEach(async () => {
  read = [];
  begun = [];
  mostWaiting = 0;
  turn = 0;
  const count = (): void => {
    turn += 1;
    counting = setImmediate(count);
  };
  count();
  queue = new RequestQueue((req, res) => {
    begun.push({ url: req.url ?? '', turn });
    res.end(`answer to ${req.url};`);
  });
  server = createServer({ IncomingMessage: GatewayRequest, ServerResponse: GatewayResponse }, (req, res) => {
    read.push(req.url ?? '');
    queue.add(req, res);
    if (read.length > 2 * CLIENTS) mostWaiting = Math.max(mostWaiting, read.length - begun.length);
  });
  server.listen(0, '127.0.0.1', 2 * CLIENTS);
  await once(server, 'listening');
});
afterEach(async () => {
  clearImmediate(counting);
  for (const { socket } of clients) socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function mostPerTurn(): number {
  const counts = new Map<number, number>();
  for (const one of begun) counts.set(one.turn, (counts.get(one.turn) ?? 0) + 1);
  return Math.max(...counts.values());
}

const urls = (): string[] => begun.map(({ url }) => url);
const pathsOf = (i: number, count: number): string[] => Array.from({ length: count }, (_, k) => `/${i}/${k}`);

describe('RequestQueue', () => {
  it('begins a few requests in each turn of the event loop, in the order in which they were read', async () => {
    await openClients(() => new Client());
    clients.forEach((client, i) => client.send(`/${i}`));
    await expect.poll(() => clients.every(({ answered }) => answered.length === 1)).toBe(true);
    expect(urls()).toEqual(read);
    expect(mostPerTurn()).toBe(PER_TURN);
    await expect.poll(() => queue.length).toBe(0);
  });

  it('begins a request of an orchestrator at once', async () => {
    await openClients(() => new Client());
    clients.forEach((client, i) => client.send(i === CLIENTS - 1 ? '/health/live' : `/${i}`));
    await expect.poll(() => begun.length).toBe(CLIENTS);
    expect(urls().indexOf('/health/live')).toBeLessThan(read.indexOf('/health/live'));
  });

  it('leaves the next request of a connection unread until its turn, and loses none', async () => {
    await openClients((i) => new Client((answered) => (answered < ROUNDS ? `/${i}/${answered}` : undefined)));
    clients.forEach((client, i) => client.send(`/${i}/0`));
    await expect.poll(() => begun.length, { timeout: 10_000 }).toBe(CLIENTS * ROUNDS);
    await expect.poll(() => clients.map(({ answered }) => answered)).toEqual(clients.map((_, i) => pathsOf(i, ROUNDS)));
    expect(mostWaiting).toBeLessThanOrEqual(2 * PER_TURN);
    await expect.poll(() => queue.length).toBe(0);
  });

  it('lets each connection have its turn', async () => {
    await openClients((i) => new Client((answered) => (answered < ROUNDS ? `/${i}/${answered}` : undefined)));
    clients.forEach((client, i) => client.send(`/${i}/0`));
    await expect.poll(() => begun.length, { timeout: 10_000 }).toBe(CLIENTS * ROUNDS);
    // While all of them send, a connection has had its tenth turn before another one has its twelfth.
    const tenth = begun.findLastIndex(({ url }) => url.endsWith('/9'));
    const twelfth = begun.findIndex(({ url }) => url.endsWith('/11'));
    expect(tenth).toBeLessThan(twelfth);
  });

  it('keeps one request of a connection waiting that sends many without waiting for responses', async () => {
    const many = 50;
    await openClients(() => new Client());
    clients.forEach((client, i) => client.send(...pathsOf(i, many)));
    const expected = clients.map((_, i) => pathsOf(i, many));
    await expect.poll(() => clients.map(({ answered }) => answered), { timeout: 10_000 }).toEqual(expected);
    expect(mostWaiting).toBeGreaterThan(0);
    expect(mostWaiting).toBeLessThanOrEqual(CLIENTS);
  });

  it('does not begin the request of a client that has left', async () => {
    await openClients(() => new Client());
    const gone = `/${CLIENTS - 1}`;
    server.on('request', (req, res) => {
      if (req.url === gone) res.destroy();
    });
    clients.forEach((client, i) => client.send(`/${i}`));
    await expect.poll(() => begun.length).toBe(CLIENTS - 1);
    await expect.poll(() => queue.length).toBe(0);
    expect(urls()).not.toContain(gone);
  });
});
