import type { SimProcess } from './sim.process.js';

/** Something that will happen: a timer that fires, a message that arrives. */
export interface SimEvent {
  at: number;
  readonly order: number;
  /** Whose code it runs; undefined for the outside world. */
  readonly owner: SimProcess | undefined;
  run: (() => void) | undefined;
}

/** The real one: a simulated process gets its own. */
const realSetImmediate = globalThis.setImmediate;

/**
 * Virtual time. Everything that waits is an event; one event runs at a time, and all promises that it settles have run
 * to their next wait before the following event is chosen. So one schedule is one order of all that could happen, and
 * the same seed gives the same order.
 */
export class Scheduler {
  /** Milliseconds since the schedule began; the monotonic clock of every process. */
  now = 0;
  /** The process whose code is running. */
  current: SimProcess | undefined;
  /** Names that were given. */
  numbers = 0;
  /** Events that have run. */
  steps = 0;
  private readonly queue: SimEvent[] = [];
  private count = 0;

  schedule(delayMs: number, owner: SimProcess | undefined, run: () => void): SimEvent {
    return this.scheduleAt(this.now + Math.max(0, delayMs), owner, run);
  }

  scheduleAt(at: number, owner: SimProcess | undefined, run: () => void): SimEvent {
    this.count += 1;
    const event = { at, order: this.count, owner, run };
    this.push(event);
    return event;
  }

  cancel(event: SimEvent): void {
    event.run = undefined;
  }

  /** Runs the next event that is due by `until`; false when there is none. */
  async step(until: number): Promise<boolean> {
    for (;;) {
      const event = this.queue[0];
      if (event === undefined || event.at > until) return false;
      this.pop();
      if (event.run === undefined || event.owner?.isDead === true) continue;
      if (this.isPutOff(event)) continue;
      this.now = event.at;
      if (event.owner?.countEvent() === true) {
        event.owner.kill();
        continue;
      }
      if (this.isPutOff(event)) continue;
      await this.execute(event.owner, event.run);
      return true;
    }
  }

  /** Runs code as a process, and all that follows without waiting. */
  async execute(owner: SimProcess | undefined, run: () => void): Promise<void> {
    this.steps += 1;
    this.current = owner;
    run();
    await new Promise<void>((resolve) => void realSetImmediate(resolve));
    this.current = undefined;
  }

  /** An event of a process that is paused waits until it goes on; all of them in the order in which they would have run. */
  private isPutOff(event: SimEvent): boolean {
    if (event.owner === undefined || event.owner.pausedUntil <= event.at) return false;
    event.at = event.owner.pausedUntil;
    this.push(event);
    return true;
  }

  private push(event: SimEvent): void {
    const { queue } = this;
    let at = queue.length;
    queue.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, queue[parent] as SimEvent)) break;
      queue[at] = queue[parent] as SimEvent;
      at = parent;
    }
    queue[at] = event;
  }

  private pop(): void {
    const { queue } = this;
    const last = queue.pop();
    if (last === undefined || queue.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1] as SimEvent, queue[child] as SimEvent)) child += 1;
      if (!isBefore(queue[child] as SimEvent, last)) break;
      queue[at] = queue[child] as SimEvent;
      at = child;
    }
    queue[at] = last;
  }
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
