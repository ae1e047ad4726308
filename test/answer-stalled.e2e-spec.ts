import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformClient } from '../src/platform/platform.client.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { hurrySocketTimeouts, TIMES_SOONER } from './support/socket-timeouts.js';

const NEVER = '/api/connect/v1/o/never/connectors';
const SLOWLY = '/api/connect/v1/o/slowly/connectors';
const MIB = 1_048_576;
/** More than the kernel buffers for two connections. */
const ANSWER_MIB = 40;
/** Pause after each MiB; the sum exceeds the time that a caller may read nothing. */
const PAUSE_MS = 1_000 / TIMES_SOONER;
const timeouts = hurrySocketTimeouts();

let gateway: TestGateway;
let cookie: string;
/** The platform's response by request path. */
const answers = new Map<string, ServerResponse>();

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
  gateway.platform.behave(({ target }, res) => {
    answers.set(target, res);
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER_MIB * MIB });
    Readable.from(pieces()).pipe(res);
  });
});
afterAll(async () => {
  timeouts.restore();
  await gateway.close();
});

function* pieces(): Generator<Buffer> {
  for (let i = 0; i < ANSWER_MIB; i++) yield Buffer.alloc(MIB, '1');
}

/** A call whose response has not been read yet. */
function callWithoutReading(path: string): Socket {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${hostname}`, `Cookie: ${cookie}`];
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  return socket;
}

describe.concurrent('P9: a caller that does not read its response', () => {
  it('is disconnected, and its call to the platform is aborted', async () => {
    const socket = callWithoutReading(NEVER);
    await expect.poll(() => answers.has(NEVER)).toBe(true);
    const answer = answers.get(NEVER);
    expect(answer?.closed).toBe(false);
    await new Promise((resolve) => answer?.once('close', resolve));
    expect(answer?.writableFinished).toBe(false);
    socket.destroy();
  });

  it('stays connected while it reads something now and then', async () => {
    let bytes = 0;
    let goal = MIB;
    for await (const chunk of callWithoutReading(SLOWLY)) {
      bytes += (chunk as Buffer).length;
      if (bytes < goal) continue;
      goal += MIB;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    expect(bytes).toBeGreaterThan(ANSWER_MIB * MIB);
    expect(answers.get(SLOWLY)?.writableFinished).toBe(true);
  });
});

it('P8: releases the call slots of both callers', async () => {
  await expect.poll(() => gateway.app.get(PlatformClient, { strict: false }).inFlight).toBe(0);
});
