import type { NestApplicationContext } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';

describe('what orchestrators ask', () => {
  let gateway: TestGateway;
  let closing: Promise<void> | undefined;
  beforeEach(async () => {
    closing = undefined;
    gateway = await startGateway();
  });
  afterEach(() => closing ?? gateway.close());

  it.each(['live', 'ready', 'startup'])('O3: %s is a yes once the gateway listens', async (question) => {
    const answer = await fetch(`${gateway.url}/health/${question}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });

  it('O3, P10: a replica that shuts down is alive, and not ready', async () => {
    // What Nest does with the signal.
    closing = (gateway.app as unknown as NestApplicationContext).close('SIGTERM').then(() => gateway.close());
    const ready = () => fetch(`${gateway.url}/health/ready`);
    await expect.poll(async () => (await ready()).status).toBe(503);
    const answer = await ready();
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'shutting_down' });
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });
});
