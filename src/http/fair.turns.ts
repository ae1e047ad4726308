interface Waiting {
  readonly person: string;
  readonly proceed: () => void;
}

/**
 * Lets a few pieces of work run at a time and the others wait, fairly: the next turn goes to the person with the fewest
 * running, and among those to the one without a turn for the longest. Where the person is not known yet, an address takes
 * its place. Cockatiel's bulkhead knows no persons and takes the oldest first, so that ten documents of one person would
 * make all others wait; piscina's own queue does too, and a task that waits in it after a thread had to be ended would wait
 * for the next one.
 */
export class FairTurns {
  private running = 0;
  private turns = 0;
  private readonly waiting: Waiting[] = [];
  /** Work of each person that runs, and when each got a turn last. */
  private readonly underWay = new Map<string, number>();
  private readonly lastTurn = new Map<string, number>();

  constructor(
    private readonly places: number,
    /** How many pieces of work of one person may run or wait. */
    private readonly share: number,
    /** How many may wait at all. */
    private readonly seats: number,
  ) {}

  /** Whether a person may even wait: not beyond a share of their own, nor where no seat is left at all. */
  mayEnter(person: string): boolean {
    const own = (this.underWay.get(person) ?? 0) + this.waiting.filter((one) => one.person === person).length;
    return own < this.share && (this.running < this.places || this.waiting.length < this.seats);
  }

  /** Work that runs. */
  get inside(): number {
    return this.running;
  }

  /** Work that waits. */
  get outside(): number {
    return this.waiting.length;
  }

  /** Fulfilled when it is the person's turn; `leave` must follow. */
  async enter(person: string): Promise<void> {
    if (this.running < this.places) this.begin(person);
    else await new Promise<void>((resolve) => this.waiting.push({ person, proceed: resolve }));
  }

  /** Gives the place to the next one. */
  leave(person: string): void {
    this.running -= 1;
    const left = (this.underWay.get(person) ?? 1) - 1;
    if (left > 0) this.underWay.set(person, left);
    else this.underWay.delete(person);
    const next = this.next();
    if (next !== undefined) {
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.begin(next.person);
      next.proceed();
    }
    if (this.running === 0) this.lastTurn.clear();
  }

  private begin(person: string): void {
    this.running += 1;
    this.turns += 1;
    this.underWay.set(person, (this.underWay.get(person) ?? 0) + 1);
    this.lastTurn.set(person, this.turns);
  }

  private next(): Waiting | undefined {
    let best: Waiting | undefined;
    for (const one of this.waiting) if (best === undefined || this.isBefore(one.person, best.person)) best = one;
    return best;
  }

  private isBefore(person: string, other: string): boolean {
    const difference = (this.underWay.get(person) ?? 0) - (this.underWay.get(other) ?? 0);
    return difference === 0 ? (this.lastTurn.get(person) ?? 0) < (this.lastTurn.get(other) ?? 0) : difference < 0;
  }
}
