import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import type { FakePlatform } from './fake-platform.js';

/** Makes a platform hold calls until the test answers or resets them. */
export class HeldCalls {
  private readonly held = new Set<ServerResponse>();
  private breaksOff = false;

  constructor(platform: FakePlatform) {
    platform.behave((_seen, res, req) => {
      if (this.breaksOff) {
        req.socket.resetAndDestroy();
        return;
      }
      this.held.add(res);
      res.on('close', () => this.held.delete(res));
    });
  }

  /** The number of calls that the platform holds. */
  get size(): number {
    return this.held.size;
  }

  /** Waits until it holds this many. */
  async until(size: number): Promise<void> {
    await expect.poll(() => this.held.size, { interval: 5 }).toBe(size);
  }

  /** Answers the oldest call. */
  answerOne(): void {
    const [longest] = this.held;
    if (longest !== undefined) answer(longest);
  }

  /** Answers all. */
  answerAll(): void {
    for (const res of this.held) answer(res);
  }

  /** Resets the oldest call and those that arrive meanwhile, since a reset GET is retried once. */
  async breakOne(settled: Promise<unknown>): Promise<void> {
    this.breaksOff = true;
    const [longest] = this.held;
    longest?.socket?.resetAndDestroy();
    await settled;
    this.breaksOff = false;
  }
}

function answer(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json' }).end('[]');
}
