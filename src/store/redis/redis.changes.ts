import { BasicPooledClientSideCache } from 'redis';

/**
 * Receives change notices through server-assisted client-side caching (RESP3), without caching anything: the client
 * enables tracking on every connection before its first command, and reports lost connections.
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
