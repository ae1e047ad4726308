import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import type { FakePlatform } from './fake-platform.js';

/** Lets a platform take calls and keep them, until it is told to answer or to break one off. */
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

  /** Calls that the platform works at. */
  get size(): number {
    return this.held.size;
  }

  /** Waits until it works at so many. */
  async until(size: number): Promise<void> {
    await expect.poll(() => this.held.size, { timeout: 15_000, interval: 5 }).toBe(size);
  }

  /** Answers the one that waits longest. */
  answerOne(): void {
    const [longest] = this.held;
    if (longest !== undefined) answer(longest);
  }

  /** Answers all. */
  answerAll(): void {
    for (const res of this.held) answer(res);
  }

  /** Breaks the one that waits longest off, and those that come meanwhile: a GET that was reset is sent once more. */
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
