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

  /** Paused when it has executed this many more events. */
  private pauseAt: { eventsLeft: number; readonly pause: () => void } | undefined;

  constructor(readonly name: string) {}

  pauseAfter(events: number, pause: () => void): void {
    this.pauseAt = { eventsLeft: events, pause };
  }

  /** No fault that was planned for a later event comes any more. */
  spare(): void {
    this.eventsLeft = Number.POSITIVE_INFINITY;
    this.pauseAt = undefined;
  }

  killAfter(events: number): void {
    this.eventsLeft = events;
  }

  /** Counts one event; true when this one kills the process. It may also pause it. */
  countEvent(): boolean {
    if (this.pauseAt !== undefined && (this.pauseAt.eventsLeft -= 1) < 0) {
      const { pause } = this.pauseAt;
      this.pauseAt = undefined;
      pause();
    }
    this.eventsLeft -= 1;
    return this.eventsLeft < 0;
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.onDeath();
  }
}
