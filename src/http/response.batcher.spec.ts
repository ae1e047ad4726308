import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ResponseBatcher } from './response.batcher.js';

const server = createServer();
const open: ServerResponse[] = [];
server.on('request', (_req, res) => open.push(res.writeHead(200)));

beforeEach(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')));
afterEach(async () => {
  open.length = 0;
  server.closeAllConnections();
  await once(server.close(), 'close');
});

/** Sends `count` requests over as many connections; resolves when all wait for their responses. */
async function ask(count: number): Promise<Promise<IncomingMessage>[]> {
  const { port } = server.address() as AddressInfo;
  const answers = Array.from({ length: count }, async () => {
    const [answer] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
    return answer as IncomingMessage;
  });
  while (open.length < count) await endOfTurn();
  return answers;
}

it('responses that become ready in one event-loop turn are sent together at its end, each complete', async () => {
  const answers = await ask(3);
  const outbox = new ResponseBatcher();
  const bodies = ['first', 'é'.repeat(4_000), ''];
  open.forEach((res, i) => outbox.add(res, Buffer.from(bodies[i] ?? '')));
  expect(open.map((res) => res.writableEnded)).toEqual([false, false, false]);
  await endOfTurn();
  expect(open.map((res) => res.writableEnded)).toEqual([true, true, true]);
  const got = await Promise.all(answers.map(async (answer) => text(await answer)));
  expect(got.toSorted()).toEqual(bodies.toSorted());
});

it('every byte of a small body is sent unchanged', async () => {
  const [answer] = await ask(1);
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  open.forEach((res) => new ResponseBatcher().add(res, all));
  expect(Buffer.concat((await (await answer)?.toArray()) ?? [])).toEqual(all);
});

it('a response whose client has disconnected does not delay others', async () => {
  const answers = await ask(2);
  const outbox = new ResponseBatcher();
  for (const res of open) outbox.add(res, Buffer.from('whole'));
  open[0]?.destroy();
  const got = await Promise.allSettled(answers.map(async (answer) => text(await answer)));
  expect(got.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(got.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: 'whole' });
});
