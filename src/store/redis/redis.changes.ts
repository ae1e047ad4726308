import { BasicPooledClientSideCache } from 'redis';

/**
 * Hears of changes by server-assisted client-side caching (RESP3), without caching anything itself: the client asks for
 * the tracking on every connection before its first command, and says when one is lost.
 */
export class ChangeFeed extends BasicPooledClientSideCache {
  constructor(
    private readonly prefix: string,
    private readonly onChange: (key?: string) => void,
  ) {
    super({ recordStats: false });
  }

  override trackingOn(): string[] {
    return ['CLIENT', 'TRACKING', 'ON', 'BCAST', 'NOLOOP', 'PREFIX', this.prefix];
  }

  override invalidate(key: string | Buffer | null): void {
    this.onChange(key === null ? undefined : String(key));
  }

  /** Called for a lost connection, and when a cluster's keys have moved. */
  override clear(): void {
    this.onChange();
  }
}
