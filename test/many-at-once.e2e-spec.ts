import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';

/** Of each person: fewer than one may have calls in progress. */
const CONNECTIONS = 200;
const PEOPLE = ['ann', 'bob', 'cem'];
const ROUNDS = 3;
/** Opens at most as many connections at a time as the listen backlog holds. */
const AT_ONCE = 100;

let gateway: TestGateway;
let metrics: number;
let connections: Connection[];

class Connection {
  readonly socket: Socket;
  private received = '';

  constructor(private readonly head: string) {
    const { hostname, port } = new URL(gateway.url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
  }

  /** The statuses of the responses, in order. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  send(): void {
    this.socket.write(this.head);
  }
}

beforeEach(async () => {
  metrics = await freePort();
  gateway = await startGateway({ METRICS_PORT: String(metrics) });
  connections = [];
});
afterEach(() => {
  for (const { socket } of connections) socket.destroy();
  return gateway.close();
});

/** Opens the connections of a new person. */
async function openFor(subject: string): Promise<void> {
  gateway.identity.subject = subject;
  const cookie = await gateway.signIn();
  const { host } = new URL(gateway.url);
  const head = `GET /api/connect/v1/categories HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`;
  for (let opened = 0; opened < CONNECTIONS; opened += AT_ONCE) {
    const more = Array.from({ length: AT_ONCE }, () => new Connection(head));
    await Promise.all(more.map(({ socket }) => once(socket, 'connect')));
    connections.push(...more);
  }
}

async function exposition(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
}

it('requests that arrive at the same moment on many connections are all answered', async () => {
  for (const person of PEOPLE) await openFor(person);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const connection of connections) connection.send();
    const areAnswered = (): boolean => connections.every(({ statuses }) => statuses.length === round);
    await expect.poll(areAnswered, { timeout: 15_000 }).toBe(true);
  }
  expect(new Set(connections.flatMap(({ statuses }) => statuses))).toEqual(new Set([200]));
  expect(gateway.platform.seen).toHaveLength(ROUNDS * PEOPLE.length * CONNECTIONS);
  await expect.poll(exposition).toContain('\ngateway_requests_waiting 0\n');
});
