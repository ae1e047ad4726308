import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, expect, it, vi } from 'vitest';
import { cookiesOf, startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

const VERSIONS = '/api/connect/v1/o/acme/connectors/01J8ZC5W9QK3T7V2M4N6P8R0SA/versions';
const MIB = 1_048_576;

let gateway: TestGateway;
afterEach(() => gateway.close());

/** A port that neither accepts nor refuses connections: its process is stopped, and its backlog is full. */
async function blackHole(): Promise<{ url: string; close: () => void }> {
  const program = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
    process.stdout.write(String(s.address().port)))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  for (let isOpen = true; isOpen;) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    isOpen = await Promise.race([once(socket, 'connect').then(() => true), sleep(300, false)]);
  }
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  };
  return { url: `http://127.0.0.1:${String(port)}`, close };
}

it('P8: a connection attempt to the platform times out after three seconds, before the call timeout', async () => {
  const hole = await blackHole();
  gateway = await startGateway({ PLATFORM_URL: `${hole.url}/api/connect/v1`, PLATFORM_TIMEOUT_MS: '60000' });
  const cookie = await gateway.signIn();
  const answer = await request(gateway.url).post(VERSIONS).set({ Cookie: cookie, 'X-CSRF': '1' }).send({ name: '1' });
  expectProblem(answer, 504, 'platform_timeout');
  hole.close();
});

it('P9: a request whose body has not arrived after ten minutes gets 408', async () => {
  gateway = await startGateway();
  const cookie = await gateway.signIn();
  const server = gateway.app.getHttpServer() as Server;
  expect(server.requestTimeout).toBe(600_000);
  Object.assign(server, { headersTimeout: 500, requestTimeout: 1_000 });
  const { hostname, port, host } = new URL(gateway.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  const head = [`POST ${VERSIONS} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'X-CSRF: 1'];
  socket.write(`${[...head, 'Content-Type: application/json', 'Content-Length: 1000'].join('\r\n')}\r\n\r\n{`);
  const drip = setInterval(() => socket.write(' '), 100);
  await once(socket, 'close');
  clearInterval(drip);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain('"code":"request_timeout"');
  expect(gateway.platform.seen).toHaveLength(0);
});

it('P8: a stored response may have 64 MiB and not a byte more', async () => {
  gateway = await startGateway();
  const cookie = await gateway.signIn();
  gateway.platform.behave((_seen, res) => {
    res.writeHead(201, { 'content-type': 'application/json', 'content-length': String(64 * MIB + 1) });
    res.end(Buffer.alloc(64 * MIB + 1, '1'));
  });
  const answer = await request(gateway.url)
    .post(VERSIONS)
    .set({ Cookie: cookie, 'X-CSRF': '1', 'Idempotency-Key': 'large' })
    .send({ name: '1' });
  expectProblem(answer, 502, 'platform_answer_invalid');
});

it.each([
  [14, 303],
  [15, 400],
])('S17: a sign-in that returns after %i minutes gets %i', async (minutes, status) => {
  gateway = await startGateway();
  const login = await request(gateway.url).get('/auth/login').expect(302);
  const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
  const callback = new URL(authorized.headers.get('location') ?? '');
  gateway.identity.idTokenSeconds = 7_200;
  vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ['Date'] });
  try {
    const done = await request(gateway.url)
      .get(callback.pathname + callback.search)
      .set('Cookie', cookiesOf(login).join('; '));
    expect(done.status).toBe(status);
    if (status === 400) expectProblem(done, 400, 'login_attempt_unknown');
    const session = cookiesOf(done).filter((value) => value.startsWith('session='));
    expect(session).toHaveLength(status === 303 ? 1 : 0);
  } finally {
    vi.useRealTimers();
  }
});
