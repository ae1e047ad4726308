import { Problem } from './problem.js';

/** How much may be held at one time. */
export interface ByteLimits {
  readonly total: number;
  /** Of the total, for each person. */
  readonly perPerson: number;
}

/** Counts the bytes that the process holds for requests in progress, in all and for each person. */
export class ByteBudget {
  private readonly people = new Map<string, number>();
  private total = 0;

  constructor(private readonly limits: ByteLimits) {}

  /** Bytes held now. */
  get held(): number {
    return this.total;
  }

  /** An account for one request; `person` is undefined for callers that are not signed in, who share one. */
  open(person = ''): ByteAccount {
    return new ByteAccount(this, person);
  }

  /** @throws Problem 429 `too_many_bytes` | 503 `gateway_busy` */
  take(person: string, bytes: number): void {
    const own = (this.people.get(person) ?? 0) + bytes;
    const extras = { retryAfterSeconds: 1, headers: { Connection: 'close' } };
    if (own > this.limits.perPerson) throw new Problem('too_many_bytes', extras);
    if (this.total + bytes > this.limits.total) throw new Problem('gateway_busy', extras);
    this.people.set(person, own);
    this.total += bytes;
  }

  give(person: string, bytes: number): void {
    const own = (this.people.get(person) ?? 0) - bytes;
    if (own > 0) this.people.set(person, own);
    else this.people.delete(person);
    this.total -= bytes;
  }
}

/** The bytes that one request holds. */
export class ByteAccount {
  private bytes = 0;

  constructor(
    private readonly budget: ByteBudget,
    private readonly person: string,
  ) {}

  /** @throws Problem 429 `too_many_bytes` | 503 `gateway_busy` */
  take(bytes: number): void {
    this.budget.take(this.person, bytes);
    this.bytes += bytes;
  }

  /** Gives everything back; further calls change nothing. */
  readonly close = (): void => {
    this.budget.give(this.person, this.bytes);
    this.bytes = 0;
  };
}
