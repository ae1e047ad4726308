import { theUniverse } from './globals.js';
import type { SimProcess } from './sim.process.js';

/** One direction of a connection: what is sent arrives late, but in order, until the connection is cut. */
export class Channel {
  private lastAt = 0;
  private isCut = false;

  constructor(
    private readonly receiver: SimProcess | undefined,
    private readonly delayMs: () => number,
  ) {}

  send(arrive: () => void): void {
    if (this.isCut) return;
    const { scheduler } = theUniverse();
    this.lastAt = Math.max(this.lastAt, scheduler.now + this.delayMs());
    scheduler.scheduleAt(this.lastAt, this.receiver, () => {
      if (!this.isCut) arrive();
    });
  }

  cut(): void {
    this.isCut = true;
  }
}
