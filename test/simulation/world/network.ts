import { theUniverse } from '../engine/globals.js';

/**
 * How long messages take. Mostly a moment, now and then long enough for whatever else goes on to come in between.
 */
export class Network {
  /** Virtual time until which nothing gets through to the store, and how it is away. */
  private storeAwayUntil = 0;
  private storeFault: 'refuse' | 'silent' | 'slow' = 'refuse';

  storeAway(fault: 'refuse' | 'silent' | 'slow', until: number): void {
    this.storeFault = fault;
    this.storeAwayUntil = until;
  }

  get storeRefuses(): boolean {
    return this.isStoreAway && this.storeFault === 'refuse';
  }

  get storeIsSilent(): boolean {
    return this.isStoreAway && this.storeFault === 'silent';
  }

  /** To or from the store. */
  readonly storeDelayMs = (): number => {
    const { random } = theUniverse();
    if (this.isStoreAway && this.storeFault === 'slow') return random.between(100, 600);
    const luck = random.next();
    if (luck < 0.8) return random.between(0.1, 2);
    return luck < 0.97 ? random.between(2, 30) : random.between(30, 200);
  };

  /** To or from anybody else. */
  readonly delayMs = (): number => {
    const { random } = theUniverse();
    const luck = random.next();
    if (luck < 0.7) return random.between(0.1, 5);
    return luck < 0.95 ? random.between(5, 80) : random.between(80, 900);
  };

  private get isStoreAway(): boolean {
    return theUniverse().scheduler.now < this.storeAwayUntil;
  }
}
