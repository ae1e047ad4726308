import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { SlowCallers } from './support/slow-callers.js';
import { openSockets } from './support/sockets.js';
import { Wire } from './support/wire.js';

const CONNECTORS = '/api/connect/v1/o/acme/connectors';
const SLOW = 500;
const CALLS = 200;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

let gateway: TestGateway;
let cookie: string;
let slow: SlowCallers | undefined;
let socketsBefore: number;

beforeEach(async () => {
  socketsBefore = openSockets();
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
afterEach(async () => {
  slow?.leave();
  await gateway.close();
});

/** The open connections of callers to the gateway. */
function connections(): Promise<number> {
  const server = gateway.app.getHttpServer() as Server;
  return promisify(server.getConnections.bind(server))();
}

/** Calls of others until each slow caller has sent more bytes; returns their number and their failures. */
async function callMeanwhile(slowOnes: SlowCallers): Promise<{ made: number; wrong: string[] }> {
  const wire = new Wire(gateway.url, { cookie });
  const wrong: string[] = [];
  const end = slowOnes.sent + 3;
  let made = 0;
  while (made < CALLS || slowOnes.sent < end) {
    const target = `${CONNECTORS}/${made++}`;
    const { status, body } = await wire.send('GET', target);
    const said = JSON.parse(body.toString()) as { target?: string };
    if (status !== 200 || said.target !== target) wrong.push(`${target}: ${status} ${said.target}`);
  }
  wire.close();
  return { made, wrong };
}

const HOST = '127.0.0.1';
const headers = (): string => `GET ${CONNECTORS} HTTP/1.1\r\nHost: ${HOST}\r\nX-Slow: `;
const body = (): string =>
  [
    `POST ${CONNECTORS}/1/versions HTTP/1.1`,
    `Host: ${HOST}`,
    `Cookie: ${cookie}`,
    'X-CSRF: 1',
    'Content-Type: application/json',
    'Content-Length: 4000000',
    'Expect: 100-continue',
    '\r\n{"name":"',
  ].join('\r\n');

describe('P9: five hundred callers that send a byte a second', () => {
  it.each([
    ['of their headers', headers, []],
    ['of the body of an accepted call', body, Array.from({ length: SLOW }, () => CONTINUE)],
  ])('%s do not delay other callers, and release everything', async (_what, beginning, received) => {
    slow = await SlowCallers.start(gateway.url, SLOW, beginning());
    await expect.poll(connections).toBeGreaterThanOrEqual(SLOW);
    await expect.poll(() => slow?.received).toEqual(received);
    const { made, wrong } = await callMeanwhile(slow);
    expect(wrong).toEqual([]);
    // All are still connected, and none has a final response.
    expect(slow.received).toEqual(received);
    expect(gateway.platform.seen).toHaveLength(made);
    slow.leave();
    await expect.poll(connections).toBe(0);
    await gateway.close();
    await expect.poll(openSockets).toBeLessThanOrEqual(socketsBefore);
  });
});
