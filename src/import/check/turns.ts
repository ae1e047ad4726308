/**
 * Lets a few in at a time and the others wait for their turn. Piscina's own queue does not do: after a thread had to be
 * ended, what waits in it would wait for the next one to come.
 */
export class Turns {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly places: number;
  private readonly seats: number;

  constructor(places: number, seats: number) {
    this.places = places;
    this.seats = seats;
  }

  /** Whether nobody else may even wait. */
  get isFull(): boolean {
    return this.taken === this.places && this.waiting.length >= this.seats;
  }

  /** Fulfilled when it is one's turn; `leave` must follow. */
  async enter(): Promise<void> {
    if (this.taken < this.places) this.taken += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Gives one's place to whoever has waited longest. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
