import type { Random } from './random.js';
import type { Scheduler, SimEvent } from './scheduler.js';
import type { SimProcess } from './sim.process.js';

/** True time at the beginning of every schedule: 2027-01-15. */
const EPOCH_MS = 1_800_000_000_000;

interface Universe {
  readonly scheduler: Scheduler;
  /** Decides how long everything takes. */
  readonly random: Random;
  /** What the gateway's own code draws; apart, so that a draw more does not change all that follows. */
  readonly lots: Random;
  /** Where a schedule is told step by step, when somebody wants to read it. */
  readonly tell?: ((line: string) => void) | undefined;
}

let universe: Universe | undefined;

/** The schedule that is running. */
export function theUniverse(): Universe {
  if (universe === undefined) throw new Error('no schedule is running');
  return universe;
}

/** Whether a schedule is running; modules are loaded before the first one. */
export function isRunning(): boolean {
  return universe !== undefined;
}

/** The next number of a schedule, for names that must not repeat in it. */
export function nextNumber(): number {
  const { scheduler } = theUniverse();
  scheduler.numbers += 1;
  return scheduler.numbers;
}

/** Tells what happens, with the time and the process, where the schedule is traced. */
export function trace(line: () => string): void {
  const { tell, scheduler } = theUniverse();
  tell?.(`${scheduler.now.toFixed(1).padStart(9)} ${(scheduler.current?.name ?? '').padEnd(10)} ${line()}`);
}

/** True time, which no process knows. */
export function trueTime(): number {
  return EPOCH_MS + theUniverse().scheduler.now;
}

/** What a process takes for the time. */
export function timeOf(process: SimProcess | undefined): number {
  return Math.floor(trueTime() + (process?.skewMs ?? 0));
}

/** From here on timers, clocks and random numbers are a schedule's; undefined gives the real ones back. */
export function enter(next: Universe | undefined): void {
  if (next !== undefined && universe === undefined) install();
  if (next === undefined && universe !== undefined) restore();
  universe = next;
}

// oxlint-disable-next-line typescript/unbound-method -- called on their objects below
const { realRandom, realNow } = { realRandom: Math.random, realNow: performance.now };
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  random: () => realRandom.call(Math),
  performanceNow: () => realNow.call(performance),
};

/** What `setTimeout` and `setInterval` give: Node's Timeout as far as it is used. */
class SimTimer {
  private event: SimEvent;

  constructor(
    private readonly act: () => void,
    private readonly delayMs: number,
    private readonly repeats: boolean,
    private readonly owner = theUniverse().scheduler.current,
  ) {
    this.event = this.start();
  }

  cancel(): void {
    theUniverse().scheduler.cancel(this.event);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.cancel();
    this.event = this.start();
    return this;
  }

  private start(): SimEvent {
    return theUniverse().scheduler.schedule(this.delayMs, this.owner, () => {
      // Node arms it again after the callback; one that clears itself stays cleared.
      if (this.repeats) this.event = this.start();
      this.act();
    });
  }
}

function startTimer(repeats: boolean) {
  return (act: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]): SimTimer =>
    new SimTimer(() => act(...args), Math.max(repeats ? 1 : 0, delayMs), repeats);
}

function clearTimer(timer: unknown): void {
  if (timer instanceof SimTimer) timer.cancel();
}

class SimDate extends real.Date {
  constructor(...args: unknown[]) {
    super(...((args.length === 0 ? [SimDate.now()] : args) as [number]));
  }

  static override now(): number {
    return timeOf(theUniverse().scheduler.current);
  }
}

function install(): void {
  Object.assign(globalThis, {
    setTimeout: startTimer(false),
    setInterval: startTimer(true),
    setImmediate: (act: (...args: unknown[]) => void, ...args: unknown[]) => startTimer(false)(act, 0, ...args),
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    clearImmediate: clearTimer,
    Date: SimDate,
  });
  Math.random = () => theUniverse().lots.next();
  performance.now = () => theUniverse().scheduler.now;
}

function restore(): void {
  const { random, performanceNow, ...globals } = real;
  Object.assign(globalThis, globals);
  Math.random = random;
  performance.now = performanceNow;
}
