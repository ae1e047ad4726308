import { LRUCache as RealCache } from 'lru-cache';

/** A cache that takes its room at once takes less: every replica of every schedule makes new ones. */
export class LRUCache<K extends object | string, V extends object> extends RealCache<K, V> {
  constructor(options: { max: number }) {
    super({ ...options, max: Math.min(options.max, 500) });
  }
}
