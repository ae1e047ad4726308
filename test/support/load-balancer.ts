import type { Replica } from './replicas.js';

/** The interval of readiness probes. */
const ASK_MS = 100;
/** How long a probe may take, in milliseconds: a busy machine is not a replica that hangs. */
const PATIENCE_MS = 10_000;

/** Distributes requests round-robin over the ready replicas, as load balancers do, and never retries. */
export class LoadBalancer {
  private readonly ready = new Set<Replica>();
  /** Those whose probe is not answered yet. */
  private readonly asked = new Set<Replica>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;

  constructor(private readonly replicas: readonly Replica[]) {
    for (const replica of replicas) this.ready.add(replica);
    this.timer = setInterval(() => {
      for (const replica of this.replicas) void this.ask(replica);
    }, ASK_MS);
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

  private async ask(replica: Replica): Promise<void> {
    if (this.asked.has(replica)) return;
    this.asked.add(replica);
    if (await replica.answers('/health/ready', PATIENCE_MS)) this.ready.add(replica);
    else this.ready.delete(replica);
    this.asked.delete(replica);
  }
}
