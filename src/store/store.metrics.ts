import type { Metrics } from '../observability/metrics.js';
import { StoreUnavailable } from './store-unavailable.js';
import type { Store } from './store.js';

const OPERATIONS = [
  'create',
  'read',
  'replace',
  'extend',
  'remove',
  'listByOwner',
  'listByProviderSession',
  'lease',
  'release',
  'putRecord',
  'readRecord',
  'charge',
  'rememberOnce',
  'remember',
  'rememberedUntil',
  'ping',
] as const satisfies (keyof Store)[];

/** The errors that every operation begins at 0 with: the store did not answer, or it said no. */
const UNAVAILABLE = 'unavailable';
const FAILED = 'failed';

/** Measures the operations of a store: how long each took, and which failed. */
export function measureStore(store: Store, system: 'redis' | 'sqlite', metrics: Metrics): Store {
  const durations = metrics.storeCommands.source();
  for (const operation of OPERATIONS) {
    for (const error of ['', UNAVAILABLE]) durations.begin(system, operation, error, '');
    const original = store[operation].bind(store) as (...args: unknown[]) => Promise<unknown>;
    const measured = async (...args: unknown[]): Promise<unknown> => {
      const startedAt = performance.now();
      let error = '';
      try {
        return await original(...args);
      } catch (cause) {
        error = cause instanceof StoreUnavailable ? UNAVAILABLE : FAILED;
        throw cause;
      } finally {
        durations.observe((performance.now() - startedAt) / 1_000, system, operation, error, '');
      }
    };
    Object.assign(store, { [operation]: measured });
  }
  return store;
}
