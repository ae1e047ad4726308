import type { Replica } from './replicas.js';

/** The interval of readiness probes. */
const ASK_MS = 100;

/** Distributes requests round-robin over the ready replicas, as load balancers do, and never retries. */
export class LoadBalancer {
  private readonly ready = new Set<Replica>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;
  private isAsking = false;

  constructor(private readonly replicas: readonly Replica[]) {
    for (const replica of replicas) this.ready.add(replica);
    this.timer = setInterval(() => void this.ask(), ASK_MS);
  }

  /** Whether a replica is in rotation; an orchestrator waits for this before it stops the next one. */
  has(replica: Replica): boolean {
    return this.ready.has(replica);
  }

  /** The next replica. */
  next(): Replica {
    const ready = [...this.ready];
    const replica = ready[this.turn++ % ready.length];
    if (replica === undefined) throw new Error('no replica is ready');
    return replica;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const asked = this.replicas.map(async (replica) => {
      if (await replica.answers('/health/ready')) this.ready.add(replica);
      else this.ready.delete(replica);
    });
    await Promise.all(asked);
    this.isAsking = false;
  }
}
