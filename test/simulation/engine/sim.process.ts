/** One operating system process of the simulated world: it can be paused, killed, and have a wrong clock. */
export class SimProcess {
  /** How far its wall clock is ahead of true time. */
  skewMs = 0;
  /** Virtual time until which it executes nothing, as after SIGSTOP or in a long garbage collection. */
  pausedUntil = 0;
  isDead = false;
  /** Called once when it dies: the operating system closes its sockets. */
  onDeath: () => void = () => undefined;
  /** Killed when it has executed this many more events. */
  private eventsLeft = Number.POSITIVE_INFINITY;

  constructor(readonly name: string) {}

  killAfter(events: number): void {
    this.eventsLeft = events;
  }

  /** Counts one event; true when this one kills the process. */
  countEvent(): boolean {
    this.eventsLeft -= 1;
    return this.eventsLeft < 0;
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.onDeath();
  }
}
