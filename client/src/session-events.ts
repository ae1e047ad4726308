import type { SessionEndReason } from './session-state.js';

/** An event of `GET /auth/events`. */
export interface SessionEvent {
  readonly state: 'ending' | 'ended';
  readonly reason: SessionEndReason;
  /** When it ends or has ended (RFC 3339). */
  readonly at: string;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Listens to the events of the session. An EventSource reconnects by itself after a lost connection; after an error
 * response it does not, so `onRefused` decides whether to retry.
 */
export class SessionEvents {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(
    private readonly url: () => { readonly href: string; readonly withCredentials: boolean },
    private readonly onEvent: (event: SessionEvent) => void,
    private readonly onRefused: () => Promise<boolean>,
  ) {}

  open(): void {
    if (this.source !== undefined || this.timer !== undefined || typeof EventSource === 'undefined') return;
    const { href, withCredentials } = this.url();
    const source = new EventSource(href, { withCredentials });
    this.source = source;
    source.addEventListener('open', () => (this.pauseMs = FIRST_PAUSE_MS));
    source.addEventListener('session', ({ data }) => {
      const event = JSON.parse(String(data)) as SessionEvent;
      // The stream ends here; an EventSource would reconnect and be rejected.
      if (event.state === 'ended') this.close();
      this.onEvent(event);
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED && this.source === source) void this.retry();
    });
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.source?.close();
    this.source = undefined;
  }

  private async retry(): Promise<void> {
    this.close();
    if (!(await this.onRefused())) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.open();
    }, this.pauseMs);
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
  }
}
