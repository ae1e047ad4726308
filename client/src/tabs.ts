import { pause } from './pause.js';
import type { SessionEndReason } from './session-state.js';

/** The messages between tabs. */
export type TabMessage =
  | { readonly kind: 'ending'; readonly reason: SessionEndReason; readonly at: number }
  | { readonly kind: 'ended'; readonly reason?: SessionEndReason }
  | { readonly kind: 'extended' }
  | { readonly kind: 'signing-in' }
  | { readonly kind: 'sign-in-failed'; readonly loginError: string }
  | { readonly kind: 'signed-in'; readonly sub: string };

/** How long to wait for a sign-in in another tab if the browser has no Web Locks. */
const WITHOUT_LOCKS_MS = 120_000;

/** The tabs of one frontend in one browser; only this one if the browser has no BroadcastChannel. */
export class Tabs {
  private readonly channel: BroadcastChannel | undefined;
  private readonly closed = new AbortController();

  constructor(
    readonly name: string,
    onMessage: (message: TabMessage) => void,
  ) {
    // Node has channels too, and they keep its process running.
    const isPage = typeof document !== 'undefined' && typeof BroadcastChannel !== 'undefined';
    this.channel = isPage ? new BroadcastChannel(name) : undefined;
    this.channel?.addEventListener('message', ({ data }) => onMessage(data as TabMessage));
  }

  tell(message: TabMessage): void {
    if (!this.closed.signal.aborted) this.channel?.postMessage(message);
  }

  /**
   * Runs `lead` in one of the tabs; when that tab closes, in the next one. The signal aborts when this tab's turn ends.
   * In a browser without locks every tab leads.
   */
  lead(lead: (signal: AbortSignal) => void): void {
    const { signal } = this.closed;
    const run = (): Promise<void> => {
      lead(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    if (locks() === undefined) return lead(signal);
    navigator.locks.request(`${this.name}:events`, { signal }, run).catch(() => undefined);
  }

  /** Runs the work unless another tab is running it; then returns false. */
  async alone(work: () => Promise<void>): Promise<boolean> {
    if (locks() === undefined) return work().then(() => true);
    return navigator.locks.request(this.workLock, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await work();
      return lock !== null;
    });
  }

  /** Calls back when no tab is running it, including after that tab has closed. */
  whenFree(then: () => void): void {
    const { signal } = this.closed;
    if (locks() === undefined) return void pause(WITHOUT_LOCKS_MS, signal).then(then);
    navigator.locks.request(this.workLock, { signal }, then).catch(() => undefined);
  }

  private get workLock(): string {
    return `${this.name}:sign-in`;
  }

  close(): void {
    this.closed.abort();
    this.channel?.close();
  }
}

/** Web Locks; missing outside browsers and on pages that are not served over TLS or from localhost. */
function locks(): LockManager | undefined {
  return typeof navigator === 'undefined' ? undefined : (navigator as { locks?: LockManager }).locks;
}
